"""The registry of devices."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.devices import enrol
from tanlu.terms import schema


def test_a_device_stands_with_its_state_and_what_it_needs(asking, home):
    workspace = home.workspace("home")
    row = {"device": "meter-7", "since": 1, "state": "enrolled", "heartbeat_us": 1_000_000}
    enrol(workspace, schema("device").fit(pl.DataFrame([row])))
    page = asking().get("/en/devices").text
    assert "meter-7" in page
    assert "silent" in page
    assert "no key" in page
    assert asking().get("/en/devices/meter-7").status_code == 200
    assert "meter-7" not in asking("manager", tenant="other").get("/en/devices").text
