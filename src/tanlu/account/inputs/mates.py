"""Mates: the activities without which the emissions of a period cannot be computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.rounds import CARRIES, METERED

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["mates"]

NAMES = ("round", "operation")
COLUMNS = ("activity_id", "kind", "start", *NAMES)


def mates(workspace: Workspace, span: tuple[int, int]) -> pl.DataFrame:
    """Give the activities outside a period that its emissions depend on.

    Those that share a measured total with one inside (same ``round`` or ``operation``); and where
    electricity has rows by market in the period, all electricity of these years, because what
    instruments cover is known from the whole year.

    Parameters
    ----------
    workspace
        Opened by ``tanlu.store.open_workspace``.
    span
        Half-open time [us UTC]; an activity belongs to the period in which it starts.

    Returns
    -------
    polars.DataFrame
        ``activity_id``, sorted.
    """
    grouped = (
        workspace.scan("activity", columns=COLUMNS)
        .filter(METERED | CARRIES, pl.any_horizontal(pl.col(NAMES).is_not_null()))
        .collect(engine="streaming")
    )
    inside = pl.col("start").is_between(*span, closed="left")
    found = pl.DataFrame(schema={"activity_id": pl.String})
    while True:
        wanted = inside | pl.col("activity_id").is_in(found["activity_id"].implode())
        linked = _linked(grouped, wanted)
        more = pl.concat([found, linked, _powered(workspace, wanted)]).unique()
        if more.height == found.height:
            break
        found = more
    own = workspace.scan("activity", columns=["activity_id", "start"]).filter(inside)
    return found.lazy().join(own, on="activity_id", how="anti").sort("activity_id").collect()


def _linked(grouped: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """Give all rows of the groups with measured energy of which one row is wanted."""
    while True:
        touched = grouped.filter(wanted)
        mine = pl.lit(value=False)
        for name in NAMES:
            metered = grouped.filter(METERED)[name].drop_nulls().unique()
            keys = touched[name].drop_nulls().unique()
            both = keys.filter(keys.is_in(metered.implode()))
            mine = mine | pl.col(name).is_in(both.implode()).fill_null(value=False)
        found = grouped.filter(mine)
        if found.filter(~wanted).is_empty():
            return found.select("activity_id")
        wanted = wanted | pl.col("activity_id").is_in(found["activity_id"].implode())


def _powered(workspace: Workspace, wanted: pl.Expr) -> pl.DataFrame:
    """Give the electricity of the years in which a wanted row has a twin by market."""
    rows = workspace.scan(
        "emission", columns=["activity_id", "share_of", "boundary", "basis", "method", "start"]
    )
    at = pl.from_epoch("start", "us").dt.replace_time_zone("UTC")
    year = at.dt.convert_time_zone(workspace.zone).dt.year()
    bought = rows.filter(pl.col("method") == "market", wanted).select(year.alias("year"))
    years = bought.unique().collect(engine="streaming")["year"]
    power = rows.filter(
        pl.col("boundary") == "generation",
        pl.col("basis") == "location",
        year.is_in(years.implode()),
    )
    ids = pl.col("activity_id"), pl.col("share_of").alias("activity_id")
    if years.is_empty():
        return pl.DataFrame(schema={"activity_id": pl.String})
    named = pl.concat([power.select(each) for each in ids]).drop_nulls().unique()
    return named.collect(engine="streaming")
