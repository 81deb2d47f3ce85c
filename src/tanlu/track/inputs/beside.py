"""Files beside positions: events, readings and traction, with the rows that cannot be used."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from tanlu.errors import TanluError, catalogue
from tanlu.terms import schema
from tanlu.track.inputs.reading import EARLIEST_US, LATEST_US, LINE, UNREAD, instants, read_table

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["COUNTED", "read_beside"]

COUNTED = ("energy_j", "fuel_ml", "odometer_m")
TRACTION = ("mode", "country", "energy_carrier")
NEEDED = {"event": ("at", "subject"), "reading": ("at", "device"), "traction": TRACTION}
UNUSED, SHOWN = "TL448", 60
WHY = "_why"


def read_beside(path: Path, name: str, *, zone: str = "UTC") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read events, readings or traction.

    Parameters
    ----------
    path
        Parquet, CSV, TSV or NDJSON with the heads of the schema; readings may have one column for
        each counter instead of ``stream`` and ``value``.
    name
        ``event``, ``reading`` or ``traction``.
    zone
        IANA zone of times that tell none.

    Returns
    -------
    tuple
        The rows; and a finding (TL448) with how many rows cannot be used: without a clear time,
        with a text for a number, a mass below nought, or a counter that nobody knows.

    Raises
    ------
    TanluError
        TL436 when the file cannot be read or does not tell what is needed.
    """
    try:
        rows = read_table(path).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TanluError(UNREAD, value=path, why=str(error).splitlines()[0]) from error
    missing = [each for each in NEEDED[name] if each not in rows.columns]
    if missing:
        raise TanluError(UNREAD, value=path, why=f"it does not tell {', '.join(missing)}")
    if name == "traction":
        return rows.select(pl.col(NEEDED[name]).cast(pl.String)), schema("finding").empty()
    rows = rows.with_row_index(LINE, offset=1)
    if name == "reading":
        rows = _unpivoted(rows, path)
    good, bad = _typed(rows, name, zone)
    return good, _found(bad, path)


def _unpivoted(rows: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Give one row for each counter: one column for each is as good."""
    if {"stream", "value"} <= set(rows.columns):
        return rows
    counted = [each for each in COUNTED if each in rows.columns]
    if not counted:
        raise TanluError(UNREAD, value=path, why="it does not tell stream, value")
    wide = rows.with_columns(pl.col(counted).cast(pl.String))
    long = wide.unpivot(counted, index=[LINE, "device", "at"], variable_name="stream")
    return long.filter(pl.col("value").str.strip_chars().replace("", None).is_not_null())


def _typed(rows: pl.DataFrame, name: str, zone: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the rows as the schema types them, and ``line`` and ``why`` of those that do not fit."""
    types = {each: kind for each, kind in schema(name).dtypes().items() if each in rows.columns}
    told: dict[str, pl.Expr] = {}
    doubts = []
    for column, kind in types.items():
        value = pl.col(column)
        if column == "at":
            made = instants(column, rows.schema[column], zone)
            made = pl.when(made.is_between(EARLIEST_US, LATEST_US)).then(made)
            wrong = made.is_null()
        elif kind.is_numeric():
            made, wrong = _number(value, rows.schema[column], kind)
        else:
            made = value.cast(pl.String, strict=False)
            wrong = pl.lit(value=False)
        if column in NEEDED[name] or column == "value":
            wrong |= made.is_null()
        if column == "stream":
            wrong |= ~made.is_in(COUNTED).fill_null(value=False)
        told[column] = made
        said = pl.concat_str(pl.lit(f"{column} "), value.cast(pl.String).fill_null("–"))
        doubts.append(pl.when(wrong.fill_null(value=True)).then(said))
    made_rows = rows.select(LINE, **told).with_columns(rows.select(pl.coalesce(doubts).alias(WHY)))
    bad = made_rows.filter(pl.col(WHY).is_not_null()).select(LINE, WHY)
    good = made_rows.filter(pl.col(WHY).is_null()).drop(LINE, WHY)
    return (good if name == "reading" else schema(name).fit(good)), bad


def _number(value: pl.Expr, was: pl.DataType, kind: pl.DataType) -> tuple[pl.Expr, pl.Expr]:
    """Give a number, and where something stands that is none: an empty field is not told."""
    text = value.cast(pl.String, strict=False).str.strip_chars().replace("", None)
    number = (text if was == pl.String else value).cast(pl.Float64, strict=False)
    number = pl.when(number.is_finite() & (number >= 0)).then(number)
    if kind.is_integer():
        exact = (text if was == pl.String else value).cast(kind, strict=False)
        whole = number.round(0, mode="half_away_from_zero").cast(kind, strict=False)
        told = pl.when(number.is_not_null()).then(pl.coalesce(exact, whole)).otherwise(None)
    else:
        told = number.cast(kind)
    return told, told.is_null() & text.is_not_null()


def _found(bad: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Give one finding on all rows of a file that cannot be used."""
    if not bad.height:
        return schema("finding").empty()
    line, why = bad.sort(LINE).row(0)
    told = f"{UNUSED}|{path.name}|{bad.height}|{line}|{why}"
    row = {
        "finding_id": hashlib.sha256(told.encode()).hexdigest()[:32], "code": UNUSED,
        "severity": "error", "subject": path.name, "value": why[:SHOWN],
        "hint": catalogue()[UNUSED].hint, "count": bad[LINE].n_unique(), "source_line": line,
    }  # fmt: skip
    return schema("finding").fit(pl.DataFrame(row, schema_overrides={
        name: kind for name, kind in schema("finding").dtypes().items() if name in row
    }))  # fmt: skip
