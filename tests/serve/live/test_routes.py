"""The stream of events over HTTP, with a real server and plain sockets."""

from __future__ import annotations

import http.client
import json
import socket
import time

import polars as pl
import pytest

from tanlu.serve.api import Principal, Refused
from tanlu.serve.live import routes
from tanlu.store.stream import open_stream_log
from tanlu.terms import schema
from tests.serve.ingest.serving import Serving
from tests.serve.live.watching import (
    POWERS,
    Watcher,
    books,
    now_us,
    readings,
    say,
    served,
)


def ask(port, path):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path)
    answer = line.getresponse()
    found = answer.status, json.loads(answer.read())
    line.close()
    return found


def test_the_head_of_the_stream_is_an_answer_that_ends(tmp_path):
    workspace = books(tmp_path / "l")
    with served(workspace.path) as (port, app):
        for _ in range(3):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            line.request("HEAD", "/v1/live?t=kpi")
            answer = line.getresponse()
            assert answer.status == 200
            assert answer.getheader("content-type").startswith("text/event-stream")
            assert answer.read() == b""
            line.close()
        end = time.monotonic() + 60
        while app.state.hub.viewers and time.monotonic() < end:
            time.sleep(0.02)
        assert app.state.hub.viewers == 0
        watcher = Watcher(port, "kpi")
        assert watcher.tick()["kpi"]["kind"] == "snapshot"
        watcher.close()


def test_values_come_as_events_and_stale_ones_are_said_to_be_stale(tmp_path):
    workspace = books(tmp_path / "l")
    log = open_stream_log(workspace)
    say(log, readings(POWERS, seq=1, at=now_us()))
    with served(workspace.path) as (port, _):
        watcher = Watcher(port, "park:xian,kpi")
        assert watcher.status == 200
        assert watcher.headers["content-type"].startswith("text/event-stream")
        assert watcher.headers["cache-control"] == "no-store"
        first = watcher.tick()
        assert first["park:xian"]["kind"] == "snapshot"
        assert first["park:xian"]["roles"]["pv"]["w"] == 300
        assert first["park:xian"]["carbon"]["ug_s"].isdigit()
        for told in first.values():
            assert {"stale_s", "at_us"} <= set(told)
        assert first["park:xian"]["stale"] is False
        # nobody sends any more: seven seconds are more than three heartbeats of two
        told = watcher.until(lambda told: told["park:xian"]["stale"], 200)
        assert told["park:xian"]["stale_s"] >= 6
        assert told["park:xian"]["roles"]["pv"]["stale"] is True
        assert told["park:xian"]["carbon"] is None
        assert told["park:xian"]["point"][1:4] == [None] * 3
        assert told["tick"]["stale_s"] >= 6
        say(log, readings(POWERS, seq=2, at=now_us()))
        watcher.until(lambda told: not told["park:xian"]["stale"])
        watcher.close()


def test_events_and_refusals_come_once_each(tmp_path):
    workspace = books(tmp_path / "l")
    log = open_stream_log(workspace)
    event = {"event_id": "e1", "at": now_us(), "zone": "Asia/Shanghai", "type": "object",
             "subject": "waybill:1", "step": "loading"}  # fmt: skip
    bad = {"quarantine_id": "q1", "code": "TL355", "source_sha256": "ab" * 32, "source_line": 1,
           "raw": "secret"}  # fmt: skip
    log.append({"event": schema("event").fit(pl.DataFrame([event])),
                "quarantine": schema("quarantine").fit(pl.DataFrame([bad]))})  # fmt: skip
    log.sync()
    with served(workspace.path) as (port, _):
        watcher = Watcher(port, "events,quarantine")
        first = watcher.tick()
        assert [each["event_id"] for each in first["events"]["events"]] == ["e1"]
        assert first["quarantine"]["codes"] == {"TL355": 1}
        assert "secret" not in json.dumps(first)
        assert watcher.tick()["events"]["events"] == []
        say(log, schema("event").fit(pl.DataFrame([{**event, "event_id": "e2"}])), of="event")
        told = watcher.until(lambda told: told["events"]["events"])
        assert [each["event_id"] for each in told["events"]["events"]] == ["e2"]
        assert watcher.tick()["quarantine"]["rows"] == []
        watcher.close()


def test_a_viewer_that_does_not_read_hurts_nobody_and_is_hung_up_on(tmp_path, monkeypatch):
    monkeypatch.setattr(routes, "STUCK_S", 1.5)
    # many devices, so that a frame is larger than what sockets hold
    many = [(f"d{n}", "pv", "xian/x") for n in range(3000)]
    workspace = books(tmp_path / "l", many)
    log = open_stream_log(workspace)
    values = dict.fromkeys((name for name, *_ in many), 1.0)
    say(log, readings(values, seq=1, at=now_us()))
    with served(workspace.path, tick_s=0.05) as (port, app):
        hub = app.state.hub
        stuck = []
        for _ in range(5):
            wire = socket.socket()
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.connect(("127.0.0.1", port))
            wire.sendall(b"GET /v1/live?t=devices:xian HTTP/1.1\r\nHost: x\r\n\r\n")
            stuck.append(wire)
        watcher = Watcher(port, "kpi")
        seq, waits, most = 2, [], 0
        until = time.monotonic() + 60
        while hub.dropped == 0 and time.monotonic() < until:
            say(log, readings({name: float(seq) for name in values}, seq=seq, at=now_us()))
            seq += 1
            told = watcher.tick()
            waits.append(time.time() - told["tick"]["at_us"] / 1e6)
            most = max(most, hub.viewers)
        assert most == 6
        assert hub.dropped > 0
        assert max(waits[1:]) < 2.0
        while hub.viewers > 1 and time.monotonic() < until:
            watcher.tick()
        assert hub.viewers == 1
        watcher.close()
        for wire in stuck:
            wire.close()


def test_who_hangs_up_gives_his_place_back(tmp_path):
    workspace = books(tmp_path / "l")
    with served(workspace.path) as (port, app):
        watchers = [Watcher(port, "kpi") for _ in range(5)]
        for watcher in watchers:
            watcher.tick()
        assert app.state.hub.viewers == 5
        for watcher in watchers:
            watcher.close()
        until = time.monotonic() + 60
        while app.state.hub.viewers and time.monotonic() < until:
            time.sleep(0.05)
        assert app.state.hub.viewers == 0


def test_who_comes_back_with_his_last_identity_misses_nothing(tmp_path):
    workspace = books(tmp_path / "l")
    with served(workspace.path) as (port, _):
        one, stays = Watcher(port, "kpi"), Watcher(port, "kpi")
        one.tick()
        one.tick()
        last = one.last
        one.close()
        stays.tick()
        stays.tick()
        stays.tick()
        again = Watcher(port, "kpi", last)
        told = again.tick()
        assert told["kpi"]["kind"] == "tick"
        number = int(last.rpartition("-")[2])
        assert again.last == f"{last.rpartition('-')[0]}-{number + 1}"
        again.close()
        other = Watcher(port, "kpi", "otherprocess-7")
        assert other.tick()["kpi"]["kind"] == "snapshot"
        other.close()
        stays.close()


def test_the_ingest_server_dies_and_comes_back_and_the_viewer_sees_both(tmp_path):
    ledger = tmp_path / "l"

    def post(server, value):
        body = json.dumps([{"device": "m1", "at": now_us(), "value": value}]).encode()
        assert server.post("power_w", body, "application/json")[0] == 200

    with Serving(ledger) as server, served(ledger) as (port, _):
        post(server, 1)
        watcher = Watcher(port, "streams,kpi")
        watcher.until(lambda told: told["kpi"]["rows"] == 1)
        server.kill()
        watcher.until(lambda told: (told["kpi"]["stale_s"] or 0) > 1.5)
        with Serving(ledger) as again:
            post(again, 2)
            told = watcher.until(lambda told: told["kpi"]["rows"] == 2)
            assert told["kpi"]["stale_s"] < 1.5
            assert told["kpi"]["source"]["fault"] is None
            assert told["kpi"]["source"]["missed_rows"] == 0
        watcher.close()


def test_of_a_server_that_never_heard_anything_all_is_stale(tmp_path):
    workspace = books(tmp_path / "l")
    with served(workspace.path) as (port, _):
        status, told = ask(port, "/v1/live/now?t=kpi,park:xian,streams,alarms,events,quarantine")
        assert status == 200
        for topic in told["topics"].values():
            assert topic["stale_s"] is None
            assert topic["stale"] is True


def test_the_same_is_given_once_as_a_document(tmp_path):
    workspace = books(tmp_path / "l")
    say(open_stream_log(workspace), readings(POWERS, seq=1, at=now_us()))
    with served(workspace.path) as (port, _):
        status, told = ask(port, "/v1/live/now?t=park:xian,parks")
        assert status == 200
        assert told["topics"]["park:xian"]["roles"]["grid"]["w"] == 500
        assert told["topics"]["parks"]["parks"][0]["name_zh"] == "西安"
        assert ask(port, "/v1/live/topics")[1]["topics"][0] == "kpi"


def test_a_device_that_falls_silent_is_an_alarm(tmp_path):
    workspace = books(tmp_path / "l")
    say(open_stream_log(workspace), readings(POWERS, seq=1, at=now_us() - 30_000_000))
    with served(workspace.path) as (port, _):
        told = ask(port, "/v1/live/now?t=alarms")[1]["topics"]["alarms"]
        silent = {each["device"]: each for each in told["alarms"] if each["alert"] == "silent"}
        assert set(POWERS) <= set(silent)
        assert silent["x-pv"]["park"] == "xian"


@pytest.mark.parametrize(
    ("role", "topics", "status"),
    [("viewer", "kpi", 200), ("viewer", "quarantine", 403), ("viewer", "nothing", 404),
     ("supplier", "kpi", 403), ("manager", "", 400)],
)  # fmt: skip
def test_who_may_not_watch_is_told_so(tmp_path, role, topics, status):
    workspace = books(tmp_path / "l")
    with served(workspace.path, role) as (port, _):
        assert ask(port, f"/v1/live/now?t={topics}")[0] == status
        if status != 200:
            assert ask(port, f"/v1/live?t={topics}")[0] == status


def test_nobody_known_sees_nothing_and_scopes_are_kept(tmp_path):
    workspace = books(tmp_path / "l")
    with served(workspace.path, identify=lambda _: Refused("absent")) as (port, _):
        for path in ("/v1/live?t=kpi", "/v1/live/now?t=kpi", "/v1/live/topics"):
            assert ask(port, path)[0] == 401
    narrow = Principal("c", "home", "manager", scopes=("shipments:read",))
    with served(workspace.path, identify=lambda _: narrow) as (port, _):
        assert ask(port, "/v1/live?t=kpi")[0] == 403


def test_a_viewer_of_one_organisation_never_sees_another(tmp_path):
    workspace = books(tmp_path / "l")
    say(open_stream_log(workspace), readings({"x-grid": 777.0}, seq=1, at=now_us()))

    def identify(request):
        return Principal("m", request.headers["x-of"], "manager")

    with served(workspace.path, identify=identify) as (port, app):
        app.state.home.found("other", "Other")
        theirs = Watcher(port, "kpi,park:xian", **{"X-Of": "other"})
        ours = Watcher(port, "kpi,park:xian", **{"X-Of": "home"})
        assert ours.tick()["park:xian"]["roles"]["grid"]["w"] == 777
        told = theirs.tick()
        assert told["park:xian"]["roles"] == {}
        assert (told["kpi"]["rows"], told["kpi"]["parks"]) == (0, {})
        ours.close()
        theirs.close()


def test_who_watches_long_asks_again_with_his_rights_of_then(tmp_path, monkeypatch):
    monkeypatch.setattr(routes, "LONGEST_S", 0.5)
    workspace = books(tmp_path / "l")
    with served(workspace.path) as (port, app):
        watcher = Watcher(port, "kpi", Connection="close")
        rest = watcher.file.read()
        assert rest.rstrip().endswith(b"0")
        assert b"retry: 2000" in rest
        watcher.close()
        assert app.state.hub.viewers == 0


def test_a_server_that_ends_lets_all_go_at_once(tmp_path):
    workspace = books(tmp_path / "l")
    with served(workspace.path) as (port, _):
        watchers = [Watcher(port, "kpi") for _ in range(20)]
        for watcher in watchers:
            watcher.tick()
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    for watcher in watchers:
        watcher.file.read()
        watcher.close()
