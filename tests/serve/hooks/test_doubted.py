"""Findings about devices are alarms of their parks."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tanlu.monitor.devices import enrol
from tanlu.monitor.quality import check_new
from tanlu.serve.api import Home
from tanlu.serve.hooks import MOST_NAMED
from tanlu.serve.hooks.doubted import _unit, grouped
from tanlu.serve.hooks.outbox import hear
from tanlu.serve.hooks.shelf import Shelf
from tanlu.store import open_workspace
from tanlu.store.relational.tables.hooks import MESSAGES
from tests.monitor.quality.made import five, stream, told
from tests.serve.hooks.test_events import fits
from tests.serving import last

SPIKES = told(five(), spoil={"d1": lambda k, v: v + 9 * (k in (900, 3900))})


@pytest.fixture
def home(tmp_path):
    workspace = open_workspace(tmp_path / "books", create=True)
    enrol(workspace, pl.DataFrame({"device": ["d1"], "place": ["xian/hall"]}))
    workspace.append("stream", stream(unit="kW"))
    workspace.append("reading", SPIKES)
    made = Home(workspace.path)
    hear(made, "home")
    yield made
    made.close()


def alarms(home):
    with home.state.of("home") as scoped:
        rows = scoped.rows(MESSAGES, MESSAGES.c.event == "park.alarm")
    return [json.loads(row["body"])["data"] for row in rows]


def test_what_no_rule_of_quality_believes_is_an_alarm_of_the_park(home):
    Shelf(home.state).subscribe("home", "https://a.example/", ["park.alarm"])
    found = last(check_new(home.workspace("home"))).findings
    hear(home, "home")
    (alarm,) = alarms(home)
    fits("park.alarm", alarm)
    assert (alarm["park"], alarm["state"], alarm["count"]) == ("xian", "raised", found.height)
    evidence = [json.loads(each) for each in found["evidence"]]
    assert alarm["alert"] == evidence[0]["rule"]
    assert alarm["code"] == found["code"][0]
    seen = {(each["stream"], each["since"], each["value"]) for each in alarm["devices"]}
    assert seen == {(each["stream"], each["since"], each["value"]) for each in evidence}
    assert all(each["value"] > each["limit"] for each in alarm["devices"])
    assert {each["unit"] for each in alarm["devices"]} == {"kW"}
    hear(home, "home")
    assert len(alarms(home)) == 1


def test_other_findings_and_those_of_whom_nobody_wants_to_hear_are_no_alarm(home):
    hooks = Shelf(home.state)
    hooks.subscribe("home", "https://a.example/", ["finding.raised"])
    workspace = home.workspace("home")
    last(check_new(workspace))
    hear(home, "home")
    hooks.subscribe("home", "https://b.example/", ["park.alarm"])
    rows = {"finding_id": ["f", "g"], "code": ["TL331"] * 2, "severity": ["info"] * 2,
            "count": [1, 1], "subject": ["device:d1", "shipment:d1"]}  # fmt: skip
    workspace.append("finding", pl.DataFrame(rows))
    hear(home, "home")
    assert alarms(home) == []


@pytest.mark.parametrize(("evidence", "role", "unit"), [
    ({"rule": "spike"}, "gauge", "kW"), ({"rule": "range"}, "gauge", "kW"),
    ({"rule": "range"}, "register", "kW/h"), ({"rule": "rate"}, "gauge", "kW/s"),
    ({"rule": "slip"}, "gauge", "1"), ({"rule": "clock", "note": "unit=ppm"}, "gauge", "ppm"),
    ({"rule": "stuck", "note": "value=3.0 unit=h"}, "gauge", "h"),
])  # fmt: skip
def test_a_figure_has_the_unit_that_its_rule_looks_at(evidence, role, unit):
    assert _unit(evidence, "kW", role) == unit


def test_of_a_stream_without_a_unit_nobody_says_one():
    assert _unit({"rule": "spike"}, None, None) is None


def test_a_gateway_that_dies_is_one_message():
    rows = [{"device": f"d{n:04}", "alert": "silent", "severity": "warning", "since": n}
            for n in range(5000)]  # fmt: skip
    (alarm,) = grouped(rows, {row["device"]: "xian" for row in rows}, "raised")
    fits("park.alarm", alarm)
    assert (alarm["count"], len(alarm["devices"])) == (5000, MOST_NAMED)
    assert alarm["devices"][0]["device"] == "d0000"
