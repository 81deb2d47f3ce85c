"""Alarms of parks are told once, when they begin and when they end."""

from __future__ import annotations

import json
import time

import polars as pl
import pytest
import standardwebhooks

from tanlu.monitor.devices import enrol
from tanlu.serve.api import Home
from tanlu.serve.hooks import EVENTS, Alarms, Hooks
from tanlu.serve.hooks.alarms import GRACE_US, Watch
from tanlu.serve.hooks.shelf import Shelf
from tanlu.store.relational.tables.hooks import ALARMS, MESSAGES
from tanlu.store.stream import open_stream_log
from tests.serve.hooks.test_events import fits
from tests.serve.live.watching import POWERS, books, now_us, readings, say

S = 1_000_000
BEAT = 2 * S


@pytest.fixture
def park(tmp_path):
    """A home whose ledger has the devices of a park, each heard every two seconds."""
    workspace = books(tmp_path / "books")
    made = Home(workspace.path)
    Shelf(made.state).subscribe("home", "https://a.example/", ["park.alarm"])
    yield made
    made.close()


@pytest.fixture
def clock(monkeypatch):
    """The time that alarms go by, at will."""
    at = [now_us()]
    monkeypatch.setattr("tanlu.serve.hooks.alarms.now_us", lambda: at[0])
    return at


def told(home, tenant="home"):
    with home.state.of(tenant) as scoped:
        rows = scoped.rows(MESSAGES, order=(MESSAGES.c.at_us, MESSAGES.c.id))
    found = [json.loads(row["body"])["data"] for row in rows]
    for each in found:
        fits("park.alarm", each)
    return found


def names(alarm):
    return [each["device"] for each in alarm["devices"]]


def test_a_device_that_falls_silent_is_heard_of_at_an_address_and_so_is_its_return(
    tmp_path, receiver, reach, clock
):
    workspace = books(tmp_path / "books")
    home = Home(workspace.path)
    log = open_stream_log(workspace)
    hooks, alarms = Hooks(home, reach=reach), Alarms(home, look_s=0.02)
    hook = hooks.shelf.subscribe("home", receiver.url, ["park.alarm"])
    everybody = {**POWERS, "x-dock": 1.0, "far": 1.0}
    say(log, readings(everybody, seq=1, at=clock[0]))
    hooks.start()
    alarms.start()

    def until(count):
        ends = time.monotonic() + 90
        while len(receiver.got) < count:
            assert time.monotonic() < ends
            time.sleep(0.01)
        _, headers, body = receiver.got[count - 1]
        return standardwebhooks.Webhook(hook["secret"]).verify(body, headers)

    time.sleep(0.3)
    assert receiver.got == []
    begun = clock[0]
    some = {name: value for name, value in everybody.items() if name != "x-pv"}
    say(log, readings(some, seq=2, at=begun + BEAT + S))
    clock[0] += BEAT + S
    first = until(1)
    assert first["type"] == "park.alarm"
    (device,) = first["data"].pop("devices")
    assert first["data"] == {
        "park": "xian", "alert": "silent", "code": None, "severity": "warning",
        "state": "raised", "count": 1,
    }  # fmt: skip
    assert (device["device"], device["since"], device["unit"]) == ("x-pv", begun, "s")
    assert (device["value"], device["limit"]) == (3.0, 2.0)
    say(log, readings(everybody, seq=3, at=clock[0]))
    second = until(2)
    assert (second["data"]["state"], names(second["data"])) == ("cleared", ["x-pv"])
    alarms.close()
    hooks.close()
    home.close()


def test_what_stands_is_told_once_also_over_a_new_start(park, clock):
    log = open_stream_log(park.workspace("home"))
    say(log, readings(POWERS, seq=1, at=clock[0]))
    first = Alarms(park)
    first.look()
    clock[0] += BEAT + S
    first.look()
    silent = [each for each in told(park) if each["park"] == "xian"]
    assert [(each["count"], each["state"]) for each in silent] == [(6, "raised")]
    count = len(told(park))
    first.look()
    clock[0] += S
    again = Alarms(park)
    again.look()
    clock[0] += GRACE_US
    again.look()
    assert len(told(park)) == count
    # who came back while nobody looked is told as soon as somebody does
    say(log, readings({"x-pv": 1.0}, seq=9, at=clock[0]))
    later = Alarms(park)
    later.look()
    clock[0] += 1
    later.look()
    cleared = [names(each) for each in told(park)[count:] if each["state"] == "cleared"]
    assert ["x-pv"] in cleared


def test_nobody_is_silent_before_his_senders_could_come_back(tmp_path):
    workspace = books(tmp_path / "books")
    at = now_us()
    say(open_stream_log(workspace), readings(POWERS, seq=1, at=at - 60 * S))
    watch = Watch(workspace, at)
    assert watch.standing(at + BEAT - 1)["early"].all()
    found = watch.standing(at + BEAT).filter(early=False)
    assert {"x-pv", "far"} <= set(found["device"])
    assert found.filter(device="x-pv")["since"].item() == at - 60 * S


def test_who_sends_by_files_is_not_silent_and_who_was_heard_long_ago_is_since_then(tmp_path):
    workspace = books(tmp_path / "books")
    at = now_us() + 60 * S
    workspace.append("reading", readings({"x-pv": 1.0}, seq=1, at=at - S))
    workspace.append("reading", readings({"x-ch": 1.0}, seq=1, at=at - 3600 * S))
    watch = Watch(workspace, at - 60 * S)
    found = watch.standing(at)
    assert "x-pv" not in found["device"]
    assert found.filter(device="x-ch")["since"].item() == at - 3600 * S


def test_who_cannot_read_the_log_calls_nobody_silent(park, clock):
    workspace = park.workspace("home")
    log = open_stream_log(workspace)
    say(log, readings(POWERS, seq=1, at=clock[0]))
    alarms = Alarms(park)
    alarms.look()
    later = readings(POWERS, seq=2, at=clock[0] + BEAT + S)
    say(log, later)
    segment = log.folder / "00000001.wal"
    spoilt = bytearray(segment.read_bytes())
    spoilt[-1] ^= 1
    segment.write_bytes(spoilt)
    clock[0] += BEAT + S
    alarms.look()
    assert told(park) == []
    # what the log lost, and the ledger has, was heard
    workspace.append("reading", later)
    alarms.look()
    silent = {name for each in told(park) for name in names(each)}
    assert silent == {"x-dock", "far"}


def test_an_ended_calibration_is_an_alarm_and_what_only_the_registry_tells_is_none(tmp_path, clock):
    workspace = books(tmp_path / "books", [("x-grid", "grid", "xian/grid")])
    rows = pl.DataFrame({
        "device": ["m1", "m2"], "type": ["meter", "meter"], "place": ["wuhan/a", None],
        "calibration_due": [clock[0] - 86_400 * S, clock[0] + 86_400 * S],
    })  # fmt: skip
    enrol(workspace, rows)
    home = Home(workspace.path)
    Shelf(home.state).subscribe("home", "https://a.example/", ["park.alarm"])
    Alarms(home).look()
    (alarm,) = told(home)
    assert (alarm["alert"], alarm["park"], alarm["severity"]) == ("overdue", "wuhan", "error")
    assert names(alarm) == ["m1"]
    home.close()


def test_a_park_is_followed_only_while_somebody_wants_to_hear(park, clock):
    alarms, shelf = Alarms(park), Shelf(park.state)
    (hook,) = shelf.hooks("home")
    shelf.change("home", hook["id"], events=["job.done"])
    clock[0] += 60 * S
    alarms.look()
    assert alarms._watches == {}
    shelf.change("home", hook["id"], events=sorted(EVENTS))
    alarms.look()
    assert set(alarms._watches) == {"home"}
    shelf.change("home", hook["id"], on=False)
    alarms.look()
    assert alarms._watches == {}
    with park.state.everywhere() as state:
        assert state.count(ALARMS) == 0
