"""Tables of whatever types into the types of a stream, row by row: what does not fit is told."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.monitor.stream.bodies import CORRECTS, EVENT, POSITION, Undecodable, columns_of

__all__ = ["Faulty", "conform", "moments"]

WHOLE = 2.0**63
MOST_TIME = 40
NEEDED = {
    "reading": ("device", "at", "value"),
    POSITION: ("device", "at", "lat_e7", "lon_e7"),
    EVENT: ("device", "at", "type", "subject"),
}
DEGREES = {"lat_e7": "lat", "lon_e7": "lon"}


class Faulty(NamedTuple):
    """Rows that a column makes unreadable: a mask, the column and its values as texts."""

    mask: pl.Series
    column: str
    values: pl.Series


def conform(table: pl.DataFrame, of: str, media: str) -> tuple[pl.DataFrame, list[Faulty]]:
    """Give the known columns of a table in their types, and which cells did not fit.

    A cell that does not fit is null in the table. Columns that are not known are passed over.

    Raises
    ------
    Undecodable
        When a needed column is not there or is of a type that can never fit.
    """
    have = table.columns
    kept: list[pl.Series] = []
    faults: list[Faulty] = []
    kinds = columns_of(of)
    for name, kind in kinds.items():
        there = [each for each in (name, DEGREES.get(name)) if each in have]
        if not there and name in NEEDED[of]:
            raise Undecodable(media, f"there is no column {name}")
        made = None
        for source in there:
            given = table[source]
            one = (
                _typed(given, name, kind, media) if source == name else _degrees(given, name, media)
            )
            lost = one.is_null() & given.is_not_null()
            if lost.any():
                shown = given.filter(lost).cast(pl.String, strict=False)
                faults.append(Faulty(lost, source, shown))
            made = one if made is None else made.zip_with(made.is_not_null(), one)
        if made is not None:
            kept.append(made)
    if CORRECTS in have and table[CORRECTS].dtype == pl.String:
        kept.append(table[CORRECTS])
    return pl.DataFrame(kept), faults


def moments(column: pl.Series) -> pl.Series:
    """Give times of RFC 3339 as microseconds UTC, null for what is none."""
    # a text may be long: nothing is done with more than a time has
    text = column.set(column.str.len_bytes() > MOST_TIME, None).str.to_uppercase()
    fine = text.str.contains(
        r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$"
    )
    text = text.str.replace(" ", "T").str.replace(r"Z$", "+00:00")
    frame = pl.DataFrame({"text": text.zip_with(fine.fill_null(value=False), _none(column))})
    made = frame.select(
        pl.col("text")
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", strict=False, time_zone="UTC")
        .dt.epoch("us")
    )
    return made.to_series().alias(column.name)


def _none(column: pl.Series) -> pl.Series:
    return pl.Series(column.name, [None], pl.String).new_from_index(0, len(column))


def _typed(column: pl.Series, name: str, kind: str, media: str) -> pl.Series:
    if kind == "string":
        if not isinstance(column.dtype, pl.String | pl.Categorical | pl.Enum | pl.Null):
            raise Undecodable(media, f"column {name} has no text")
        return column.cast(pl.String)
    if name == "at":
        return _time(column, media)
    if not (column.dtype.is_numeric() or column.dtype == pl.Null):
        raise Undecodable(media, f"column {name} has no numbers")
    if kind == "float64":
        return column.cast(pl.Float64, strict=False)
    if column.dtype.is_float():
        whole = (column == column.floor()) & (column.abs() < WHOLE)
        column = column.set(~whole.fill_null(value=False), None)
    return column.cast(pl.Int64, strict=False)


def _time(column: pl.Series, media: str) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime):
        if column.dtype.time_zone is None:
            column = column.dt.replace_time_zone("UTC")
        return column.dt.epoch("us")
    if column.dtype == pl.String:
        return moments(column)
    if column.dtype.is_integer() or column.dtype == pl.Null:
        return column.cast(pl.Int64, strict=False)
    raise Undecodable(media, "column at has no times: int64 us or RFC 3339")


def _degrees(column: pl.Series, name: str, media: str) -> pl.Series:
    if not (column.dtype.is_numeric() or column.dtype == pl.Null):
        raise Undecodable(media, f"column {name.removesuffix('_e7')} has no numbers")
    scaled = column.cast(pl.Float64, strict=False) * 1e7
    rounded = scaled.sign() * (scaled.abs() + 0.5).floor()
    # NaN and infinities are no integers
    return rounded.cast(pl.Int64, strict=False).alias(name)
