"""The day of a park from the ledger."""

from __future__ import annotations

from time import sleep

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.devices import enrol
from tanlu.serve.live import day_of, lately
from tanlu.store import open_workspace
from tanlu.terms import schema, time
from tests.serve.live.watching import books, readings

DAY = "2026-11-03"
MINUTE_US = 60_000_000


@pytest.fixture
def ledger(tmp_path):
    """A ledger with readings of two quarters; in the second one a device was not heard."""
    workspace = books(tmp_path / "l")
    start, _ = time.period(DAY, str(workspace.zone))
    rows = [
        readings({"x-grid": 400.0 + 200 * n, "x-pv": 100.0}, seq=n, at=start + n * MINUTE_US)
        for n in range(2)
    ]
    rows.append(readings({"x-pv": 50.0}, seq=9, at=start + 20 * MINUTE_US))
    workspace.append("reading", schema("reading").fit(pl.concat(rows)))
    return workspace, start


def test_a_quarter_is_the_mean_of_its_readings_and_silence_is_no_zero(ledger) -> None:
    workspace, start = ledger
    found = day_of(workspace, "xian", DAY, start + 3 * 3_600_000_000)
    role = {name: place for place, name in enumerate(found.roles)}
    first, second = found.lines[0][1], found.lines[1][1]

    assert first[role["grid"]] == pytest.approx(500.0)
    assert first[role["pv"]] == pytest.approx(100.0)
    assert second[role["grid"]] is None
    assert second[role["pv"]] == pytest.approx(50.0)
    assert found.lines[2][1] == (None,) * len(found.roles)


def test_a_day_ends_now(ledger) -> None:
    workspace, start = ledger

    assert len(day_of(workspace, "xian", DAY, start + 90 * MINUTE_US).lines) == 8
    assert day_of(workspace, "xian", "2026-11-04", start).lines == ()


def test_the_last_hours_reach_over_midnight_and_end_now(ledger) -> None:
    workspace, start = ledger
    found = lately(workspace, "xian", start + 90 * MINUTE_US, patience_s=60)
    assert found is not None

    assert len(found.lines) == 24 * 4
    assert found.lines[0][0] == start + 90 * MINUTE_US - 24 * 60 * MINUTE_US
    assert {at: values for at, values in found.lines if any(v is not None for v in values)} == dict(
        day_of(workspace, "xian", DAY, start + 90 * MINUTE_US).lines[:2]
    )
    # 100 W and then 50 W, of each a quarter of an hour; of the grid a quarter is known
    assert found.energy("pv") == (150 * 900, 2 * 15 * MINUTE_US)
    assert found.energy("grid") == (500 * 900, 15 * MINUTE_US)
    assert found.energy("storage") is None


def test_a_quarter_that_runs_counts_as_far_as_it_has_run(ledger) -> None:
    workspace, start = ledger
    found = lately(workspace, "xian", start + 20 * MINUTE_US, patience_s=60)
    assert found is not None

    assert found.energy("pv") == (100 * 900 + 50 * 300, 20 * MINUTE_US)


def test_who_does_not_wait_finds_it_the_next_time(ledger) -> None:
    workspace, start = ledger

    first, then = (lately(workspace, "xian", start + 40 * MINUTE_US, patience_s=patience)
                   for patience in (0.0, 60.0))  # fmt: skip
    assert then is not None
    # a quick machine has it at once
    assert first in (None, then)


def test_what_nobody_waited_for_is_not_told_hours_later_as_that_of_now(ledger) -> None:
    workspace, start = ledger
    lately(workspace, "xian", start + 40 * MINUTE_US, patience_s=0.0)
    lately(workspace, "kunshan", start, patience_s=60)
    sleep(0.5)

    later = lately(workspace, "xian", start + 400 * MINUTE_US, patience_s=60)

    assert later is not None
    assert later.end_us == start + 400 * MINUTE_US


def test_another_park_has_none_of_it(ledger) -> None:
    workspace, start = ledger
    found = day_of(workspace, "kunshan", DAY, start + 3_600_000_000)

    assert all(value is None for _, values in found.lines for value in values)


def test_what_is_no_day_is_said(tmp_path) -> None:
    with pytest.raises(TanluError, match="TL112"):
        day_of(open_workspace(tmp_path / "e", create=True), "xian", "yesterday", 0)


def test_what_comes_late_is_in_the_day_and_a_ratio_counts_as_it_does_live(tmp_path) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    row = {"device": "g", "type": "grid", "place": "xian/x", "ratio": 40.0}
    enrol(workspace, pl.DataFrame([row]).with_columns(heartbeat_us=pl.lit(2_000_000, pl.Int64)))
    start, _ = time.period(DAY, str(workspace.zone))
    now = start + 6 * 3_600_000_000

    def told(seq: int, value: float, at: int) -> float | None:
        rows = readings({"g": value}, seq=seq, at=at)
        workspace.append("reading", schema("reading").fit(rows))
        found = day_of(workspace, "xian", DAY, now)
        return found.lines[0][1][found.roles.index("grid")]

    assert told(1, 10.0, start + 3_600_000_000) is None
    assert told(2, 10.0, start) == pytest.approx(400.0)
