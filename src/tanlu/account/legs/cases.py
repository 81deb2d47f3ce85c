"""Find the cases of a batch: legs that differ in nothing but amounts share factor and codes.

A million legs are about a thousand cases. What texts and rules decide is decided once for one leg
of each case; only amounts are computed leg by leg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from tanlu.factors import Library

__all__ = ["AMOUNTS", "Cases", "cases", "year"]

# what differs from leg to leg inside a case
AMOUNTS = (
    *("mass_mg", "distance_m", "load_ppm", "empty_ppm", "count", "teu_milli", "energy_j"),
    *("volume_ml", "split", "amount_fen"),
)
# texts that decide; place and origin decide by what they tell of a region
TEXTS = (
    *("kind", "vehicle_class", "energy_carrier", "temperature_class", "distance_type"),
    *("technology", "material", "currency"),
    *("assumptions", "leg_codes"),
)
# which of them are told decides codes
TOLD = ("mass_mg", "distance_m", "load_ppm", "empty_ppm", "teu_milli", "count")
CASE = "_case"


class Cases(NamedTuple):
    """The legs of a batch that stand for their cases, and the case of each leg."""

    legs: pl.DataFrame
    numbers: pl.Series


def cases(legs: pl.DataFrame, library: Library) -> Cases:
    """Give one leg of each case, and for each leg of the batch the row of its case there.

    Parameters
    ----------
    legs
        As ``prepare.whole`` gives them.
    library
        Its cuts in time, mass and distance part cases too.

    Notes
    -----
    Legs are compared by two independent hashes of 64 bits over all that decides, the second
    checked against that of the leg that stands for the case.
    """
    from tanlu.factors import regions

    found = _found(legs, library, legs.select("place"))
    if regions(found.legs["place"].unique()).null_count():
        # a place that tells no region leaves it to the origin
        where = legs.select(_region(legs[name]).alias(name) for name in ("place", "origin"))
        found = _found(legs, library, where)
    return found


def _found(legs: pl.DataFrame, library: Library, where: pl.DataFrame) -> Cases:
    from tanlu.store.engine import told_apart

    asked = [name for name in TEXTS if legs[name].null_count() < legs.height]
    # a mark may be the same number for all legs: as a column it still has their height
    mark = legs.with_columns(_mark(legs, library).alias(CASE)).select(CASE)
    texts = mark.hstack(legs.select(asked).get_columns()).hstack(where.get_columns())
    ahead, numbers = told_apart(texts)
    return Cases(legs[ahead], numbers)


def _region(codes: pl.Series) -> pl.Series:
    """Give what codes tell: sites are many, regions and the first letters of a country few."""
    from tanlu.factors import regions

    told = codes.unique().drop_nulls()
    said = pl.select(
        pl.concat_str(
            regions(told, ports=True), told.str.slice(0, 2), separator="|", ignore_nulls=True
        )
    )
    return codes.replace_strict(told, said[:, 0], default=None, return_dtype=pl.String)


def _mark(legs: pl.DataFrame, library: Library) -> pl.Expr:
    """Give one number for the period of a leg, its bands, what is told of it, and its quality."""
    from tanlu.factors import cuts

    at = cuts(library)
    found: pl.Expr = _passed(legs["start"], at["start"])
    for name in ("mass_mg", "distance_m"):
        band = _passed(legs[name], at[name])
        known = legs["vehicle_class"].null_count() == 0
        inside = pl.lit(0) if known else pl.when(pl.col("vehicle_class").is_null()).then(band)
        found = found * (len(at[name]) + 1) + inside.fill_null(0)
    if at["hour"]:
        found = found * 32 + _hour(legs)
    for name in TOLD:
        if 0 < legs[name].null_count() < legs.height:
            found = found * 2 + pl.col(name).is_null()
    if legs["bio_ppm"].null_count() < legs.height:
        found = found * 2 + (pl.col("bio_ppm") > 0).fill_null(value=False)
    if legs["amount_fen"].null_count() < legs.height:
        # the year decides what money is worth, whatever the cuts of factors
        told = pl.when(pl.col("amount_fen").is_not_null()).then(year(legs))
        found = found * 4096 + told.fill_null(0).clip(0, 4095)
    if legs["quality"].null_count() < legs.height:
        found = found * 16 + pl.col("quality").fill_null(0).clip(0, 15)
    return found


def year(legs: pl.DataFrame) -> pl.Expr:
    """Give the year in which a leg starts where it starts: 1 January in China is no December."""
    instant = pl.col("start").cast(pl.Datetime("us", "UTC"))
    found = instant.dt.year()
    for zone in legs["zone"].unique().drop_nulls().sort():
        here = instant.dt.convert_time_zone(zone).dt.year()
        found = pl.when(pl.col("zone") == zone).then(here).otherwise(found)
    return found


def _hour(legs: pl.DataFrame) -> pl.Series:
    from tanlu.factors.functions import slot

    return slot(legs)


def _passed(values: pl.Series, marks: list[int]) -> pl.Expr:
    """Give how many marks lie at or below a value, of those that lie between the values."""
    low, high = values.min(), values.max()
    found = pl.lit(0, pl.Int64)
    for mark in marks:
        if low is not None and low < mark <= high:  # type: ignore[operator]
            found = found + (pl.col(values.name) >= mark).fill_null(value=False)
    return found
