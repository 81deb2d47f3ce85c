"""Match a batch of activities to resolved factors: one hash join on a packed key and period.

All intervals of a batch's keys share a few breakpoints. The start of an activity tells its period
between two breakpoints, so that key and period together are one integer and one equi-join finds
the row: no range join, no rows multiplied.
"""

from __future__ import annotations

import datetime as dt
import difflib
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from tanlu.factors import rules, select
from tanlu.factors.compose import KEY, resolve
from tanlu.factors.packs.load import Library, library
from tanlu.factors.places import regions
from tanlu.store.engine import told_apart
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

_built_in = library
ROW, BAND = "_row", "_band"
# places in the table of keys and periods that one row of a batch may stand for
MOST = 64
# hours of the day, the mean of the day, and the slot of what is the same at every hour
SLOTS, EVERY = 26, 25


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
    ahead, keys = told_apart(keyed.select(*KEY, BAND))
    distinct = keyed.select(*KEY, BAND)[ahead].with_row_index("_key")
    found = resolve(distinct, library=kept, profile=profile, gwp_set=gwp_set)
    resolved = _widened(distinct.join(found, on=KEY, nulls_equal=True))
    marks = found["valid_from"].unique().sort().to_list()
    row = _rows(batch, keyed["start"], keys, resolved, marks)
    wanted = [name for name in (columns or schema("resolved").names) if name not in KEY]
    beside = resolved.select(wanted)[row]
    return _beside(batch, beside).hstack(_hints(row, keys, _nearest(distinct, found, kept)))


def _rows(
    batch: pl.DataFrame,
    start: pl.Series,
    keys: pl.Series,
    resolved: pl.DataFrame,
    marks: Sequence[int],
) -> pl.Series:
    """Give for each row the row of ``resolved`` that holds for its key at its start.

    Key, period and hour are one small whole number: the place in a table of all of them.
    """
    slots = SLOTS if resolved["hour"].null_count() < resolved.height else 1
    period = pl.Series(marks, dtype=pl.Int64).search_sorted(start, side="right")
    packed = keys.cast(pl.UInt64) * (len(marks) + 1) + period
    lookup = _lookup(resolved, marks, slots)
    if slots > 1:
        packed = packed * slots + _slots(batch, keys, resolved)
    size = int(keys.max() or 0) + 1  # type: ignore[arg-type]
    size *= (len(marks) + 1) * slots
    if size > MOST * max(start.len(), 1):
        joined = (
            packed.alias("_packed")
            .to_frame()
            .join(lookup, on="_packed", how="left", maintain_order="left")
        )
        return joined[ROW]
    table: pl.Series = pl.repeat(None, size, dtype=pl.UInt32, eager=True)
    return table.scatter(lookup["_packed"], lookup[ROW]).gather(packed)


def _hints(row: pl.Series, keys: pl.Series, nearest: pl.Series) -> pl.DataFrame:
    """Give the code of each row without factor, and what may have been meant."""
    if not row.null_count():
        none = pl.repeat(None, row.len(), dtype=pl.String, eager=True)
        return pl.DataFrame([none.alias("match_code"), none.alias("match_nearest")])
    told = pl.DataFrame({"_missed": row.is_null(), "_nearest": nearest.gather(keys)})
    return told.select(
        pl.when("_missed").then(pl.lit("TL201")).alias("match_code"),
        pl.when("_missed").then("_nearest").alias("match_nearest"),
    )


@cache
def cuts(kept: Library) -> dict[str, list[int]]:
    """Give the marks at which what ``match`` finds may change: start [us], mass_mg, distance_m.

    Between two neighbouring marks of each, all activities of one key find the same; ``hour`` has
    marks where a factor of the library is hourly.
    """
    dated = [
        int(text[:4])
        for row in kept.rows
        for name, text in row.items()
        if name in {"valid_from", "valid_to", "data_year"} and text[:4].isdigit()
    ]
    years = range(min(dated, default=2000), max(dated, default=2000) + 2)
    start = [select.day_us(dt.date(year, 1, 1)) for year in years]
    bands = {
        name: sorted({row.below for row in rules.defaults() if row.by == name})
        for name in ("mass_mg", "distance_m")
    }
    hourly = any(row["form"] == "hourly" for row in kept.rows)
    return {"start": start, "hour": list(range(24)) if hourly else [], **bands}


def _keyed(batch: pl.DataFrame) -> pl.DataFrame:
    """Give the key columns and start of a batch, with place and banded class filled in."""
    have = set(batch.columns)
    dtypes = schema("activity").dtypes()
    told = batch.select(
        pl.col(name) if name in have else pl.lit(None, dtypes[name]).alias(name)
        for name in ("start", *KEY, "origin", "mass_mg", "distance_m")
    )
    place = regions(told["place"])
    if place.null_count():
        origin = regions(told["origin"], ports=True)
        place = place.to_frame().select(pl.coalesce("place", origin))["place"]
    told = told.with_columns(place, pl.lit(None, pl.String).alias(BAND))
    if told["vehicle_class"].null_count():
        told = _banded(told)
    return told.select("start", *KEY, BAND)


def _banded(told: pl.DataFrame) -> pl.DataFrame:
    """Give the rows without class the class of their band of mass or distance, and its code."""
    bands = [row for row in rules.defaults() if row.by in {"mass_mg", "distance_m"}]
    class_: pl.Expr = pl.lit(None, pl.String)
    code: pl.Expr = pl.lit(None, pl.String)
    for number, row in reversed(list(enumerate(rules.defaults()))):
        if row in bands:
            inside = (pl.col("kind") == row.kind) & (pl.col(row.by) < row.below)
            class_ = pl.when(inside).then(pl.lit(row.value)).otherwise(class_)
            code = pl.when(inside).then(pl.lit(str(number))).otherwise(code)
    absent = pl.col("vehicle_class").is_null()
    return told.with_columns(
        pl.when(absent).then(class_).otherwise("vehicle_class").alias("vehicle_class"),
        pl.when(absent).then(code).alias(BAND),
    )


def _widened(resolved: pl.DataFrame) -> pl.DataFrame:
    """Give the resolved rows with the assumption of their band: code, wider interval, tier."""
    rows = rules.defaults()
    bands = pl.DataFrame(
        [(str(number), row.code, row.sigma_ln) for number, row in enumerate(rows)],
        schema={BAND: pl.String, "_code": pl.String, "_sigma": pl.Float64},
        orient="row",
    )
    joined = resolved.join(bands, on=BAND, how="left", maintain_order="left")
    assumed = pl.col("_code").is_not_null()
    said = pl.concat_str("_code", "assumptions", separator=";", ignore_nulls=True)
    return joined.with_columns(
        pl.when(assumed).then(said).otherwise("assumptions").alias("assumptions"),
        pl.when(assumed).then(pl.lit("default")).otherwise("tier").alias("tier"),
        pl.when(assumed)
        .then((pl.col("sigma_ln") ** 2 + pl.col("_sigma") ** 2).sqrt())
        .otherwise("sigma_ln")
        .alias("sigma_ln"),
    )


def _slots(batch: pl.DataFrame, keys: pl.Series, resolved: pl.DataFrame) -> pl.Series:
    """Give the hour of each row whose factor is hourly, and one slot for all others."""
    from tanlu.factors.functions import slot

    hourly = resolved.filter(pl.col("hour").is_not_null())["_key"].unique()
    return (
        pl.DataFrame([keys.alias("_key"), slot(batch)])
        .select(
            pl.when(pl.col("_key").is_in(hourly.implode()))
            .then("slot")
            .otherwise(EVERY)
            .cast(pl.UInt64)
        )
        .to_series()
    )


def _lookup(resolved: pl.DataFrame, marks: Sequence[int], slots: int) -> pl.DataFrame:
    """Give packed key and period, and hour where any is hourly → row of ``resolved``."""
    periods = pl.DataFrame(
        {"_period": range(1, len(marks) + 1), "_from": marks},
        schema={"_period": pl.UInt64, "_from": pl.Int64},
    )
    within = (pl.col("_from") >= pl.col("valid_from")) & (pl.col("_from") < pl.col("valid_to"))
    packed = pl.col("_key").cast(pl.UInt64) * (len(marks) + 1) + pl.col("_period")
    rows = resolved.select("_key", "valid_from", "valid_to", "hour").with_row_index(ROW)
    if slots > 1:
        packed = packed * slots + pl.col("hour").fill_null(EVERY).cast(pl.UInt64)
    return rows.join(periods, how="cross").filter(within).select(packed.alias("_packed"), ROW)


def _beside(batch: pl.DataFrame, beside: pl.DataFrame) -> pl.DataFrame:
    """Give batch and resolved columns together; assumptions of both are joined."""
    if "assumptions" not in batch.columns or "assumptions" not in beside.columns:
        return batch.hstack(beside)
    kept = batch.drop("assumptions")
    if batch["assumptions"].null_count() == batch.height:
        return kept.hstack(beside)
    given = batch["assumptions"].alias("_given")
    both = pl.concat_str("_given", "assumptions", separator=";", ignore_nulls=True)
    joined = pl.when(both.str.len_bytes() > 0).then(both).alias("assumptions")
    return kept.hstack(beside.with_columns(given).with_columns(joined).drop("_given"))


def _nearest(distinct: pl.DataFrame, resolved: pl.DataFrame, kept: Library) -> pl.Series:
    """Give, by key number, what an unmatched key may have meant."""
    missed = distinct.join(resolved.select(KEY), on=KEY, how="anti", nulls_equal=True)
    said: list[str | None] = [None] * distinct.height
    for row in missed.iter_rows(named=True):
        name, carrier = row["vehicle_class"], row["energy_carrier"]
        said[row["_key"]] = suggest(row["kind"], name, carrier, kept)
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
