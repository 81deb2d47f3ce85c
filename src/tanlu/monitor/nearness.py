"""Rows of other files that look like rows of this one: the same goods under two identities."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tanlu.monitor.faults import finding_id, hint_of
from tanlu.store import Workspace
from tanlu.terms import schema

__all__ = ["near_duplicates"]

CODE = "TL337"
DAY_US = 86_400_000_000
AT_ONCE = 1 << 22  # keys in memory at once
KEY = ("of", "kind", "origin", "destination")
EXACT = (*KEY, "mass_mg", "day")
NEAR_SHARE, NEAR_DAYS = 0.01, 1  # a mass rounded or weighed again, a day of another zone
PAIRS = 10_000  # of one key; above, only equal masses and days are compared
READ = (
    "activity_id", "start", "kind", "mass_mg", "origin", "destination",
    "shipment", "consignment", "source_sha256",
)  # fmt: skip


def near_duplicates(workspace: Workspace, sha256: str, span: tuple[int, int]) -> pl.DataFrame:
    """Give a finding for each row of a file that another file seems to hold as well.

    Parameters
    ----------
    workspace
        Where both are.
    sha256
        The file.
    span
        Least start and greatest end of its rows [us UTC].
    """
    around = (span[0] - NEAR_DAYS * DAY_US, span[1] + NEAR_DAYS * DAY_US)
    rows = _keyed(workspace.scan("activity", between=around, columns=READ))
    mine = rows.filter(pl.col("source_sha256") == sha256)
    others = rows.filter(pl.col("source_sha256").ne_missing(sha256))
    found = [schema("finding").empty()]
    if others.head(1).collect().is_empty():
        return found[0]
    for keys in _hashes(mine):
        alike = _among(others, keys)
        if alike.height:
            twins = _among(mine, alike["hash"].unique())
            found.append(_told(twins, alike, sha256))
    return pl.concat(found)


def _keyed(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Give rows that can be compared, with their day and the hash of their key."""
    return (
        rows.with_columns(of=pl.coalesce("consignment", "shipment"), day=pl.col("start") // DAY_US)
        .filter(pl.col("of").is_not_null(), pl.col("mass_mg").is_not_null())
        .with_columns(hash=pl.struct(KEY).hash())
    )


def _hashes(rows: pl.LazyFrame) -> Iterator[pl.Series]:
    keys = rows.select("hash").collect(engine="streaming")["hash"].unique()
    for start in range(0, keys.len(), AT_ONCE):
        yield keys.slice(start, AT_ONCE)


def _among(rows: pl.LazyFrame, keys: pl.Series) -> pl.DataFrame:
    wanted = keys.alias("hash").to_frame().lazy()
    return rows.join(wanted, on="hash", how="semi").collect(engine="streaming")


def _told(mine: pl.DataFrame, others: pl.DataFrame, sha256: str) -> pl.DataFrame:
    pairs = _pairs(mine, others)
    first = pairs.group_by("activity_id").agg(pl.min("other")).sort("activity_id")
    ids = [finding_id(sha256, CODE, *pair) for pair in first.rows()]
    return schema("finding").fit(
        first.select(
            pl.Series("finding_id", ids, dtype=pl.String),
            pl.lit(CODE).alias("code"),
            pl.lit("warning").alias("severity"),
            pl.format("activity:{}", "activity_id").alias("subject"),
            pl.col("other").alias("value"),
            pl.lit(hint_of(CODE), pl.String).alias("hint"),
            pl.lit(1, pl.Int64).alias("count"),
            pl.lit(sha256).alias("source_sha256"),
        )
    )


def _pairs(mine: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Give each row with each ``other`` of about its mass and day."""
    key, exact = list(KEY), list(EXACT)
    names = others.select(*EXACT, other="activity_id")
    sizes = (
        mine.group_by(key)
        .len("here")
        .join(names.group_by(key).len("there"), on=key, nulls_equal=True)
    )
    many = sizes.filter(pl.col("here").cast(pl.Int64) * pl.col("there") > PAIRS)
    few = mine.join(many, on=key, how="anti", nulls_equal=True)
    near = few.join(names, on=key, nulls_equal=True, suffix="_other").filter(
        (pl.col("mass_mg") - pl.col("mass_mg_other")).abs() <= pl.col("mass_mg").abs() * NEAR_SHARE,
        (pl.col("day") - pl.col("day_other")).abs() <= NEAR_DAYS,
    )
    same = mine.join(many, on=key, how="semi", nulls_equal=True).join(
        names, on=exact, nulls_equal=True
    )
    columns = ["activity_id", "other"]
    return pl.concat([near.select(columns), same.select(columns)]).filter(
        pl.col("activity_id") != pl.col("other")
    )
