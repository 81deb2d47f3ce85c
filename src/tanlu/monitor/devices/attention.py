"""Devices that need somebody: silent for longer than usual, badly calibrated, of a wrong clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.monitor.devices.registry import Registry, now_us

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["attention"]

TABLES = ("reading", "position")
SHOWN = ("device", "type", "place", "custodian", "state", "since", "heard", "alerts")
DAY_US = 86_400_000_000
# lateness cannot put a reading into the future; a minute is for clocks that are set by hand
AHEAD_US = 60_000_000
SOON_US = 30 * DAY_US


def attention(workspace: Workspace, *, at: int | None = None) -> pl.DataFrame:
    """Give each device with when it was last heard and what is wrong, as columns.

    ``device, type, place, custodian, state, since, heard`` [us UTC] and ``alerts``, words
    separated by blanks: ``silent`` (nothing for longer than ``heartbeat_us``, also since it was
    enrolled), ``overdue`` (the calibration has ended), ``due`` (it ends within 30 days), ``ahead``
    (a reading that is dated more than a minute after it was received).

    Parameters
    ----------
    at
        For which time [us UTC], now if not said.
    """
    now = now_us() if at is None else at
    devices = Registry.of(workspace).devices
    found = devices.join(_heard(workspace), on="device", how="left", maintain_order="left")
    enrolled = pl.col("state") == "enrolled"
    silent = now - pl.max_horizontal("heard", "since") > pl.col("heartbeat_us")
    told = {
        "silent": enrolled & silent,
        "overdue": enrolled & (pl.col("calibration_due") <= now),
        "due": enrolled & pl.col("calibration_due").is_between(now + 1, now + SOON_US),
        "ahead": enrolled & (pl.col("lead") > AHEAD_US),
    }
    words = found.with_columns(
        alerts=pl.concat_str(
            [pl.when(rule).then(pl.lit(word)) for word, rule in told.items()],
            separator=" ", ignore_nulls=True,
        )
    )  # fmt: skip
    return words.select(*SHOWN)


def _heard(workspace: Workspace) -> pl.DataFrame:
    """Give when the server last had something of each device, and how far its clock was ahead."""
    parts = [
        workspace.scan(table, columns=["device", "at", "received"])
        .group_by("device")
        .agg(
            heard=pl.coalesce("received", "at").max(),
            lead=(pl.col("at") - pl.col("received")).max(),
        )
        for table in TABLES
    ]
    whole = pl.concat(parts).group_by("device").agg(pl.col("heard", "lead").max())
    return whole.collect(engine="streaming")
