"""Every source of a ledger, one row each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["COLUMNS", "sources"]

COLUMNS = {
    "id": pl.String, "kind": pl.String, "name": pl.String, "rows": pl.Int64, "refused": pl.Int64,
    "first": pl.Int64, "last": pl.Int64, "heard": pl.Int64, "gaps": pl.Int64, "state": pl.String,
}  # fmt: skip
DAY = 86_400_000_000
# for a device without a heartbeat of its own; a gateway tells of others
SILENT_US = DAY


def sources(workspace: Workspace, now_us: int | None = None) -> pl.DataFrame:
    """Give each file, device and event capture of a ledger as `COLUMNS`, the last heard first.

    ``first`` and ``last`` [µs UTC] are of what happened, ``heard`` of when it came; ``gaps`` are
    months (a file) or days (a device) between them without a row. ``state`` is whole, refused
    (rows wait to be mended), silent, revoked or gaps.
    """
    now = time.time_ns() // 1000 if now_us is None else now_us
    parts = [_files(workspace), _devices(workspace, now), _events(workspace)]
    found = pl.concat([pl.DataFrame(schema=COLUMNS), *parts])
    return found.sort("heard", "id", descending=[True, False], nulls_last=True)


def _files(workspace: Workspace) -> pl.DataFrame:
    names = _named(workspace)
    month = pl.from_epoch("start", time_unit="us").dt.strftime("%Y-%m")
    rows = (
        workspace.scan("activity", columns=["source_sha256", "start", "end"])
        .filter(pl.col("source_sha256").is_not_null())
        .group_by("source_sha256")
        .agg(
            pl.len().cast(pl.Int64).alias("rows"), pl.min("start").alias("first"),
            pl.max("start").alias("last"), month.n_unique().cast(pl.Int64).alias("months"),
        )
        .collect(engine="streaming")
    )  # fmt: skip
    corrected = workspace.scan("activity", columns=["corrects"]).filter(
        pl.col("corrects").is_not_null()
    )
    refused = (
        workspace.scan("quarantine", columns=["quarantine_id", "source_sha256"])
        .join(corrected, left_on="quarantine_id", right_on="corrects", how="anti")
        .group_by("source_sha256")
        .agg(pl.len().cast(pl.Int64).alias("refused"))
        .collect(engine="streaming")
    )
    joined = rows.join(refused, on="source_sha256", how="full", coalesce=True).join(
        names, on="source_sha256", how="left"
    )
    spanned = _month("last") - _month("first") + 1
    return joined.select(
        id=pl.lit("file:") + pl.col("source_sha256"), kind=pl.lit("file"),
        name=pl.coalesce("name", pl.col("source_sha256").str.slice(0, 16)),
        rows=pl.col("rows").fill_null(0), refused=pl.col("refused").fill_null(0),
        first="first", last="last", heard="heard",
        gaps=(spanned - pl.col("months")).cast(pl.Int64),
    ).with_columns(
        state=pl.when(pl.col("refused") > 0).then(pl.lit("refused"))
        .when(pl.col("gaps") > 0).then(pl.lit("gaps")).otherwise(pl.lit("whole"))
    ).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())  # fmt: skip


def _month(column: str) -> pl.Expr:
    at = pl.from_epoch(column, time_unit="us")
    return at.dt.year().cast(pl.Int64) * 12 + at.dt.month().cast(pl.Int64)


def _named(workspace: Workspace) -> pl.DataFrame:
    """Give of each file its name and when it came last, from the lines of the commits."""
    found: dict[str, tuple[str, int]] = {}
    for line in workspace.log():
        source = line.get("source") or {}
        if source.get("file"):
            found[source["file"]] = (str(source.get("name") or ""), int(line.get("at") or 0))
    return pl.DataFrame(
        [(sha256, name or None, at) for sha256, (name, at) in found.items()],
        schema={"source_sha256": pl.String, "name": pl.String, "heard": pl.Int64}, orient="row",
    )  # fmt: skip


def _devices(workspace: Workspace, now: int) -> pl.DataFrame:
    from tanlu.monitor.devices import Registry

    day = pl.col("at") // DAY
    read = [
        workspace.scan(table, columns=["device", "at", "received"])
        for table in ("reading", "position") if workspace.parts(table)
    ]  # fmt: skip
    kept = pl.LazyFrame(schema={"device": pl.String, "at": pl.Int64, "received": pl.Int64})
    heard = (
        pl.concat([kept, *read]).group_by("device")
        .agg(
            pl.len().cast(pl.Int64).alias("rows"), pl.min("at").alias("first"),
            pl.max("at").alias("last"), pl.coalesce("received", "at").max().alias("heard"),
            day.n_unique().cast(pl.Int64).alias("days"),
        )
        .collect(engine="streaming")
    )  # fmt: skip
    known = Registry(workspace).devices.select("device", "state", "since", "type", "heartbeat_us")
    joined = known.join(heard, on="device", how="full", coalesce=True)
    gaps = pl.col("last") // DAY - pl.col("first") // DAY + 1 - pl.col("days")
    usual = pl.when(pl.col("type").ne_missing("gateway")).then(SILENT_US)
    longest = pl.coalesce("heartbeat_us", usual)
    quiet = (now - pl.coalesce("heard", "since") > longest).fill_null(value=False)
    return joined.select(
        id=pl.lit("device:") + pl.col("device"), kind=pl.lit("device"), name="device",
        rows=pl.col("rows").fill_null(0), refused=pl.lit(0), first="first", last="last",
        heard="heard", gaps=gaps,
        state=pl.when(pl.col("state") == "revoked").then(pl.lit("revoked"))
        .when(quiet).then(pl.lit("silent"))
        .when(gaps > 0).then(pl.lit("gaps")).otherwise(pl.lit("whole")),
    ).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())  # fmt: skip


def _events(workspace: Workspace) -> pl.DataFrame:
    if not workspace.parts("event"):
        return pl.DataFrame(schema=COLUMNS)
    days = (pl.col("at") // DAY).n_unique()
    rows = (
        workspace.scan("event").group_by(pl.coalesce("device", pl.lit("EPCIS")).alias("name"))
        .agg(
            pl.len().alias("rows"), pl.min("at").alias("first"), pl.max("at").alias("last"),
            pl.max("recorded").alias("heard"),
            ((pl.max("at") // DAY) - (pl.min("at") // DAY) + 1 - days).alias("gaps"),
        )
        .collect(engine="streaming")
    )  # fmt: skip
    return rows.select(
        id=pl.lit("events:") + pl.col("name"), kind=pl.lit("events"), name="name", rows="rows",
        refused=pl.lit(0), first="first", last="last", heard=pl.coalesce("heard", "last"),
        gaps="gaps", state=pl.lit("whole"),
    ).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())  # fmt: skip
