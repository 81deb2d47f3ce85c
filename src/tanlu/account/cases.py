"""Find the cases of a batch: legs that differ in nothing but amounts share factor and codes.

A million legs are about a thousand cases. What texts and rules decide is decided once for one leg
of each case; only amounts are computed leg by leg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from tanlu.factors import Library

__all__ = ["AMOUNTS", "Cases", "cases"]

# what differs from leg to leg inside a case
AMOUNTS = (
    *("mass_mg", "distance_m", "load_ppm", "empty_ppm", "count", "teu_milli", "energy_j"),
    *("volume_ml", "split"),
)
# texts that decide; place and origin decide by what they tell of a region
TEXTS = (
    *("kind", "vehicle_class", "energy_carrier", "temperature_class", "distance_type"),
    *("assumptions", "leg_codes"),
)
# which of them are told decides codes
TOLD = ("mass_mg", "distance_m", "load_ppm", "empty_ppm", "teu_milli")
FEW = 1_000
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
    asked = [name for name in TEXTS if legs[name].null_count() < legs.height]
    columns = {name: legs[name] for name in asked} | _where(legs)
    marks = legs.select(_mark(legs, library).alias(CASE))[CASE]
    frame = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    first, second = (
        frame.with_columns(marks)
        .select(
            _mixed(frame.columns, seed).alias(str(seed)) for seed in (1, 2)
        )
    )  # fmt: skip
    distinct = first.to_frame("hash").with_row_index(CASE).unique("hash", keep="first")
    distinct = distinct.sort(CASE)
    numbered = distinct.select("hash", pl.int_range(pl.len(), dtype=pl.UInt32).alias("number"))
    joined = first.to_frame("hash").join(numbered, on="hash", how="left", maintain_order="left")
    numbers = joined["number"]
    if not (second == second.gather(distinct[CASE]).gather(numbers)).all():
        return Cases(legs, pl.int_range(legs.height, dtype=pl.UInt32, eager=True))
    return Cases(legs[distinct[CASE]], numbers)


def _mixed(names: list[str], seed: int) -> pl.Expr:
    """Give a hash of all columns; each column is hashed under a seed of its own."""
    found = pl.col(CASE).hash(seed)
    for number, name in enumerate(names, start=1):
        found = found ^ pl.col(name).hash(seed + 100 * number)
    return found


def _where(legs: pl.DataFrame) -> dict[str, pl.Series]:
    """Give what place and origin decide; where every place tells its region, origin decides not."""
    from tanlu.factors import regions

    place = legs["place"]
    distinct = place.unique()
    found = {"place": _region(place)}
    if regions(distinct).null_count():
        found["origin"] = _region(legs["origin"])
    return found


def _region(codes: pl.Series) -> pl.Series:
    from tanlu.factors import regions

    distinct = codes.unique()
    if distinct.len() <= FEW:
        return codes
    # sites are many: what they tell is the region, and a country by their first letters
    told = distinct.drop_nulls()
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
    found: pl.Expr = _passed("start", at["start"])
    for name in ("mass_mg", "distance_m"):
        band = _passed(name, at[name])
        known = legs["vehicle_class"].null_count() == 0
        inside = pl.lit(0) if known else pl.when(pl.col("vehicle_class").is_null()).then(band)
        found = found * (len(at[name]) + 1) + inside.fill_null(0)
    for name in TOLD:
        if 0 < legs[name].null_count() < legs.height:
            found = found * 2 + pl.col(name).is_null()
    if legs["bio_ppm"].null_count() < legs.height:
        found = found * 2 + (pl.col("bio_ppm") > 0).fill_null(value=False)
    if legs["quality"].null_count() < legs.height:
        found = found * 16 + pl.col("quality").fill_null(0).clip(0, 15)
    return found


def _passed(name: str, marks: list[int]) -> pl.Expr:
    """Give how many marks lie at or below a value."""
    return pl.sum_horizontal(
        pl.lit(0, pl.Int64), *((pl.col(name) >= mark).cast(pl.Int64) for mark in marks)
    )
