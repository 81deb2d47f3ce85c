"""What cannot be is refused in columns, whole tables at a time, before any window sees it.

Rules of plausibility (rates, stuck values, spikes) are not these: they look at what was taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanlu.monitor.stream import reasons as why
from tanlu.monitor.stream.bodies import EVENT, POSITION, READING
from tanlu.monitor.stream.counting.kernels import UNNUMBERED

if TYPE_CHECKING:
    from tanlu.monitor.devices import StreamDef

__all__ = ["AHEAD_US", "DOUBTED_US", "LONGEST", "bad_texts", "trusted", "validate"]

DAY_US = 86_400_000_000
# a clock that is a day ahead tells no time; one that is minutes ahead is marked
AHEAD_US = DAY_US
DOUBTED_US = 300_000_000
# what was kept while there was no way to send is taken for ten years
BEHIND_US = 3_653 * DAY_US
CLOCK_NOT_TRUSTED = 2
LONGEST = 200
# commands of a terminal, and what looks like nothing
CONTROL = r"[\x00-\x1f\x7f-\x9f]"
EDGES = {"lat_e7": (why.LATITUDE, 900_000_000), "lon_e7": (why.LONGITUDE, 1_800_000_000)}
TEXTS = {
    READING: {},
    POSITION: {"source": why.TEXT},
    EVENT: {"type": why.TYPE, "subject": why.SUBJECT},
}
Array = np.ndarray[Any, Any]


def validate(
    table: pl.DataFrame, of: str, definition: StreamDef, received: Array
) -> tuple[Array, dict[str, Array]]:
    """Give the reason of each row (0 for none) and the columns as arrays that the windows need."""
    reasons = np.zeros(table.height, np.int8)
    seq = _numbers(table, reasons)
    at = _whole(table, "at", np.iinfo(np.int64).min)
    why.refuse(reasons, at == np.iinfo(np.int64).min, why.TIME)
    # at is anything, so a difference could leave the range of int64
    wrong = (at > received + AHEAD_US) | (at < received - BEHIND_US)
    why.refuse(reasons, wrong, why.CLOCK)
    arrays = {"seq": seq, "at": at}
    if of == READING:
        arrays["value"] = _values(table, definition, reasons)
    if of == POSITION:
        for name, (reason, most) in EDGES.items():
            arrays[name] = _whole(table, name, np.iinfo(np.int64).max)
            why.refuse(reasons, (arrays[name] > most) | (arrays[name] < -most), reason)
    for name, reason in TEXTS[of].items():
        if name in table.columns:
            wrong = bad_texts(table[name]).to_numpy()
            why.refuse(reasons, wrong, reason)
    return reasons, arrays


def _numbers(table: pl.DataFrame, reasons: Array) -> Array:
    """Give the numbers, UNNUMBERED where a sender gives none; a number below 0 is none."""
    if "seq" not in table.columns:
        return np.full(table.height, UNNUMBERED, np.int64)
    given = table["seq"]
    seq = _whole(table, "seq", UNNUMBERED)
    wrong = seq < 0
    if given.null_count():
        wrong &= given.is_not_null().to_numpy()
    why.refuse(reasons, wrong, why.NUMBER)
    return seq if seq.flags.writeable else seq.copy()


def _whole(table: pl.DataFrame, name: str, none: int) -> Array:
    column = table[name]
    return column.fill_null(none).to_numpy() if column.null_count() else column.to_numpy()


def _values(table: pl.DataFrame, definition: StreamDef, reasons: Array) -> Array:
    column = table["value"]
    value = column.fill_null(np.nan).to_numpy() if column.null_count() else column.to_numpy()
    wrong = ~np.isfinite(value)
    if definition.minimum is not None:
        wrong |= value < definition.minimum
    if definition.maximum is not None:
        wrong |= value > definition.maximum
    why.refuse(reasons, wrong, why.VALUE)
    return value


def bad_texts(column: pl.Series) -> pl.Series:
    """Give which texts are absent, too long or hold control characters."""
    wrong = (
        column.is_null()
        | (column.str.len_bytes() > LONGEST)
        | (column.str.len_bytes() == 0)
        | column.str.contains(CONTROL)
    )
    return wrong.fill_null(value=True)


def trusted(quality: pl.Series | None, at: Array, received: Array) -> pl.Series | None:
    """Give the flags of quality with the one for a clock that is ahead of the server's."""
    ahead = at > received + DOUBTED_US
    if not ahead.any():
        return quality
    told = np.zeros(at.size, np.int64) if quality is None else quality.fill_null(0).to_numpy()
    marked = pl.Series("quality", np.where(ahead, told | CLOCK_NOT_TRUSTED, told))
    if quality is None:
        return marked.set(pl.Series(~ahead), None)
    return marked.set(pl.Series(~ahead) & quality.is_null(), None)
