"""What a new edition would change: each factor added, changed or removed, and by how much."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.factors.importers.imported import VALUES
from tanlu.factors.packs.load import IDENTITY, LATER
from tanlu.terms import taxonomy

__all__ = ["diff", "summary"]

# an edition is told by these: two editions of one series differ in all of them
EDITION = ("valid_from", "source_id", "data_year")
KEY = tuple(name for name in (*IDENTITY, *LATER) if name not in EDITION)
SHOWN = ("activity", *taxonomy.FACETS, "place", "data_year", "boundary")
SAME = 1e-12


def diff(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Give what differs between two tables of schema ``factor``.

    Factors are matched by what they are of, not by edition; where a table holds more than one
    year of a series, by the year of the data as well.

    Returns
    -------
    polars.DataFrame
        ``change`` (added, changed, removed), ``factor_id``, ``activity``, the facets, ``place``,
        ``data_year``, ``boundary``, ``denominator``, ``column``, ``old``, ``new`` (decimal text)
        and ``relative_change``, the largest of the row first. What is the same is not told.
    """
    table = _matched(old, new)
    return table.filter(pl.col("change") != "unchanged").sort(
        pl.col("relative_change").abs(), "change", "factor_id",
        descending=[True, False, False], nulls_last=True,
    )  # fmt: skip


def summary(table: pl.DataFrame, unchanged: int = 0) -> dict[str, Any]:
    """Give how many factors a diff adds, changes and removes, and its largest change.

    ``unchanged`` is what the caller counts: rows of the new table that the diff does not name.
    """
    counts = dict(table.group_by("change").len().rows())
    changed = table.filter(pl.col("relative_change").is_not_null())
    largest = changed.sort(pl.col("relative_change").abs(), descending=True).head(1).to_dicts()
    return {
        **{name: counts.get(name, 0) for name in ("added", "changed", "removed")},
        "unchanged": unchanged,
        "largest_relative_change": largest[0]["relative_change"] if largest else None,
        "largest": largest[0] if largest else None,
    }


def _matched(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    left, right = _keyed(old), _keyed(new)
    series = any(_repeats(each, [*KEY]) for each in (left, right))
    key = [*KEY, "data_year"] if series else [*KEY]
    if any(_repeats(each, key) for each in (left, right)):
        key = [*key, *(name for name in EDITION if name not in key)]
    sides = [
        each.with_columns(pl.int_range(pl.len()).over(key).alias("_n"), here=pl.lit(value=True))
        for each in (left, right)
    ]
    both = sides[0].join(
        sides[1], on=[*key, "_n"], how="full", coalesce=True, nulls_equal=True, suffix="_new"
    )
    return _told(both)


def _keyed(table: pl.DataFrame) -> pl.DataFrame:
    names = dict.fromkeys(("factor_id", *KEY, *EDITION, *VALUES))
    absent = [pl.lit(None, pl.String).alias(name) for name in names if name not in table.columns]
    return table.with_columns(absent).select(pl.col(name).cast(pl.String) for name in names)


def _repeats(table: pl.DataFrame, key: list[str]) -> bool:
    return table.select(key).is_duplicated().any()


def _told(both: pl.DataFrame) -> pl.DataFrame:
    """Give one row a factor with the value that moved most."""
    moves = []
    for name in VALUES:
        before, after = (
            pl.col(each).cast(pl.Float64, strict=False) for each in (name, f"{name}_new")
        )
        moved = pl.when(before != 0).then((after - before) / before.abs())
        moves.append(moved.alias(f"_{name}"))
    here, there = pl.col("here").is_not_null(), pl.col("here_new").is_not_null()
    size = [pl.col(f"_{name}").abs().fill_null(0.0) for name in VALUES]
    differs = pl.any_horizontal(
        (pl.col(f"_{name}").abs() > SAME).fill_null(value=False)
        | pl.col(name).is_null().ne(pl.col(f"{name}_new").is_null())
        | (pl.col(f"_{name}").is_null() & pl.col(name).ne_missing(pl.col(f"{name}_new")))
        for name in VALUES
    )
    change = (
        pl.when(here & ~there.fill_null(value=False)).then(pl.lit("removed"))
        .when(there & ~here.fill_null(value=False)).then(pl.lit("added"))
        .when(differs).then(pl.lit("changed"))
        .otherwise(pl.lit("unchanged"))
    )  # fmt: skip
    first = pl.coalesce(
        *(
            pl.when(pl.col(name).is_not_null() | pl.col(f"{name}_new").is_not_null()).then(
                pl.lit(name)
            )
            for name in VALUES
        )
    )
    most = pl.max_horizontal(size)
    named = pl.coalesce(
        *(
            pl.when((pl.col(f"_{name}").abs().fill_null(0.0) == most) & (most > 0)).then(
                pl.lit(name)
            )
            for name in VALUES
        ),
        first,
    )
    picked = both.with_columns(moves).with_columns(change.alias("change"), named.alias("column"))

    def of(suffix: str, prefix: str = "") -> pl.Expr:
        return pl.coalesce(
            *(
                pl.when(pl.col("column") == name).then(pl.col(f"{prefix}{name}{suffix}"))
                for name in VALUES
            )
        )

    facts = [
        pl.coalesce(f"{name}_new", name).alias(name) if f"{name}_new" in both.columns
        else pl.col(name)
        for name in ("factor_id", *SHOWN, "denominator")
    ]  # fmt: skip
    return picked.select(
        "change", *facts, "column", of("").alias("old"), of("_new").alias("new"),
        pl.when(pl.col("change") == "changed").then(of("", "_")).alias("relative_change"),
    )  # fmt: skip
