"""Rows that are not taken are kept: with code, column, value, hint and the whole row."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from numpy import bincount

from tanlu.monitor.faults import clean, hint_of
from tanlu.monitor.stream.bodies import CORRECTS, Body
from tanlu.monitor.stream.reasons import REASONS
from tanlu.terms import schema

if TYPE_CHECKING:
    import numpy as np

    from tanlu.monitor.stream.decoding.texts import Refused

__all__ = ["SHEET", "Remembered", "counted", "rows_of_cells", "rows_of_table", "source_of", "whole"]

UNREAD = "TL353"
# in the column of sheets: rows of files have no such names
SHEET = "stream:"
# what is kept of a body that nobody can read
MOST_RAW = 65_536
MOST_TEXTS, CUT = 64 << 20, 64
REMEMBERED = 65_536
ID_CHARACTERS = 32


class Remembered:
    """Identities of rows that were quarantined of late: a retry does not write them again."""

    def __init__(self, ids: list[str] | None = None) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict.fromkeys(ids or [])

    def fresh(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the rows that were not written of late, each once, and remember them."""
        ids = rows["quarantine_id"].to_list()
        kept = [self.note(each) for each in ids]
        return rows if all(kept) else rows.filter(pl.Series(kept, dtype=pl.Boolean))

    def note(self, identity: str) -> bool:
        """Remember one, and tell whether it is fresh."""
        fresh = identity not in self._ids
        self._ids[identity] = None
        self._ids.move_to_end(identity)
        if len(self._ids) > REMEMBERED:
            self._ids.popitem(last=False)
        return fresh

    def drop(self, ids: list[str]) -> None:
        """Forget rows that were mended."""
        for each in ids:
            self._ids.pop(each, None)

    def list(self) -> list[str]:
        """Give the identities, the oldest first."""
        return list(self._ids)


def rows_of_table(
    table: pl.DataFrame,
    reasons: np.ndarray[Any, Any],
    lines: np.ndarray[Any, Any],
    stream: str,
    source: str,
) -> pl.DataFrame:
    """Give the rows that have a reason, schema ``quarantine``."""
    mask = reasons > 0
    told = table.filter(pl.Series(mask))
    why = [REASONS[each] for each in reasons[mask]]
    there = [name for name in told.columns if name != CORRECTS]
    told = _cut(told)
    raw = told.select(pl.struct(there).struct.json_encode()).to_series().to_list()
    shown = {
        name: told[name].cast(pl.String).to_list() if name in there else [None] * told.height
        for name in {each.column for each in why if each}
    }
    values = [shown[each.column][row] if each else None for row, each in enumerate(why)]
    marks = told.select(pl.format("{}/{}", "device", "seq")).to_series().to_list()
    codes = [each.code if each else "" for each in why]
    columns = [each.column if each else None for each in why]
    kept = zip(lines[mask].tolist(), codes, columns, values, raw, marks, strict=True)
    return _rows(stream, source, [_Kept(*each) for each in kept])


def counted(reasons: np.ndarray[Any, Any]) -> dict[str, int]:
    """Give how many rows have each code."""
    found: dict[str, int] = {}
    for place, count in enumerate(bincount(reasons).tolist()):
        reason = REASONS[place]
        if reason is not None and count:
            found[reason.code] = found.get(reason.code, 0) + count
    return found


def _cut(table: pl.DataFrame) -> pl.DataFrame:
    """Give rows with long texts cut, if all of them together would be too much to write out."""
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    size = sum(int(table[name].str.len_bytes().sum()) for name in texts)
    return table if size <= MOST_TEXTS else table.with_columns(pl.col(texts).str.head(CUT))


def rows_of_cells(refused: list[Refused], stream: str, source: str) -> pl.DataFrame:
    """Give rows that could not be read, schema ``quarantine``."""
    kept = [_Kept(each.line, UNREAD, each.column, each.value, each.raw) for each in refused]
    return _rows(stream, source, kept)


def whole(data: bytes, stream: str, code: str, why: str) -> pl.DataFrame:
    """Give a body that nobody can read as one row, schema ``quarantine``."""
    kept = data[:MOST_RAW]
    try:
        told = {"": kept.decode("utf-8")}
    except UnicodeDecodeError:
        told = {"base64": base64.b64encode(kept).decode()}
    if len(data) > len(kept):
        told["bytes"] = str(len(data))
    raw = json.dumps(told)
    source = hashlib.sha256(data).hexdigest()
    return _rows(stream, source, [_Kept(1, code, None, why, raw)])


def source_of(body: Body) -> str:
    """Give the SHA-256 of a body."""
    data = body.raw if body.raw is not None else body.data
    return hashlib.sha256(data).hexdigest() if isinstance(data, bytes) else ""


class _Kept(NamedTuple):
    """What is kept of one row; ``mark`` is the identity that it would have had."""

    line: int
    code: str
    column: str | None
    value: str | None
    raw: str
    mark: str | None = None


def _rows(stream: str, source: str, kept: list[_Kept]) -> pl.DataFrame:
    sheet = SHEET + stream
    head = hashlib.sha256(stream.encode("utf-8", "surrogatepass") + b"\n")
    hints = {code: hint_of(code) for code in {each.code for each in kept}}
    made = []
    for each in kept:
        # the one control character that JSON leaves as it is
        raw = each.raw.replace("\x7f", "\\u007f")
        data = raw.encode("utf-8", "surrogatepass")
        own = head.copy()
        own.update(data)
        made.append(
            (
                own.hexdigest()[:ID_CHARACTERS], each.code, each.column, each.value,
                hints[each.code], source or hashlib.sha256(data).hexdigest(), sheet, each.line,
                raw, each.mark,
            )
        )  # fmt: skip
    frame = pl.DataFrame(made, schema=schema("quarantine").dtypes(), orient="row")
    return frame.with_columns(clean(pl.col("value")), clean(pl.col("activity_id")))
