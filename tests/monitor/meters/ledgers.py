"""Ledgers with meters, and what comes out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.monitor.meters import pass_on
from tanlu.store import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tanlu.store import Workspace

HOUR = 3_600_000_000
MINUTE = 60_000_000
# 2026-11-02T00:00 in Shanghai
START = 1_793_548_800_000_000
STREAM = {
    "stream": "energy", "since": 0, "role": "register", "unit": "kWh", "quantity": "energy_j",
    "kind": "energy.electricity", "carrier": "electricity", "step_us": 10 * MINUTE,
    "lateness_us": 30 * MINUTE, "estimate": "linear",
}  # fmt: skip


def ledger(path: Path, *streams: dict[str, Any], zone: str = "Asia/Shanghai") -> Workspace:
    """Give a new ledger in which streams are defined: one of electricity unless told."""
    workspace = open_workspace(path, create=True, zone=zone)
    tell(workspace, "stream", *(STREAM | stream for stream in streams or ({},)))
    return workspace


def tell(workspace: Workspace, table: str, *rows: dict[str, Any]) -> None:
    """Write lines of streams or devices."""
    from tanlu.terms import schema

    frame = pl.DataFrame(rows, schema_overrides=schema(table).dtypes(), infer_schema_length=None)
    workspace.append(table, frame)


def device(name: str, **told: Any) -> dict[str, Any]:
    """Give the line of a device."""
    return {"device": name, "since": 0, "state": "enrolled", "type": "meter"} | told


def reads(
    workspace: Workspace, rows: Sequence[tuple[str, int, int, float | None]], stream: str = "energy"
) -> None:
    """Write readings: device, sequence number, time and value."""
    names = ("device", "seq", "at", "value")
    types = {"device": pl.String, "seq": pl.Int64, "at": pl.Int64, "value": pl.Float64}
    frame = pl.DataFrame(rows, schema={name: types[name] for name in names}, orient="row")
    workspace.append("reading", frame.with_columns(stream=pl.lit(stream)))


def passed(workspace: Workspace, **asked: Any) -> dict[str, Any]:
    """Pass the readings on and give the result."""
    *_, last = pass_on(workspace, **asked)
    return last.result  # type: ignore[return-value]


def current(workspace: Workspace) -> pl.DataFrame:
    """Give the activities that hold, without the number of their revision."""
    columns = ("source_device", "start", "end", "energy_j", "quality", "labels", "place", "kind")
    return workspace.scan("activity").select(columns).sort("source_device", "start").collect()
