"""What is said of a device: when it was heard, and what quality control finds wrong with it."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.devices import enrol, revise
from tanlu.monitor.quality import attention
from tanlu.store import Workspace

NOW = 1_700_000_000_000_000
MINUTE = 60_000_000
DAY = 1_440 * MINUTE


def _enrol(workspace: Workspace, devices: list[str], **columns: list[object]) -> None:
    rows = {"device": devices, "since": [1] * len(devices)} | columns
    enrol(workspace, pl.DataFrame(rows), tokens=True)


def _alerts(workspace: Workspace) -> dict[str, str]:
    return dict(attention(workspace, at=NOW).select("device", "alerts").iter_rows())


def _heard(workspace: Workspace, device: str, at: int, received: int) -> None:
    row = {"device": device, "seq": 1, "at": at, "stream": "power_w", "received": received}
    workspace.append("reading", pl.DataFrame([row]))


def test_a_device_is_silent_when_its_heartbeat_is_over(workspace: Workspace) -> None:
    beat = [10 * MINUTE, 10 * MINUTE, 10 * MINUTE, 9 * DAY, None]
    _enrol(workspace, ["late", "well", "never", "weekly", "calm"], heartbeat_us=beat)
    _heard(workspace, "late", NOW - 11 * MINUTE, NOW - 11 * MINUTE)
    _heard(workspace, "well", NOW - 9 * MINUTE, NOW - 8 * MINUTE)
    _heard(workspace, "weekly", NOW - 8 * DAY, NOW - 8 * DAY)

    assert _alerts(workspace) == {
        "late": "silent", "well": "", "never": "silent", "weekly": "", "calm": "",
    }  # fmt: skip


def test_a_position_is_heard_as_well(workspace: Workspace) -> None:
    _enrol(workspace, ["lorry"], heartbeat_us=[10 * MINUTE])
    row = {"device": "lorry", "seq": 1, "at": NOW - MINUTE, "lat_e7": 0, "lon_e7": 0}
    workspace.append("position", pl.DataFrame([row]))
    found = attention(workspace, at=NOW).row(0, named=True)

    assert (found["alerts"], found["heard"]) == ("", NOW - MINUTE)


def test_a_calibration_is_due_before_it_is_overdue(workspace: Workspace) -> None:
    due = [NOW, NOW + 29 * DAY, NOW + 400 * DAY, None]
    _enrol(workspace, list("abcd"), calibration_due=due)

    assert _alerts(workspace) == {"a": "overdue", "b": "due", "c": "", "d": ""}


def test_a_device_without_key_and_token_is_told(workspace: Workspace) -> None:
    enrol(workspace, pl.DataFrame({"device": ["a"], "since": [1]}))

    assert _alerts(workspace) == {"a": "no_key"}


def test_a_device_behind_a_gateway_needs_no_token(workspace: Workspace) -> None:
    enrol(workspace, pl.DataFrame({"device": ["hall/1", "yard/1"], "since": [1, 1]}))
    _enrol(workspace, ["gw"], scope=["hall/*"])

    assert _alerts(workspace) == {"gw": "", "hall/1": "", "yard/1": "no_key"}


def test_nothing_is_asked_of_a_device_that_is_retired(workspace: Workspace) -> None:
    _enrol(workspace, ["a"], heartbeat_us=[1])
    revise(workspace, "a", state="retired")

    assert _alerts(workspace) == {"a": ""}


def test_a_ledger_without_devices_has_nobody(workspace: Workspace) -> None:
    assert attention(workspace).is_empty()
