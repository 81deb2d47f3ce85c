"""What one organisation's streams say now."""

from __future__ import annotations

from tanlu.serve.live.reader import Reader
from tanlu.store.stream import open_stream_log
from tests.serve.live.watching import POWERS, books, now_us, readings, say

S = 1_000_000


def test_the_last_minutes_are_taken_as_if_one_had_been_there(tmp_path):
    workspace = books(tmp_path / "l")
    log = open_stream_log(workspace)
    say(log, readings(POWERS, seq=1, at=now_us()))
    reader = Reader(workspace)
    reader.begin(now_us())
    assert reader.told["xian"]["roles"]["pv"]["w"] == 300
    assert len(reader.points["xian"]) == 1
    # what came before is no rate of now
    assert reader.rates() == {}
    assert reader.rows == 5


def test_rates_are_of_the_last_seconds_and_by_stream(tmp_path):
    workspace = books(tmp_path / "l")
    log = open_stream_log(workspace)
    reader = Reader(workspace)
    at = now_us()
    for second in range(4):
        say(log, readings(POWERS, seq=second, at=at + second),
            readings({"x-dock": 1.0}, seq=second, at=at + second, stream="door_open"))  # fmt: skip
        reader.step(at + second * S)
    assert reader.rates() == {"door_open": 1.0, "power_w": 5.0}
    reader.step(at + 5 * S)
    assert reader.rates() == {"door_open": 0.8, "power_w": 4.0}


def test_a_device_that_is_enrolled_later_finds_its_park(tmp_path):
    workspace = books(tmp_path / "l", [("x-grid", "grid", "xian/grid")])
    say(open_stream_log(workspace), readings({"x-grid": 5.0, "new": 7.0}, seq=1, at=now_us()))
    reader = Reader(workspace)
    reader.step(now_us())
    assert set(reader.told["xian"]["roles"]) == {"grid"}
    books(tmp_path / "l", [("new", "pv", "xian/roof")])
    reader._looked = 0.0
    reader.step(now_us())
    assert reader.told["xian"]["roles"]["pv"]["w"] == 7


def test_damage_of_the_log_is_told_by_its_code_and_passed(tmp_path):
    workspace = books(tmp_path / "l")
    log = open_stream_log(workspace)
    reader = Reader(workspace)
    say(log, readings(POWERS, seq=1, at=now_us()))
    path = log.folder / "00000001.wal"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    reader.step(now_us())
    assert reader.source(now_us())["fault"] == "TL663"
    say(log, readings(POWERS, seq=2, at=now_us()))
    reader.step(now_us())
    told = reader.source(now_us())
    assert (told["fault"], told["missed_rows"]) == (None, 5)
    assert reader.told["xian"]["roles"]["grid"]["w"] == 500


def test_lag_is_what_the_ledger_has_not_yet(tmp_path):
    workspace = books(tmp_path / "l")
    reader = Reader(workspace)
    assert reader.source(now_us())["lag_rows"] == 0
    say(open_stream_log(workspace), readings(POWERS, seq=1, at=now_us()))
    assert reader.source(now_us())["lag_rows"] == 5


def test_alarms_are_of_this_minute_and_name_the_park(tmp_path):
    workspace = books(tmp_path / "l")
    say(open_stream_log(workspace), readings(POWERS, seq=1, at=now_us() - 20 * S))
    reader = Reader(workspace)
    reader.step(now_us())
    told = {(each["device"], each["alert"], each["park"]) for each in reader.alerts}
    assert ("x-pv", "silent", "xian") in told
    assert {alert for _, alert, _ in told} == {"silent"}
