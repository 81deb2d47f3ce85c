"""What is said of a device: silence, calibration, a clock that is ahead."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.devices import attention, enrol, revise
from tanlu.store import Workspace

NOW = 1_700_000_000_000_000
MINUTE = 60_000_000
DAY = 1_440 * MINUTE


def _alerts(workspace: Workspace) -> dict[str, str]:
    return dict(attention(workspace, at=NOW).select("device", "alerts").iter_rows())


def _heard(workspace: Workspace, device: str, at: int, received: int) -> None:
    row = {"device": device, "seq": 1, "at": at, "stream": "power_w", "received": received}
    workspace.append("reading", pl.DataFrame([row]))


def test_a_device_is_silent_when_its_heartbeat_is_over(workspace: Workspace) -> None:
    names = ["late", "well", "never", "young", "calm"]
    since = [1, 1, 1, NOW - MINUTE, 1]
    beat = [10 * MINUTE] * 4 + [None]
    rows = pl.DataFrame({"device": names, "since": since, "heartbeat_us": beat})
    enrol(workspace, rows)
    _heard(workspace, "late", NOW - 11 * MINUTE, NOW - 11 * MINUTE)
    _heard(workspace, "well", NOW - 30 * MINUTE, NOW - 9 * MINUTE)

    found = _alerts(workspace)
    assert found == {"late": "silent", "well": "", "never": "silent", "young": "", "calm": ""}


def test_a_calibration_is_due_before_it_is_overdue(workspace: Workspace) -> None:
    due = [NOW, NOW + 29 * DAY, NOW + 31 * DAY, None]
    rows = pl.DataFrame({"device": list("abcd"), "since": [1] * 4, "calibration_due": due})
    enrol(workspace, rows)

    assert _alerts(workspace) == {"a": "overdue", "b": "due", "c": "", "d": ""}


def test_a_reading_from_the_future_tells_of_the_clock_and_a_late_one_does_not(
    workspace: Workspace,
) -> None:
    enrol(workspace, pl.DataFrame({"device": ["a", "b"], "since": [1, 1]}))
    _heard(workspace, "a", NOW + 2 * MINUTE, NOW)
    _heard(workspace, "b", NOW - 9 * DAY, NOW)

    assert _alerts(workspace) == {"a": "ahead", "b": ""}


def test_nothing_is_asked_of_a_device_that_is_retired(workspace: Workspace) -> None:
    rows = pl.DataFrame({"device": ["a"], "since": [1], "heartbeat_us": [1]})
    enrol(workspace, rows)
    revise(workspace, "a", state="retired")

    assert _alerts(workspace) == {"a": ""}
