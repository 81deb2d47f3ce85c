"""Custody: in what a thing was and what was in it, as intervals of time, from rows of events."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tanlu.store.index import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["holding", "intervals"]

COLUMNS = ("event_id", "at", "type", "action", "subject", "parent", "event", "role")
HELD = ("aggregation", "association")


def holding(workspace: Any, column: str, things: Sequence[str], as_of: int | None) -> pl.DataFrame:
    """Give in what (``subject``) or holding what (``parent``) some things were.

    Columns ``thing``, ``carrier``, ``since`` and ``until`` [us UTC, null where open], ``event``.
    """
    import polars as pl

    rows = find(workspace, "event", {column: things}, columns=COLUMNS, as_of=as_of)
    if rows.is_empty():
        return _nothing()
    # what is in itself is a circle, and told as one; the parent of an event is no child of it
    pairs = rows.filter(
        pl.col("type").is_in(HELD),
        pl.col("parent").is_not_null(),
        (pl.col("subject") != pl.col("parent"))
        | (pl.col("role") != "parent").fill_null(value=True),
    )
    if pairs.is_empty():
        return _nothing()
    parents = list(dict.fromkeys(pairs["parent"].to_list()))
    emptied = _emptied(workspace, parents, as_of)
    if emptied.height:
        pairs = pl.concat([pairs, _all_out(pairs, emptied)])
    return intervals(pairs)


@cache
def _nothing() -> pl.DataFrame:
    """Give no interval; most things were in nothing, and a plan of nothing takes as long."""
    import polars as pl

    kinds = (pl.String, pl.String, pl.Int64, pl.Int64, pl.String)
    names = ("thing", "carrier", "since", "until", "event")
    return pl.DataFrame(schema=dict(zip(names, kinds, strict=True)))


def intervals(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the intervals of each pair, from the first event that shows it in to its delete.

    What only ever came out was in since nobody knows when.
    """
    import polars as pl

    pair = ("subject", "parent", "type")
    inside = pl.col("action").fill_null("observe") != "delete"
    return (
        # put in and taken out at one instant: which came first nobody knows, it stays as it was
        rows.lazy()
        .with_columns(_in=inside)
        .filter(pl.col("_in").n_unique().over(*pair, "at") == 1)
        .sort(*pair, "at", maintain_order=True)
        .with_columns(
            _start=pl.col("_in") & ~pl.col("_in").shift(1).over(pair).fill_null(value=False)
        )
        .with_columns(_spell=pl.col("_start").cast(pl.Int64).cum_sum().over(pair))
        .group_by(*pair, "_spell", maintain_order=True)
        .agg(
            since=pl.col("at").filter("_in").min(),
            until=pl.col("at").filter(~pl.col("_in")).min(),
            event=pl.col("event").fill_null(pl.col("event_id")).first(),
        )
        .sort("subject", pl.col("since").fill_null(pl.col("until")), "parent")
        .select(pl.col("subject").alias("thing"), pl.col("parent").alias("carrier"), "since",
                "until", "event")
        .collect()
    )  # fmt: skip


def _emptied(workspace: Any, parents: Sequence[str], as_of: int | None) -> pl.DataFrame:
    """Give when all that was in something came out at once: a delete that names no child."""
    import polars as pl

    rows = find(workspace, "event", {"subject": parents}, columns=COLUMNS, as_of=as_of)
    if rows.is_empty():
        return rows
    rows = rows.filter(
        pl.col("type").is_in(HELD), pl.col("role") == "parent", pl.col("action") == "delete"
    )
    if rows.is_empty():
        return rows
    events = rows["event"].drop_nulls().to_list()
    named = find(workspace, "event", {"event": events}, columns=COLUMNS, as_of=as_of)
    return rows.join(named.filter(pl.col("parent").is_not_null()), on="event", how="anti")


def _all_out(pairs: pl.DataFrame, emptied: pl.DataFrame) -> pl.DataFrame:
    """Give a row for each thing that came out when its carrier was emptied.

    What went in later did not come out: a carrier is used again.
    """
    import polars as pl

    inside = pl.col("action").fill_null("observe") != "delete"
    tie = ("parent", "type")
    went_in = pairs.filter(inside).group_by("subject", *tie).agg(_in=pl.col("at").min())
    ends = emptied.drop("parent").rename({"subject": "parent"})
    found = went_in.join(ends, on=tie).filter(pl.col("at") > pl.col("_in"))
    return found.select(pairs.columns)
