"""Match a batch of activities to resolved factors: one hash join on a packed key and period.

All intervals of a batch's keys share a few breakpoints. The start of an activity tells its period
between two breakpoints, so that key and period together are one integer and one equi-join finds
the row: no range join, no rows multiplied.
"""

from __future__ import annotations

import difflib
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from tanlu.factors import rules, select
from tanlu.factors.compose import KEY, resolve
from tanlu.factors.packs import Library, library
from tanlu.factors.places import regions
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

_built_in = library
ROW = "_row"


def match(
    batch: pl.DataFrame,
    *,
    library: Library | None = None,
    profile: str = "iso14083",
    gwp_set: str = "AR6",
    columns: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Give the batch with the resolved factor of each row beside it.

    Parameters
    ----------
    batch
        Schema ``activity`` (at least kind and start; absent columns count as null).
    library, profile, gwp_set
        As for ``resolve``.
    columns
        Resolved columns wanted; all but the key by default.

    Returns
    -------
    DataFrame
        The batch in its order and its columns (``assumptions`` joined with those of the factor),
        the resolved columns, ``match_code`` (TL201 where there is no factor) and
        ``match_nearest`` (what may have been meant).

    Notes
    -----
    The place of a row is ``place``, else the country or region of ``origin``. A class that is not
    told is assumed by the rows of ``defaults.csv`` with a band of mass or distance.
    """
    kept = library or _built_in()
    keyed = _keyed(batch)
    distinct = keyed.select(KEY).unique(maintain_order=True).with_row_index("_key")
    resolved = resolve(distinct, library=kept, profile=profile, gwp_set=gwp_set)
    marks = resolved["valid_from"].unique().sort().to_list()
    lookup = _lookup(resolved, distinct, marks)
    coded = keyed.join(distinct, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    packed = coded.select((pl.col("_key") * (len(marks) + 1) + _period(marks)).alias("_packed"))
    found = packed.join(lookup, on="_packed", how="left", maintain_order="left")[ROW]
    wanted = [name for name in (columns or schema("resolved").names) if name not in KEY]
    beside = resolved.select(wanted)[_gather(found, resolved.height)]
    return _beside(batch, keyed, beside, _nearest(distinct, resolved, kept), coded["_key"])


def _keyed(batch: pl.DataFrame) -> pl.DataFrame:
    """Give the key columns and start of a batch, with place and banded class filled in."""
    have = set(batch.columns)
    wanted = ("kind", "vehicle_class", "energy_carrier", "temperature_class", "place")
    both = {*wanted, "origin", "mass_mg", "distance_m", "start"}
    dtypes = schema("activity").dtypes()
    told = batch.select(
        pl.col(name) if name in have else pl.lit(None, dtypes[name]).alias(name)
        for name in sorted(both)
    )
    place, origin = regions(told["place"]), regions(told["origin"])
    told = told.with_columns(pl.coalesce(place, origin).alias("place"))
    class_, sigma, code = _banded()
    return told.with_columns(
        pl.coalesce("vehicle_class", class_).alias("vehicle_class"),
        pl.when(pl.col("vehicle_class").is_null()).then(sigma).alias("_sigma"),
        pl.when(pl.col("vehicle_class").is_null()).then(code).alias("_code"),
    )


def _banded() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Give expressions of class, sigma and code for rows in a band of mass or distance."""
    bands = [row for row in rules.defaults() if row.by in {"mass_mg", "distance_m"}]
    none = pl.lit(None, pl.String)

    def tried(value: str, otherwise: pl.Expr) -> pl.Expr:
        return reduce(
            lambda rest, row: (
                pl.when((pl.col("kind") == row.kind) & (pl.col(row.by) < row.below))
                .then(pl.lit(getattr(row, value)))
                .otherwise(rest)
            ),
            reversed(bands),
            otherwise,
        )

    return tried("value", none), tried("sigma_ln", pl.lit(None, pl.Float64)), tried("code", none)


def _period(marks: Sequence[int]) -> pl.Expr:
    """Give how many breakpoints lie at or before the start of a row."""
    return pl.sum_horizontal(
        pl.lit(0, pl.UInt32), *((pl.col("start") >= mark).cast(pl.UInt32) for mark in marks)
    )


def _lookup(resolved: pl.DataFrame, distinct: pl.DataFrame, marks: Sequence[int]) -> pl.DataFrame:
    """Give packed key and period → row of ``resolved``."""
    rows = resolved.with_row_index(ROW).join(distinct, on=KEY, how="left", nulls_equal=True)
    periods = pl.DataFrame(
        {"_period": range(1, len(marks) + 1), "_from": marks},
        schema={"_period": pl.UInt32, "_from": pl.Int64},
    )
    within = (pl.col("_from") >= pl.col("valid_from")) & (pl.col("_from") < pl.col("valid_to"))
    packed = (pl.col("_key") * (len(marks) + 1) + pl.col("_period")).alias("_packed")
    return rows.join(periods, how="cross").filter(within).select(packed, ROW)


def _gather(found: pl.Series, height: int) -> pl.Series:
    """Give row numbers for a gather; a row beyond the table stands for none."""
    return found if height else pl.Series(ROW, [None] * found.len(), pl.UInt32)


def _beside(
    batch: pl.DataFrame,
    keyed: pl.DataFrame,
    beside: pl.DataFrame,
    nearest: pl.Series,
    key: pl.Series,
) -> pl.DataFrame:
    """Give batch and resolved columns together with codes, band assumptions and suggestions."""
    missed = beside["rate_slope"].is_null() if "rate_slope" in beside.columns else None
    joined = [pl.col("assumptions")] if "assumptions" in beside.columns else []
    parts = beside.with_columns(keyed["_sigma"], keyed["_code"])
    band = pl.col("_sigma").is_not_null()
    if "sigma_ln" in beside.columns:
        wider = (pl.col("sigma_ln") ** 2 + pl.col("_sigma") ** 2).sqrt()
        parts = parts.with_columns(
            pl.when(band).then(wider).otherwise("sigma_ln").alias("sigma_ln")
        )
    if "tier" in beside.columns:
        tier = pl.when(band & pl.col("tier").is_not_null()).then(pl.lit("default"))
        parts = parts.with_columns(tier.otherwise("tier").alias("tier"))
    if "assumptions" in batch.columns:
        parts = parts.with_columns(batch["assumptions"].alias("_given"))
        joined.insert(0, pl.col("_given"))
    if "assumptions" in beside.columns:
        said = pl.concat_str(*joined, "_code", separator=";", ignore_nulls=True)
        said = pl.when(said.str.len_bytes() > 0).then(said)
        parts = parts.with_columns(said.alias("assumptions"))
    if missed is not None:
        code = pl.when(missed).then(pl.lit("TL201")).alias("match_code")
        hint = pl.when(missed).then(nearest.gather(key)).alias("match_nearest")
        parts = parts.with_columns(code, hint)
    kept = batch.drop("assumptions", strict=False) if "assumptions" in beside.columns else batch
    return kept.hstack(parts.drop("_sigma", "_code", "_given", strict=False).get_columns())


def _nearest(distinct: pl.DataFrame, resolved: pl.DataFrame, kept: Library) -> pl.Series:
    """Give, by key number, what an unmatched key may have meant."""
    missed = distinct.join(resolved.select(KEY), on=KEY, how="anti", nulls_equal=True)
    said: list[str | None] = [None] * distinct.height
    for number, kind, name, carrier, *_ in missed.iter_rows():
        said[number] = suggest(kind, name, carrier, kept)
    return pl.Series("match_nearest", said, pl.String)


def suggest(kind: str, name: str | None, carrier: str | None, kept: Library) -> str:
    """Give the names of the library nearest to a kind, class and carrier that it lacks."""
    known = select.index(kept).carriers
    if (kind, name or "") in known:
        return ", ".join(sorted(f"{name or kind} {each}" for each in known[kind, name or ""]))
    names = sorted({each for each_kind, each in known if each_kind == kind and each})
    close = difflib.get_close_matches(name or carrier or "", names, n=3, cutoff=0.3) or names[:3]
    if close:
        return ", ".join(close)
    kinds = sorted({each for each, _ in known})
    return ", ".join(difflib.get_close_matches(kind, kinds, n=3, cutoff=0.3) or kinds[:3])
