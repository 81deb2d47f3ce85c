"""JSON into columns: typed and fast where all rows are sound, row by row where one is not."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.stream.bodies import CORRECTS, NDJSON, Undecodable, columns_of
from tanlu.monitor.stream.decoding.bounds import ROWS_MAX
from tanlu.monitor.stream.decoding.conform import moments

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["Loose", "Refused", "loose", "named", "rows_of", "table_of", "typed"]

LARGEST = 2**63 - 1
DEGREES = {"lat": "float64", "lon": "float64"}
TYPES = {"string": pl.String, "int64": pl.Int64, "float64": pl.Float64}
MUST = ("device", "at")
# columns that are there even if no row has them, so that each row is refused for itself
ALWAYS = (*MUST, "seq", "value", "lat_e7", "lon_e7", "type", "subject")
NAMED = re.compile(r"field `(\w+)`|`\$(?:\[[^`]*\])?\.(\w+)")
SHOWN = 200


class Refused(NamedTuple):
    """One row that could not be read: its line from 1, the column, the value, the whole row."""

    line: int
    column: str | None
    value: str | None
    raw: str


class Loose(NamedTuple):
    """What was read of a body with unsound rows: those that are sound, with their lines."""

    rows: list[Any]
    lines: list[int]
    refused: list[Refused]


class _Decoders(NamedTuple):
    row: Any
    names: tuple[str, ...]
    rows: Any
    lines: Any
    arrays: Any


def _msgspec() -> Any:
    try:
        return import_module("msgspec")
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value="msgspec", extra="serve") from error


@cache
def _kinds(of: str) -> dict[str, str]:
    """Give the columns that JSON may have for rows of a table, with their types."""
    more = DEGREES if of == "position" else {}
    return {**columns_of(of), **more, CORRECTS: "string"}


@cache
def _decoders(of: str) -> _Decoders:
    m = _msgspec()
    whole = Annotated[int, m.Meta(ge=-LARGEST, le=LARGEST)]
    kinds: dict[str, Any] = {"string": str, "int64": whole, "float64": float}
    fields: list[Any] = []
    lists: list[Any] = []
    for name, kind in _kinds(of).items():
        one: Any = whole | str if name == "at" else kinds[kind]
        if name in MUST:
            fields.append((name, one))
            lists.append((name, list[one]))
        else:
            fields.append((name, one | None, None))
            lists.append((name, list[one | None] | None, None))
    row: Any = m.defstruct("Row", fields, gc=False, kw_only=True)
    many = m.defstruct("Columns", lists, gc=False, kw_only=True)
    return _Decoders(
        row, tuple(_kinds(of)), m.json.Decoder(list[row]), m.json.Decoder(row),
        m.json.Decoder(many),
    )  # fmt: skip


def typed(data: bytes, media: str, of: str) -> list[Any] | None:
    """Give the typed rows of a body; None when it has to be read row by row."""
    m = _msgspec()
    d = _decoders(of)
    try:
        if media == NDJSON:
            rows = d.lines.decode_lines(data)
        elif data.lstrip()[:1] == b"[":
            rows = d.rows.decode(data)
        else:
            rows = _single(d, data)
    except (m.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return None if len(rows) > ROWS_MAX else list(rows)


def _single(d: _Decoders, data: bytes) -> list[Any]:
    """Give the rows of an object: one row, or arrays of values."""
    m = _msgspec()
    try:
        return [d.lines.decode(data)]
    except m.ValidationError:
        found = d.arrays.decode(data)
    there = [(name, values) for name in d.names if (values := getattr(found, name)) is not None]
    if len({len(values) for _, values in there}) != 1:
        raise m.ValidationError("arrays of several lengths")
    names = [name for name, _ in there]
    return [
        d.row(**dict(zip(names, values, strict=True)))
        for values in zip(*(values for _, values in there), strict=True)
    ]


def named(bodies: Iterable[bytes], of: str) -> frozenset[str]:
    """Give the columns that are named in any of the bodies: most name only the needed ones."""
    found = set(ALWAYS)
    left = [name for name in _kinds(of) if name not in found]
    for body in bodies:
        there = [name for name in left if f'"{name}"'.encode() in body or b"\\" in body]
        found.update(there)
        left = [name for name in left if name not in there]
    return frozenset(found)


def table_of(rows: list[Any], of: str, names: Collection[str]) -> pl.DataFrame:
    """Give typed rows as columns; ``at`` is null where its text is no time.

    Of the columns only those among ``names`` are made, and those that each row needs.
    """
    made = []
    for name, kind in _kinds(of).items():
        if name in names:
            values = list(map(attrgetter(name), rows))
            made.append(_times(values) if name == "at" else pl.Series(name, values, TYPES[kind]))
    return pl.DataFrame(made)


def _times(values: list[int | str]) -> pl.Series:
    try:
        return pl.Series("at", values, pl.Int64)
    except TypeError:
        texts = [each if isinstance(each, str) else None for each in values]
        numbers = [None if isinstance(each, str) else each for each in values]
        told = pl.Series("at", texts, pl.String)
        return pl.Series("at", numbers, pl.Int64).zip_with(told.is_null(), moments(told))


def rows_of(data: bytes, media: str) -> list[Any]:
    """Give the rows of a body of whatever content.

    Raises
    ------
    Undecodable
        When it is no JSON, or has no rows.
    """
    m = _msgspec()
    try:
        found = m.json.decode(data)
    except (m.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable(media, str(error)) from error
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        raise Undecodable(media, "neither an object nor an array of objects")
    lists = [each for each in found.values() if isinstance(each, list)]
    if not lists:
        return [found]
    if len(lists) < len(found) or len({len(each) for each in lists}) > 1:
        raise Undecodable(media, "the arrays of the object differ in length")
    return [dict(zip(found, each, strict=True)) for each in zip(*lists, strict=True)]


def loose(data: bytes, media: str, of: str) -> Loose:
    """Read a body row by row and keep what is sound.

    Raises
    ------
    Undecodable
        When the body is no JSON, or no rows.
    """
    m = _msgspec()
    kept = Loose([], [], [])
    row_type = _decoders(of).row
    whole = data.splitlines() if media == NDJSON else rows_of(data, media)
    if len(whole) > ROWS_MAX:
        raise Undecodable(media, f"more than {ROWS_MAX} rows")
    raws = []
    for line, told in enumerate(whole, 1):
        if media == NDJSON and not told.strip():
            continue
        row = told
        try:
            row = m.json.decode(told) if media == NDJSON else told
            made = m.convert(row, row_type)
        except (m.DecodeError, UnicodeDecodeError, RecursionError) as error:
            kept.refused.append(_refused(line, row, str(error)))
        else:
            kept.rows.append(made)
            kept.lines.append(line)
            raws.append(row)
    return _timed(kept, raws)


def _timed(kept: Loose, raws: list[Any]) -> Loose:
    """Refuse the rows whose text is no time: all times are looked at together."""
    bad = _times([each.at for each in kept.rows]).is_null().to_list()
    if not any(bad):
        return kept
    why = "no time - at `$.at`"
    told = zip(kept.lines, raws, bad, strict=True)
    late = [_refused(line, row, why) for line, row, wrong in told if wrong]
    rows = [each for each, wrong in zip(kept.rows, bad, strict=True) if not wrong]
    lines = [each for each, wrong in zip(kept.lines, bad, strict=True) if not wrong]
    return Loose(rows, lines, sorted([*kept.refused, *late], key=attrgetter("line")))


def _refused(line: int, row: Any, why: str) -> Refused:
    m = _msgspec()
    named = NAMED.search(why)
    if isinstance(row, bytes):
        text = row.decode("utf-8", "replace")
        return Refused(line, None, text[:SHOWN], m.json.encode({"": text}).decode())
    kept = row
    if isinstance(row, dict):
        # fed again it is the same row, whatever it was to mend
        kept = {name: value for name, value in row.items() if name != CORRECTS}
    raw = m.json.encode(kept).decode()
    column = (named[1] or named[2]) if named else None
    value = row.get(column) if isinstance(row, dict) else row
    return Refused(line, column, None if value is None else str(value)[:SHOWN], raw)
