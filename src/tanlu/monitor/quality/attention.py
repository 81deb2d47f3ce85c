"""Devices that need somebody: what is wrong with them, and when they were last heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.monitor.devices import Registry, Sender, now_us, scope_of
from tanlu.monitor.quality.alerts import alerts
from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["attention"]

TABLES = ("reading", "position")
SHOWN = ("device", "type", "place", "custodian", "state", "since", "heard", "alerts")
# a clock is judged by the readings of two days
RECENT_US = 2 * 86_400_000_000


def attention(workspace: Workspace, *, at: int | None = None) -> pl.DataFrame:
    """Give each device with when it was last heard and what is wrong, as columns.

    ``device, type, place, custodian, state, since, heard`` [us UTC] and ``alerts``: those that
    `alerts` finds by the readings of two days, or of the longest heartbeat,
    as words separated by blanks.

    Parameters
    ----------
    at
        For which time [us UTC], now if not said.
    """
    now = now_us() if at is None else at
    devices = Registry.of(workspace).devices
    longest = devices["heartbeat_us"].max() or 0
    since = now - max(RECENT_US, int(longest))  # type: ignore[arg-type]
    readings = [_readings(workspace, table) for table in TABLES]
    recent = pl.concat(readings).filter(pl.col("at") >= since)
    found = alerts(devices, recent, now)
    # who sends through a gateway needs no token of its own
    found = found.filter((pl.col("alert") != "no_key") | ~_carried(devices, found["device"]))
    told = found.group_by("device").agg(
        alerts=pl.col("alert").unique(maintain_order=True).str.join(" ")
    )  # fmt: skip
    whole = devices.join(_heard(readings), on="device", how="left", maintain_order="left")
    whole = whole.join(told, on="device", how="left", maintain_order="left")
    return whole.with_columns(pl.col("alerts").fill_null("")).select(*SHOWN)


def _carried(devices: pl.DataFrame, names: pl.Series) -> pl.Series:
    """Tell of each device whether an enrolled gateway may send for it."""
    scopes = devices.filter(pl.col("state") == "enrolled")["scope"].drop_nulls()
    patterns = tuple(each for scope in scopes.unique() for each in scope_of(scope))
    return Sender("", patterns).covers(names)


def _readings(workspace: Workspace, table: str) -> pl.LazyFrame:
    """Give what tells of a device, whichever table it stands in."""
    names = [name for name in schema("reading").names if name in schema(table).names]
    rows = workspace.scan(table, columns=names)
    missing = {name: kind for name, kind in schema("reading").dtypes().items() if name not in names}
    return (
        rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in missing.items())
        .select(schema("reading").names)
        .filter(pl.col("device").is_not_null())
        .with_columns(pl.col("stream").fill_null(table))
    )


def _heard(readings: list[pl.LazyFrame]) -> pl.DataFrame:
    """Give when the server last had something of each device."""
    parts = [
        rows.group_by("device").agg(heard=pl.coalesce("received", "at").max()) for rows in readings
    ]
    whole = pl.concat(parts).group_by("device").agg(pl.col("heard").max())
    return whole.collect(engine="streaming")
