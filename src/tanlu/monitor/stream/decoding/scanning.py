"""JSON of plain readings straight into columns: what most devices send, most of the time.

Only bodies of objects with exactly ``device``, ``seq``, ``at`` and ``value``, whole numbers of at
most 18 digits, plain decimals, and devices that are known already. Everything else, sound or not,
is left to the general reader: here nothing is guessed and nothing is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np
import polars as pl

from tanlu.monitor.stream.bodies import NDJSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.monitor.stream.counting import Names

__all__ = ["LEAST", "Scanned", "scan", "table_of"]

Array = np.ndarray[Any, Any]
# below it the general reader costs no more
LEAST = 2_048
OTHER = -1
QUOTE, COMMA, COLON, OPEN, CLOSE, BEGIN, END = 34, 44, 58, 123, 125, 91, 93
MINUS, POINT, ZERO, NINE, BACKSLASH = 45, 46, 48, 57, 92
DEVICE, SEQ, AT, VALUE, ALL = 1, 2, 4, 8, 15
MOST_DIGITS = 18
# a whole number below 2^53 over a power of ten up to 10^22 is rounded once: the nearest float64
# (Clinger 1990, How to read floating point numbers accurately)
EXACT, POWERS = 2**53, 22
TENS = np.array([float(10**power) for power in range(POWERS + 1)])


class Scanned(NamedTuple):
    """The rows of one body, devices by their numbers."""

    devices: Array
    seq: Array
    at: Array
    value: Array


@numba.njit(inline="always")
def _blank(data: Any, at: Any) -> Any:
    while at < data.size and (data[at] == 32 or data[at] in (9, 10, 13)):
        at += 1
    return at


@numba.njit(nogil=True, cache=True)
def _key(data: Any, at: int) -> Any:
    """Give which column a key names and where it ends, OTHER for any other."""
    left = data.size - at
    if (
        left > 8 and data[at] == 100 and data[at + 1] == 101 and data[at + 2] == 118
        and data[at + 3] == 105 and data[at + 4] == 99 and data[at + 5] == 101
        and data[at + 6] == QUOTE
    ):  # fmt: skip
        return DEVICE, at + 7
    if left > 4 and data[at] == 115 and data[at + 1] == 101 and data[at + 2] == 113:
        return (SEQ, at + 4) if data[at + 3] == QUOTE else (OTHER, at)
    if left > 3 and data[at] == 97 and data[at + 1] == 116 and data[at + 2] == QUOTE:
        return AT, at + 3
    if (
        left > 6 and data[at] == 118 and data[at + 1] == 97 and data[at + 2] == 108
        and data[at + 3] == 117 and data[at + 4] == 101 and data[at + 5] == QUOTE
    ):  # fmt: skip
        return VALUE, at + 6
    return OTHER, at


@numba.njit(nogil=True, cache=True)
def _number(data: Any, at: int) -> Any:
    """Give digits as a whole number, how many stand behind a point, the sign, and the end."""
    sign, made, digits, behind = 1, 0, 0, 0
    if at < data.size and data[at] == MINUS:
        sign, at = -1, at + 1
    begin = at
    while at < data.size and ZERO <= data[at] <= NINE:
        made = made * 10 + (np.int64(data[at]) - ZERO)
        at += 1
        digits += 1
        if digits > MOST_DIGITS:
            return 0, 0, 1, OTHER
    if digits == 0 or (data[begin] == ZERO and digits > 1):
        return 0, 0, 1, OTHER
    if at < data.size and data[at] == POINT:
        at += 1
        while at < data.size and ZERO <= data[at] <= NINE:
            made = made * 10 + (np.int64(data[at]) - ZERO)
            at += 1
            behind += 1
            if digits + behind > MOST_DIGITS:
                return 0, 0, 1, OTHER
        if behind == 0:
            return 0, 0, 1, OTHER
    return made, behind, sign, at


@numba.njit(nogil=True, cache=True)
def _text(data: Any, at: int) -> int:
    """Give where a plain text ends, behind its quote."""
    while at < data.size:
        byte = data[at]
        if byte == QUOTE:
            return at + 1
        if byte < 32 or byte > 126 or byte == BACKSLASH:
            return OTHER
        at += 1
    return OTHER


@numba.njit(nogil=True, cache=True)
def _row(  # noqa: PLR0917 - compiled
    data: Any, at: int, row: int, starts: Any, sizes: Any, seq: Any, when: Any, value: Any,
    tens: Any,
) -> int:  # fmt: skip
    """Read one object behind its bracket, and give its end, OTHER when it is not plain."""
    there = 0
    while True:
        at = _blank(data, at)
        if at >= data.size or data[at] != QUOTE:
            return OTHER
        key, at = _key(data, at + 1)
        if key == OTHER or there & key:
            return OTHER
        there |= key
        at = _blank(data, at)
        if at >= data.size or data[at] != COLON:
            return OTHER
        at = _blank(data, at + 1)
        if key == DEVICE:
            if at >= data.size or data[at] != QUOTE:
                return OTHER
            end = _text(data, at + 1)
            if end < 0:
                return OTHER
            starts[row], sizes[row] = at + 1, end - at - 2
        else:
            made, behind, sign, end = _number(data, at)
            if end < 0 or end >= data.size or data[end] in (46, 69, 101):
                return OTHER
            if key == VALUE:
                if made > EXACT or behind > POWERS:
                    return OTHER
                value[row] = sign * (made / tens[behind])
            elif behind:
                return OTHER
            elif key == SEQ:
                seq[row] = sign * made
            else:
                when[row] = sign * made
        at = _blank(data, end)
        if at >= data.size:
            return OTHER
        if data[at] == CLOSE:
            return at + 1 if there == ALL else OTHER
        if data[at] != COMMA:
            return OTHER
        at += 1


@numba.njit(nogil=True, cache=True)
def _rows(  # noqa: PLR0917 - compiled
    data: Any, lines: bool, starts: Any, sizes: Any, seq: Any, when: Any, value: Any, tens: Any
) -> int:
    """Read all rows of a body and give their count, OTHER when it is not plain."""
    at, row = _blank(data, 0), 0
    if not lines:
        if at >= data.size or data[at] != BEGIN:
            return OTHER
        at = _blank(data, at + 1)
    while at < data.size and data[at] == OPEN and row < starts.size:
        at = _row(data, at + 1, row, starts, sizes, seq, when, value, tens)
        if at < 0:
            return OTHER
        row += 1
        behind = _blank(data, at)
        if lines:
            if behind < data.size and behind == at:
                return OTHER
            at = behind
        else:
            if behind >= data.size or data[behind] not in (COMMA, END):
                return OTHER
            at = behind
            if data[at] == END:
                return row if _blank(data, at + 1) == data.size else OTHER
            at = _blank(data, at + 1)
    return row if lines and at == data.size else OTHER


def scan(data: bytes, media: str, names: Names) -> Scanned | None:
    """Give the rows of a body of plain readings of known devices; None for any other body."""
    most = data.count(b"{")
    starts, sizes, seq, at = (np.empty(most, np.int64) for _ in range(4))
    value = np.empty(most, np.float64)
    body = np.frombuffer(data, np.uint8)
    count = _rows(body, media == NDJSON, starts, sizes, seq, at, value, TENS)
    if count <= 0 or count != most:
        return None
    devices = names.numbers_of(body, starts, sizes)
    return None if devices.min() < 0 else Scanned(devices, seq, at, value)


def table_of(found: Sequence[Scanned], names: Names) -> pl.DataFrame:
    """Give the rows of several bodies as one table."""
    devices, seq, at, value = (np.concatenate(each) for each in zip(*found, strict=True))
    column = names.column.gather(devices).alias("device")
    return pl.DataFrame([column]).with_columns(
        pl.Series("seq", seq), pl.Series("at", at), pl.Series("value", value)
    )
