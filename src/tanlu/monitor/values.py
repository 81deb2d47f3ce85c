"""Texts into words, times and places of the house: each distinct text is judged once."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from tanlu.monitor.mapping import Place
from tanlu.monitor.numbers import plain, unwrapped
from tanlu.terms import time

__all__ = [
    "Times",
    "labels",
    "looked_up",
    "nulled",
    "placed",
    "stands",
    "template",
    "tidy",
    "times",
]

YEAR_1000_US = -30_610_224_000_000_000  # 1000-01-01: before it a year has lost its century
# clear whatever the people write: ISO of databases, and how spreadsheets show a date again
ISO = (
    "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d",
    "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
)  # fmt: skip


class Times(NamedTuple):
    """Columns of a time: start, end [µs UTC, half-open], precision."""

    start: pl.Series
    end: pl.Series
    precision: pl.Series


def tidy(values: pl.Series) -> pl.Series:
    """Give texts on one line without outer blanks; an empty one is null."""
    text = unwrapped(values.cast(pl.String)).str.strip_chars()
    if text.str.contains(r"[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]").any():
        text = text.str.replace_all(r"[\x00-\x1f\x7f]+", " ")
        text = text.str.replace_all(r"[\u200b-\u200f\u2060\ufeff]+", "").str.strip_chars()
    return text.set(text.str.len_bytes() == 0, None)


def nulled(values: pl.Series, words: Iterable[str]) -> tuple[pl.Series, pl.Series]:
    """Give the values with words that mean "nothing" as null, and where such a word stood."""
    if values.dtype != pl.String:
        said = pl.Series([False]).new_from_index(0, values.len())
        for word in words:
            said = said | stands(values, word)
        return values.set(said, None), said
    text = values.str.strip_chars()
    empty = text.str.len_bytes() == 0
    asked = [word for word in map(str.strip, words) if word]
    if not asked:
        none = pl.Series([False]).new_from_index(0, values.len())
        return (values.set(empty, None) if empty.any() else values), none
    said = text.is_in(asked)
    return values.set(said | empty, None), said.fill_null(value=False)


def stands(values: pl.Series, word: str) -> pl.Series:
    """Give where a word stands: as text, or as its number in a column of numbers."""
    if values.dtype == pl.String:
        return (values.str.strip_chars() == word.strip()).fill_null(value=False)
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not values.dtype.is_numeric() or math.isnan(number):
        return pl.Series([False]).new_from_index(0, values.len())
    return (values.cast(pl.Float64) == number).fill_null(value=False)


def normal(text: str) -> str:
    """Give a text as it is looked up: one form of each sign, one blank, no case."""
    words = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", words)


def looked_up(values: pl.Series, table: Mapping[str, str]) -> tuple[pl.Series, pl.Series]:
    """Give what a table says for each text, and where it says nothing.

    A text is found as it is, else without regard to case, width and blanks. What the table maps
    to an empty text is null and known.
    """
    exact = {key.strip(): word for key, word in table.items()}
    folded = {normal(key): word for key, word in table.items()}
    distinct = values.drop_nulls().unique().sort()
    said = [exact.get(text.strip(), folded.get(normal(text))) for text in distinct]
    known = pl.DataFrame(
        {"text": distinct, "word": said}, schema={"text": pl.String, "word": pl.String}
    )
    found = (
        values.alias("text").to_frame().join(known, on="text", how="left", maintain_order="left")
    )
    word = found["word"]
    return word.set(word == "", None), word.is_null() & values.is_not_null()


def times(values: pl.Series, formats: tuple[str, ...], zone: str, *, iso: bool = True) -> Times:
    """Give start, end and precision of dates, datetimes or texts; null where unreadable.

    Beside the formats ISO is read if ``iso``; without formats all that are clear.
    """
    distinct = values.unique().alias("t").to_frame()
    if values.dtype == pl.Date:
        start, end = time.span(pl.col("t"), "day", zone)
        precision = pl.when(pl.col("t").is_not_null()).then(pl.lit("day")).otherwise(None)
    elif isinstance(values.dtype, pl.Datetime):
        precision = pl.when(pl.col("t").is_not_null()).then(pl.lit("instant")).otherwise(None)
        if values.dtype.time_zone is None:
            start, end = time.span(pl.col("t"), "instant", zone)
        else:
            start = pl.col("t").cast(pl.Datetime("us", values.dtype.time_zone)).cast(pl.Int64)
            end = start + 1
    else:
        distinct = distinct.with_columns(plain(distinct["t"]).alias("p"))
        asked = (*formats, *(ISO if iso else ())) if formats else time.FORMATS
        start, end, precision = time.parse(pl.col("p"), tuple(dict.fromkeys(asked)), zone)
    parsed = distinct.select("t", start.alias("s"), end.alias("e"), precision.alias("p"))
    whole = pl.col("s") >= YEAR_1000_US
    parsed = parsed.with_columns(pl.when(whole).then(pl.col("s", "e", "p")))
    back = (
        values.alias("t")
        .to_frame()
        .join(parsed, on="t", how="left", nulls_equal=True, maintain_order="left")
    )
    return Times(back["s"].alias("start"), back["e"].alias("end"), back["p"].alias("precision"))


def placed(names: pl.Series, places: Mapping[str, Place]) -> pl.DataFrame:
    """Give ``code, lat_e7, lon_e7, assumption`` of the named places of a mapping."""
    table = pl.DataFrame(
        [
            (name, place.code or name, _e7(place.lat), _e7(place.lon), place.assumption)
            for name, place in places.items()
        ],
        schema={
            "name": pl.String,
            "code": pl.String,
            "lat_e7": pl.Int64,
            "lon_e7": pl.Int64,
            "assumption": pl.String,
        },
        orient="row",
    )
    return names.alias("name").to_frame().join(table, on="name", how="left", maintain_order="left")


def _e7(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * 10_000_000)


def template(frame: pl.DataFrame, text: str, null: Iterable[str]) -> pl.Series:
    """Give the text with each ``{column}`` filled in; null where one of them is."""
    words = list(null)
    pieces: list[pl.Expr] = []
    rest = text
    while "{" in rest:
        before, _, after = rest.partition("{")
        name, _, rest = after.partition("}")
        column = tidy(nulled(frame[name], words)[0])
        pieces += [pl.lit(before), pl.lit(column)]
    pieces.append(pl.lit(rest))
    filled = frame.select(pl.concat_str(pieces).alias("text"))["text"]
    return filled.new_from_index(0, frame.height) if filled.len() != frame.height else filled


def labels(columns: Mapping[str, pl.Series]) -> pl.Series:
    """Give canonical JSON of named texts, without those that are null; null where all are."""
    parts = []
    for name in sorted(columns):
        quoted = _quoted(columns[name])
        key = pl.select(pl.struct(pl.lit(name).alias("v")).struct.json_encode()).item()[5:-1]
        present = columns[name].is_not_null()
        parts.append(
            pl.DataFrame({"q": quoted, "p": present}).select(
                pl.when("p").then(pl.lit(f"{key}:") + pl.col("q")).alias(name)
            )[name]
        )
    joined = pl.DataFrame(parts).select(
        pl.concat_str(pl.all(), separator=",", ignore_nulls=True).alias("all")
    )["all"]
    whole = pl.DataFrame({"all": joined}).select(
        pl.when(pl.col("all") != "").then(pl.lit("{") + pl.col("all") + pl.lit("}"))
    )
    return whole.to_series().str.replace_all("\x7f", "\\u007f", literal=True)


def _quoted(column: pl.Series) -> pl.Series:
    """Give texts as JSON strings."""
    if not column.str.contains(r'["\\\x00-\x1f\x7f]').any():
        return column.to_frame("v").select(pl.concat_str(pl.lit('"'), "v", pl.lit('"')))["literal"]
    encoded = pl.struct(pl.col("v")).struct.json_encode().str.slice(5).str.head(-1)
    return column.to_frame("v").select(encoded.alias("v"))["v"]
