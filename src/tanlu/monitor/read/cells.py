"""Lines into records and records into columns; what cannot be cut is told with its whole text.

An opened quote that is never closed would swallow the rest of a file. So a record ends where its
quotes close and its fields are as many as the header's; a line for which no such end comes within
reach is broken, alone, and reading goes on with the next.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from tanlu.monitor.read.encoding import BAD
from tanlu.monitor.read.lines import LONGEST, SHOWN, Lines

__all__ = ["BROKEN", "Cut", "cut"]

REACH_LINES = 200
REACH_SIGNS = 1 << 16
BROKEN = {"_line": pl.Int64, "code": pl.String, "value": pl.String, "text": pl.String}
UNUSUAL = bytes(sign for sign in (*range(32), 127) if sign not in b"\t\n")
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"


class Cut(NamedTuple):
    """Rows of text columns with ``_line``; broken lines; bytes that belong to the next block."""

    rows: pl.DataFrame
    broken: pl.DataFrame
    rest: bytes


def cut(
    lines: Lines, columns: Sequence[str], delimiter: str, quote: str, *, last: bool, skip: int = 0
) -> Cut:
    """Give the records of a block of lines.

    Parameters
    ----------
    lines
        The block.
    columns
        Names of the columns.
    last
        Whether no block follows: then nothing is kept back.
    skip
        Lines up to this number are not records: titles and header.
    """
    if lines.cut:
        text = lines.data.decode("utf-8", "replace")[:SHOWN]
        return Cut(_rows(columns), _broken([lines.first], "TL307", [text]), b"")
    easy = _at_once(lines, tuple(columns), delimiter, quote, skip)
    if easy is not None:
        return Cut(easy, pl.DataFrame(schema=BROKEN), b"")
    frame = pl.read_lines(io.BytesIO(lines.data), name="text").with_columns(
        pl.int_range(lines.first, lines.first + pl.len(), dtype=pl.Int64).alias("_line")
    )
    frame = frame.filter(pl.col("_line") > skip)
    rest = b""
    if quote.encode() in lines.data:
        frame, rest = _joined(frame, len(columns), delimiter, quote, last=last)
    frame = frame.filter(pl.col("text").str.strip_chars(" \r").str.len_bytes() > 0)
    return _cut(frame, tuple(columns), delimiter, quote, rest)


def _at_once(
    lines: Lines, columns: tuple[str, ...], delimiter: str, quote: str, skip: int
) -> pl.DataFrame | None:
    """Give the records of a block in which nothing is peculiar, else None.

    The delimiters are as many as they must be in all, and a line with too many is an error of
    the engine: so no line has too few.
    """
    data, first = lines.data, lines.first
    while data and first <= skip:
        data, first = data[data.find(b"\n") + 1 :], first + 1
    sign, height, width = delimiter.encode(), lines.first + lines.height - first, len(columns)
    if (
        not data
        or width < 2
        or len(sign) != 1
        or quote.encode() in data
        or data.count(sign) != height * (width - 1)
        or data[:1] == b"\n"
        or b"\n\n" in data
        or BAD.encode() in data
        or len(data.translate(None, UNUSUAL)) != len(data)
        or _long(data)
    ):
        return None
    try:
        rows = pl.read_csv(
            io.BytesIO(data),
            has_header=False,
            new_columns=list(columns),
            separator=delimiter,
            quote_char=None,
            infer_schema=False,
        )
    except (pl.exceptions.PolarsError, TypeError, ValueError):
        return None
    if rows.height != height or rows.columns != list(columns):
        return None
    return rows.with_columns(pl.int_range(first, first + height, dtype=pl.Int64).alias("_line"))


def _long(data: bytes) -> bool:
    """Tell whether a line is longer than may be."""
    at = 0
    while len(data) - at > LONGEST:
        end = data.rfind(b"\n", at, at + LONGEST + 1)
        if end < 0:
            return True
        at = end + 1
    return False


def _joined(
    frame: pl.DataFrame, width: int, delimiter: str, quote: str, *, last: bool
) -> tuple[pl.DataFrame, bytes]:
    """Join the lines of records that go over several; keep back one that may go on."""
    odd = frame["text"].str.count_matches(quote, literal=True) % 2 == 1
    if not odd.any():
        return frame, b""
    open_at = odd.arg_true().to_list()
    texts = frame["text"]
    whole: dict[int, tuple[int, str]] = {}
    kept = frame.height
    at = 0
    while at < len(open_at):
        start = open_at[at]
        end = open_at[at + 1] if at + 1 < len(open_at) else None
        if end is None:
            near = frame.height - start <= REACH_LINES
            if not last and near and not _alone(texts[start], width, delimiter, quote):
                kept = start
            break
        if end - start <= REACH_LINES:
            record = "\n".join(texts[start : end + 1].to_list())
            if len(record) <= REACH_SIGNS and _fields(record, width, delimiter, quote):
                whole[start] = (end, record)
                at += 2
                continue
        at += 1
    rest = "".join(f"{text}\n" for text in texts[kept:]).encode()
    return _with(frame.head(kept), whole), rest


def _with(frame: pl.DataFrame, whole: dict[int, tuple[int, str]]) -> pl.DataFrame:
    """Put records of several lines in place of their first line."""
    if not whole:
        return frame
    inner = [line for start, (end, _) in whole.items() for line in range(start + 1, end + 1)]
    records = pl.DataFrame(
        {"at": list(whole), "record": [text for _, text in whole.values()]},
        schema={"at": pl.Int64, "record": pl.String},
    )
    placed = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("at"))
    without = placed.filter(~pl.col("at").is_in(inner))
    both = without.join(records, on="at", how="left", maintain_order="left")
    return both.select(pl.coalesce("record", "text").alias("text"), "_line")


def _cut(
    frame: pl.DataFrame, columns: tuple[str, ...], delimiter: str, quote: str, rest: bytes
) -> Cut:
    text = pl.col("text")
    quoted = text.str.contains(quote, literal=True)
    right = pl.when(quoted).then(text.str.contains(_pattern(delimiter, quote))).otherwise(True)
    bare = text.str.replace_all(_within(quote), "")
    count = pl.when(quoted).then(bare).otherwise(text).str.count_matches(delimiter, literal=True)
    long = pl.when(text.str.len_bytes() > LONGEST).then(pl.lit("TL307"))
    bad = long.when(text.str.contains(BAD, literal=True)).then(pl.lit("TL308"))
    marked = frame.with_columns(
        bad.when(text.str.contains(CONTROL)).then(pl.lit("TL309")).alias("code"),
        right.alias("right"),
        count.alias("count"),
    )
    sound = pl.col("code").is_null() & pl.col("right") & (pl.col("count") == len(columns) - 1)
    clean = marked.filter(sound)
    others = marked.filter(~sound)
    rows = _parsed(clean, columns, delimiter, quote)
    if others.is_empty():
        return Cut(rows, pl.DataFrame(schema=BROKEN), rest)
    mended, broken = _mend(others, columns, delimiter, quote)
    both = pl.concat([rows, mended]).sort("_line") if mended.height else rows
    return Cut(both, broken, rest)


def _parsed(
    clean: pl.DataFrame, columns: tuple[str, ...], delimiter: str, quote: str
) -> pl.DataFrame:
    """Cut sound records at the speed of the machine."""
    if clean.is_empty():
        return _rows(columns)
    body = clean["text"].str.join("\n").item() + "\n"
    try:
        rows = pl.read_csv(
            io.BytesIO(body.encode()),
            has_header=False,
            new_columns=list(columns),
            separator=delimiter,
            quote_char=quote,
            infer_schema=False,
        )
    except (pl.exceptions.PolarsError, TypeError, ValueError):
        rows = None
    if rows is None or rows.height != clean.height or rows.columns != list(columns):
        found = [_alone(text, len(columns), delimiter, quote) or [] for text in clean["text"]]
        rows = _frame(columns, found)
    return rows.with_columns(clean["_line"])


def _mend(
    others: pl.DataFrame, columns: tuple[str, ...], delimiter: str, quote: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read what is unusual but clear, such as 5" in a field without quotes; tell the rest."""
    width = len(columns)
    fine: list[list[str]] = []
    at: list[int] = []
    broken: list[tuple[int, str, str, str]] = []
    for text, line, code, count in others.select("text", "_line", "code", "count").rows():
        cells = None if code else _alone(text, width, delimiter, quote)
        if cells is not None:
            fine.append(cells)
            at.append(line)
            continue
        opened = code is None and text.count(quote) % 2 == 1
        said = code or ("TL306" if opened else "TL305")
        shown = text[:SHOWN] if said == "TL307" else text
        broken.append((line, said, f"{count + 1} ≠ {width}" if said == "TL305" else "", shown))
    rows = _frame(columns, fine).with_columns(pl.Series("_line", at, dtype=pl.Int64))
    return rows, pl.DataFrame(broken, schema=BROKEN, orient="row")


def _alone(text: str, width: int, delimiter: str, quote: str) -> list[str] | None:
    """Give the fields of one record, or None when it is not clear what they are."""
    try:
        rows = list(
            csv.reader(io.StringIO(text), delimiter=delimiter, quotechar=quote, strict=True)
        )
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 and len(rows[0]) == width else None


def _fields(record: str, width: int, delimiter: str, quote: str) -> bool:
    """Tell whether a text over several lines is one sound record."""
    if re.fullmatch(_pattern(delimiter, quote), record, re.DOTALL) is None:
        return False
    bare = re.sub(_within(quote), "", record)
    return bare.count(delimiter) == width - 1 and "\n" not in bare


@lru_cache(maxsize=64)
def _pattern(delimiter: str, quote: str) -> str:
    q, d = re.escape(quote), re.escape(delimiter)
    field = f"(?:{q}(?:[^{q}]|{q}{q})*{q}|[^{q}{d}]*)"
    return f"^{field}(?:{d}{field})*$"


def _within(quote: str) -> str:
    q = re.escape(quote)
    return f"{q}[^{q}]*{q}"


def _rows(columns: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "_line": pl.Int64})


def _frame(columns: Sequence[str], rows: list[list[str]]) -> pl.DataFrame:
    kinds = dict.fromkeys(columns, pl.String)
    frame = pl.DataFrame(rows, schema=kinds, orient="row") if rows else pl.DataFrame(schema=kinds)
    return frame.with_columns(
        pl.when(pl.col(name).str.len_bytes() > 0).then(pl.col(name)).alias(name) for name in columns
    )


def _broken(lines: list[int], code: str, texts: list[str]) -> pl.DataFrame:
    row = [(line, code, "", text) for line, text in zip(lines, texts, strict=True)]
    return pl.DataFrame(row, schema=BROKEN, orient="row")
