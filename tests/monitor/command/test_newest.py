"""What a desk begins with: fresh readings of what is watched, and devices as the log left them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tanlu.monitor.command import Desk, Rules, newest_readings, rehearsal
from tanlu.monitor.devices import enrol, now_us
from tanlu.store import open_workspace
from tests.monitor.command.conftest import RULES, SECOND

NOW = 1_700_000_000_000_000


def test_only_fresh_readings_of_watched_streams_are_given(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    rows = [
        ("door", 1, NOW - 601 * SECOND, "door_open", 1.0),
        ("door", 2, NOW - 9 * SECOND, "door_open", 1.0),
        ("door", 3, NOW - 5 * SECOND, "door_open", 0.0),
        ("door", 4, NOW - 7 * SECOND, "door_open", 1.0),
        ("old", 1, NOW - 700 * SECOND, "door_open", 1.0),
        ("door", 1, NOW, "power_w", 5.0),
    ]
    names = ["device", "seq", "at", "stream", "value"]
    workspace.append("reading", pl.DataFrame(rows, schema=names, orient="row"))
    found = newest_readings(workspace, RULES, NOW)

    assert found.rows() == [("door", "door_open", NOW - 5 * SECOND, 0.0)]
    assert newest_readings(workspace, Rules.of({}), NOW).is_empty()


def test_a_rehearsal_goes_on_where_the_one_before_ended(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    enrol(workspace, pl.DataFrame({"device": ["room", "charger/1"]}))
    desk = Desk(workspace, RULES, rehearsal(workspace, RULES), rehearsed=True)
    until = now_us() + 600 * SECOND
    desk.ask("room", "cooling_set_point", 23.0, by="building", until=until)
    again = rehearsal(workspace, RULES)

    assert again.read("room", "cooling_set_point") == 23.0
    assert again.read("charger/1", "charging_limit") == 0.0
