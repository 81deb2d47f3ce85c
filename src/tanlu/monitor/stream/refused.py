"""Rows that are not taken are kept: with code, column, value, hint and the whole row."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.monitor.faults import clean, hint_of
from tanlu.monitor.stream.bodies import CORRECTS, Body
from tanlu.monitor.stream.reasons import REASONS
from tanlu.terms import schema

if TYPE_CHECKING:
    import numpy as np

    from tanlu.monitor.stream.texts import Refused

__all__ = ["Remembered", "rows_of_cells", "rows_of_table", "source_of", "whole"]

UNREAD = "TL353"
# what is kept of a body that nobody can read
MOST_RAW = 65_536
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
    raw = told.select(pl.struct(there).struct.json_encode()).to_series().to_list()
    shown = {
        name: told[name].cast(pl.String).to_list() if name in there else [None] * told.height
        for name in {each.column for each in why if each}
    }
    values = [shown[each.column][row] if each else None for row, each in enumerate(why)]
    marks = told.select(pl.format("{}/{}", "device", "seq")).to_series().to_list()
    return _rows(
        stream, source, raw, lines[mask].tolist(),
        [each.code if each else "" for each in why],
        [each.column if each else "" for each in why],
        values, marks,
    )  # fmt: skip


def rows_of_cells(refused: list[Refused], stream: str, source: str) -> pl.DataFrame:
    """Give rows that could not be read, schema ``quarantine``."""
    return _rows(
        stream, source,
        [each.raw for each in refused], [each.line for each in refused],
        [UNREAD] * len(refused), [each.column for each in refused],
        [each.value for each in refused], [None] * len(refused),
    )  # fmt: skip


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
    return _rows(stream, source, [raw], [1], [code], [None], [why], [None])


def source_of(body: Body) -> str:
    """Give the SHA-256 of a body."""
    data = body.raw if body.raw is not None else body.data
    return hashlib.sha256(data).hexdigest() if isinstance(data, bytes) else ""


def _rows(
    stream: str, source: str, raw: list[str], lines: list[int], codes: list[str],
    columns: list[str | None], values: list[str | None], marks: list[str | None],
) -> pl.DataFrame:  # fmt: skip
    head = hashlib.sha256(stream.encode() + b"\n")
    ids, sources = [], []
    # the one control character that JSON leaves as it is
    raw = [each.replace("\x7f", "\\u007f") for each in raw]
    for each in raw:
        made = head.copy()
        data = each.encode("utf-8", "surrogatepass")
        made.update(data)
        ids.append(made.hexdigest()[:ID_CHARACTERS])
        sources.append(source or hashlib.sha256(data).hexdigest())
    hints = {code: hint_of(code) for code in set(codes)}
    frame = pl.DataFrame(
        {
            "quarantine_id": ids, "code": codes, "column": columns, "value": values,
            "hint": [hints[code] for code in codes], "source_sha256": sources,
            "source_sheet": [stream] * len(ids), "source_line": lines, "raw": raw,
            "activity_id": marks,
        },
        schema=schema("quarantine").dtypes(),
    ).with_columns(clean(pl.col("value")), clean(pl.col("activity_id")))  # fmt: skip
    return schema("quarantine").fit(frame)
