"""What one source brought, month by month and commit by commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["commits", "months"]

TABLES = {"file": ("activity", "source_sha256", "start"), "device": ("reading", "device", "at"),
          "events": ("event", "device", "at")}  # fmt: skip


def months(workspace: Workspace, kind: str, name: str) -> list[tuple[str, int]]:
    """Give the rows of a source by month of the ledger's zone, months without one as 0."""
    table, column, at = TABLES[kind]
    moment = (
        pl.from_epoch(at, time_unit="us").dt.replace_time_zone("UTC")
        .dt.convert_time_zone(str(workspace.zone))
    )  # fmt: skip
    rows = workspace.scan(table, columns=[column, at])
    rows = rows.filter((pl.col(column) if kind != "events" else _of(column)) == name)
    found = dict(
        rows.group_by(moment.dt.strftime("%Y-%m").alias("month")).agg(pl.len())
        .collect(engine="streaming").iter_rows()
    )  # fmt: skip
    return [(month, found.get(month, 0)) for month in _between(sorted(found))]


def _of(column: str) -> pl.Expr:
    return pl.coalesce(column, pl.lit("EPCIS"))


def _between(held: list[str]) -> list[str]:
    if not held:
        return []
    (year, month), last, made = map(int, held[0].split("-")), held[-1], []
    while (now := f"{year:04}-{month:02}") <= last:
        made.append(now)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return made


def commits(workspace: Workspace, sha256: str) -> list[dict[str, Any]]:
    """Give the commits of a file: version, when [µs], rows by table, lines, mapping."""
    found = []
    for line in workspace.log():
        source = line.get("source") or {}
        if source.get("file") == sha256:
            rows = {part["table"]: part["rows"] for part in line.get("parts", ())
                    if "table" in part}  # fmt: skip
            found.append({
                "version": line["version"], "at": line.get("at"), "rows": rows,
                "lines": source.get("lines"), "mapping": source.get("mapping") or "",
                "name": source.get("name") or "",
            })  # fmt: skip
    return found[::-1]
