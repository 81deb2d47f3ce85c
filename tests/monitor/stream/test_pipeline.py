"""Bodies in, each reading once in the ledger, every row accounted for."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry, Sender, StreamDef, define, enrol
from tanlu.monitor.stream import Body, Pipeline
from tanlu.monitor.stream.bodies import ARROW, JSON, MEDIA, NDJSON
from tanlu.store.stream import open_stream_log
from tanlu.terms import schema
from tests.monitor.stream.places import NOW, STREAM, body, drained, pipeline, row

FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


def told(made: Pipeline, *bodies: Body) -> list[tuple[int, int, int, int]]:
    return [each[:4] for each in made.take(bodies)]


@pytest.mark.parametrize("media", MEDIA)
def test_a_retry_in_any_media_type_is_known(tmp_path: Path, media: str) -> None:
    made = pipeline(tmp_path / "l")
    rows = [row(seq=seq) for seq in range(5)]

    assert told(made, body(rows)) == [(5, 5, 0, 0)]
    assert told(made, body(rows, media), body(rows[:2], media)) == [(5, 0, 5, 0), (2, 0, 2, 0)]
    assert drained(made, "reading")["seq"].to_list() == [0, 1, 2, 3, 4]
    made.close()


def test_a_row_that_cannot_be_read_loses_no_other(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    rows: list[Any] = [row(seq=1), row(seq="x"), row(seq=3, value="high"), 7, row(seq=4)]
    rows.append({"device": "m-1", "seq": 5, "value": 1})
    rows.append(row(seq=6, at="yesterday"))
    receipt = made.take([body(rows)])[0]

    assert receipt == (7, 2, 0, 5, {"TL353": 5})
    kept = drained(made, "quarantine").sort("source_line")
    assert kept["source_line"].to_list() == [2, 3, 4, 6, 7]
    assert kept["column"].to_list() == ["seq", "value", None, "at", "at"]
    assert kept["value"].to_list() == ["x", "high", "7", None, "yesterday"]
    assert '"value":"high"' in kept["raw"][1]
    made.close()


def test_what_no_reading_can_be_is_quarantined_with_its_column(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    year = 366 * 86_400_000_000
    rows = [
        row(seq=1), row(seq=-1), row(seq=2, value=None), row(seq=3, value=-5),
        row(seq=4, at=NOW + year), row(seq=5, at=0), row("m\x1b[31m", 6), row("", 7),
    ]  # fmt: skip
    receipt = made.take([body(rows)])[0]

    assert receipt == (8, 1, 0, 7, {"TL355": 5, "TL356": 2})
    kept = drained(made, "quarantine")
    assert kept.sort("source_line")["column"].to_list() == [
        "seq", "value", "value", "at", "at", "device", "device",
    ]  # fmt: skip
    made.close()


def test_the_same_number_with_other_content_is_a_clash(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    made.take([body([row(seq=1), row(seq=2)])])

    assert made.take([body([row(seq=1, value=99)])])[0] == (1, 0, 0, 1, {"TL357": 1})
    assert made.take([body([row(seq=1, at=NOW + 9)])])[0] == (1, 0, 0, 1, {"TL358": 1})
    assert made.take([body([row(seq=1, quality=8)])])[0] == (1, 0, 1, 0, {})
    made.close()


def test_a_body_that_nobody_can_read_is_kept_as_one_row(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    bodies = [body(b"{nonsense"), body(b"\xff\xfe", ARROW), body(b"3"), body(b"", ARROW)]
    receipts = made.take([*bodies, body([row()])])

    assert [each.codes for each in receipts[:3]] == [{"TL352": 1}] * 3
    assert receipts[4] == (1, 1, 0, 0, {})
    raws = drained(made, "quarantine")["raw"].to_list()
    assert '{"": "{nonsense"}' in raws
    assert '{"base64": "//4="}' in raws
    made.close()


def test_a_refused_row_that_comes_again_is_kept_once(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    for _ in range(3):
        assert made.take([body([row(value=None)]), body([row(value=None)])])[0][3] == 1

    assert drained(made, "quarantine").height == 1
    made.close()


def test_once_a_device_is_enrolled_others_are_refused(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    assert told(made, body([row("m-1"), row("m-2")])) == [(2, 2, 0, 0)]
    enrol(made.registry.workspace, pl.DataFrame({"device": ["m-1"]}))
    made._looked = 0.0

    assert made.take([body([row("m-1", 2), row("m-2", 2), row("m-3", 1)])])[0] == (
        3, 1, 0, 2, {"TL354": 2},
    )  # fmt: skip
    made.close()


def test_a_gateway_sends_for_its_scope_only(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    enrol(made.registry.workspace, pl.DataFrame({"device": ["gw", "a-1", "b-1"]}))
    made.registry.refresh()
    gateway = Sender("gw", ("a-*",))
    rows = [row("a-1"), row("b-1"), row("gw")]

    assert made.take([body(rows, sender=gateway)])[0] == (3, 2, 0, 1, {"TL354": 1})
    assert told(made, body([row("b-1")])) == [(1, 1, 0, 0)], "nobody was asked who he is"
    made.close()


def test_streams_that_nobody_defined_are_taken_until_one_is_defined(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    assert told(made, body([row()], stream="own")) == [(1, 1, 0, 0)]
    define(made.registry.workspace, StreamDef("mine", 0, "gauge", maximum=10.0))
    made._looked = 0.0

    receipts = made.take([body([row(seq=9)], stream="mine"), body([row()], stream="strange")])
    assert receipts[0] == (1, 0, 0, 1, {"TL355": 1})
    assert receipts[1] == (1, 0, 0, 1, {"TL354": 1})
    made.close()


def test_positions_come_in_degrees_or_in_whole_numbers(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    rows = [
        {"device": "v", "seq": 1, "at": NOW, "lat": 31.23456785, "lon": -121.5},
        {"device": "v", "seq": 2, "at": NOW + 1, "lat_e7": 312345678, "lon_e7": 0},
        {"device": "v", "seq": 3, "at": NOW + 2, "lat": 91.0, "lon": 0},
        {"device": "v", "seq": 4, "at": NOW + 2, "lon": 0},
    ]
    receipt = made.take([body(rows, stream="position")])[0]

    assert receipt == (4, 2, 0, 2, {"TL355": 2})
    kept = drained(made, "position")
    assert kept.select("lat_e7", "lon_e7", "stream").rows() == [
        (312345679, -1215000000, "position"), (312345678, 0, "position"),
    ]  # fmt: skip
    made.close()


def test_events_keep_who_sent_them_and_are_known_again_after_a_restart(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    define(made.registry.workspace, StreamDef("scan", 0, "event"))
    made.registry.refresh()
    event = {"device": "r-1", "seq": 1, "at": NOW, "type": "object", "subject": "box:1"}
    more = {**event, "seq": 2, "labels": '{"dock":"3"}', "event_id": "ni:1", "zone": "UTC"}
    assert told(made, body([event, more], stream="scan")) == [(2, 2, 0, 0)]
    made.log.close()

    again = pipeline(tmp_path / "l")
    other = {**event, "subject": "box:2"}
    receipts = again.take([body([event], stream="scan"), body([other], stream="scan")])
    assert [each[:4] for each in receipts] == [(1, 0, 1, 0), (1, 0, 0, 1)]
    kept = drained(again, "event").sort("event_id")
    assert kept["event_id"].to_list() == ["ni:1", "scan/r-1/1"]
    assert kept["labels"].to_list() == [
        '{"device":"r-1","dock":"3","seq":2,"stream":"scan"}',
        '{"device":"r-1","seq":1,"stream":"scan"}',
    ]
    again.close()


def test_a_gateway_hands_in_tables_with_their_evidence(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    table = pl.DataFrame([row(evidence="ab" * 32)])
    assert made.take([Body(STREAM, "table", table, NOW)])[0][:2] == (1, 1)
    assert made.take([body([row(seq=2, evidence="forged")])])[0][:2] == (1, 1)

    assert drained(made, "reading")["evidence"].to_list() == ["ab" * 32, None]
    made.close()


def test_a_batch_of_several_streams_is_kept_with_the_first_of_its_rows(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    digest = "ab" * 32
    told = {
        "evidence": [digest], "device": ["m-1"], "seq": [1], "count": [1], "layout": ["meter/1"],
        "at": [NOW], "received": [NOW], "batch": ["AA=="],
    }  # fmt: skip
    kept = schema("evidence").fit(pl.DataFrame(told))
    first, second = (
        Body(name, "", pl.DataFrame([row(evidence=digest)]), NOW, evidence=kept)
        for name in ("energy_wh", "power_w")
    )
    for group in ([first], [second], [first, second]):
        made.take(group)

    frames = [tables for _, tables in made.log.replay(None)]
    assert [sorted(tables) for tables in frames] == [["evidence", "reading"], ["reading"]]
    made.close()


def test_a_clock_that_is_minutes_ahead_is_marked(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    ahead = NOW + 3_600_000_000
    made.take([body([row(seq=1), row(seq=2, at=ahead), row(seq=3, at=ahead, quality=1)])])

    assert drained(made, "reading")["quality"].to_list() == [None, 2, 3]
    made.close()


def test_a_mended_row_takes_the_quarantined_one_back(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    made.take([body([row(value=None)])])
    identity = drained(made, "quarantine")["quarantine_id"][0]
    made.take([body([row(value=2.0, _quarantine_id=identity)])])

    assert drained(made, "quarantine").height == 0
    assert made.take([body([row(seq=2, value=None)])])[0][3] == 1
    made.close()


def test_what_a_gateway_cannot_decode_is_refused_by_its_code(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")

    assert made.refuse("jt808", b"\x7e\x00", "TL352", "bad checksum", NOW)[:4] == (1, 0, 0, 1)
    assert drained(made, "quarantine").select("value", "source_sheet").row(0) == (
        "bad checksum", "stream:jt808",
    )  # fmt: skip
    made.close()


def test_gaps_and_counters_tell_what_came(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    made.take([body([row(seq=seq) for seq in (1, 2, 5, 9)]), body([row("other", 3)])])

    assert made.gaps().rows() == [(STREAM, "m-1", 3, 4, 2), (STREAM, "m-1", 6, 8, 3)]
    assert made.gaps("strange").height == 0
    counted = made.counters()
    assert counted["lag_rows"] == 5
    assert counted["streams"][STREAM]["rows_new"] == 5
    assert counted["streams"][STREAM]["missing"] == 5
    assert counted["open"] is True
    made.close()


ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 30), st.sampled_from([JSON, NDJSON])),
    min_size=1, max_size=40,
)  # fmt: skip


@given(ROWS, st.lists(st.sampled_from(["die", "keep", "close"]), max_size=6))
@FOLDER
def test_deaths_and_snapshots_anywhere_lose_and_double_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, str]], ends: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("l") / "l"
    made = pipeline(folder)
    seen: set[tuple[str, int]] = set()
    for number, (device, seq, media) in enumerate(rows):
        new = (device, seq) not in seen
        seen.add((device, seq))
        receipt = made.take([body([row(device, seq)], media)])[0]
        assert receipt[:4] == (1, int(new), int(not new), 0)
        end = ends[number] if number < len(ends) else "go on"
        if end == "keep":
            made.keep()
        elif end == "close":
            made.close()
            made = pipeline(folder)
        elif end == "die":
            made.log.close()  # the windows in memory are gone
            made = pipeline(folder)
    found = drained(made, "reading").select("device", "seq").rows()
    assert sorted(found) == sorted(seen)
    made.close()


def test_a_failed_write_ends_it_and_the_next_one_has_what_was_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    made = pipeline(tmp_path / "l")
    made.take([body([row(seq=1)])])

    def broken(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", broken)
    with pytest.raises(TanluError, match="TL661"):
        made.take([body([row(seq=2)])])
    monkeypatch.undo()
    again = Pipeline(open_stream_log(made.registry.workspace), Registry.of(made.registry.workspace))

    assert told(again, body([row(seq=1), row(seq=2)])) == [(2, 1, 1, 0)]
    again.close()


def test_many_streams_share_one_frame(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    begun = time.perf_counter()
    receipts = made.take([body([row()], stream=f"s{number}") for number in range(50)])

    assert {each[:4] for each in receipts} == {(1, 1, 0, 0)}
    assert made.groups == 1
    assert time.perf_counter() > begun
    made.close()


HOUR_US = 3_600_000_000


def restarts(path: Path, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Any]:
    """What becomes of rows after others, in the same process and in the next one."""
    told = []
    for place, stops in enumerate((False, True)):
        made = pipeline(path / str(place))
        made.take([body(before)])
        if stops:
            made.log.close()
            made = pipeline(path / str(place))
        anew = Body(STREAM, JSON, json.dumps(after).encode(), NOW + HOUR_US)
        told += made.take([body(before), anew])
        made.log.close()
    return told


def test_numbers_that_begin_anew_with_a_lost_clock_are_refused_not_passed_over(tmp_path) -> None:
    before = [row(seq=seq) for seq in range(1000)]
    after = [row(seq=seq, at=NOW - 300 * 24 * HOUR_US + seq) for seq in range(100)]
    retry, anew, again, later = restarts(tmp_path, before, after)

    assert (retry.rows_known, again.rows_known) == (1000, 1000)
    assert anew.codes == later.codes == {"TL358": 100}


def test_one_reading_far_ahead_does_not_hide_that_numbers_began_anew(tmp_path) -> None:
    before = [row(seq=seq) for seq in range(999)] + [row(seq=999, at=NOW + 20 * HOUR_US)]
    after = [row(seq=seq, at=NOW + 2_000_000 + seq) for seq in range(100)]
    retry, anew, again, later = restarts(tmp_path, before, after)

    assert (retry.rows_known, again.rows_known) == (1000, 1000)
    assert anew.codes == later.codes == {"TL358": 100}


def test_a_clock_that_is_always_eight_hours_ahead_fills_its_gaps(tmp_path) -> None:
    ahead = [row(seq=seq, at=NOW + 8 * HOUR_US + seq) for seq in range(1000)]
    made = pipeline(tmp_path / "w")
    receipts = made.take([body(ahead[:300] + ahead[600:]), body(ahead[300:600]), body(ahead)])

    assert [each[1:4] for each in receipts] == [(700, 0, 0), (300, 0, 0), (0, 1000, 0)]
    assert made.gaps().is_empty()
