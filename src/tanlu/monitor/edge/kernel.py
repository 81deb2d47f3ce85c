"""Strict decoding of many signed batches at once, compiled by numba.

It reads one form alone, the one that `signing` writes, and of that only the shortest encodings
(RFC 8949 section 4.2.1): whatever else is there gets a number of `WHY`. It never reads beyond a
batch, and what it writes is bounded by the bytes it reads.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

# ruff: noqa: PLR0917, PLR1714 - compiled: flat arguments, plain comparisons

__all__ = ["FIELDS", "NULL", "WHY", "decode"]

NULL = -(1 << 63)
MOST = 1 << 53
MOST_SAMPLES = 4_096
# 34 years [ms]: so many steps of it still fit
MOST_STEP = 1 << 40
MOST_COLUMNS = 32
MOST_NAME = 64
WHY = (
    "",
    "not a COSE_Sign1 of protected header, payload and signature",
    "the protected header is not the algorithm EdDSA and the device",
    "the payload is not a map of the keys 1 to 8, 9 if it has one, and 10",
    "a number is not in its shortest form or does not fit",
    "a hash has 32 bytes",
    "the columns are not lists of one length",
    "a value is neither an integer within 2^53 nor null",
    "bytes follow, or it ends too early",
    "the readings need a step",
)
(
    CHAIN_END, HEADER, PAYLOAD, NUMBER, HASH, COLUMNS, VALUE, LENGTH, STEP,
) = range(1, 10)  # fmt: skip
# what is given of each batch; places are counted in the joined bytes
FIELDS = (
    "seq", "start", "step", "previous_at", "clock", "boot", "firmware_at", "root_at", "layout_at",
    "layout_bytes", "kid_at", "kid_bytes", "protected_at", "protected_end", "payload_at",
    "payload_end", "signature_at", "columns", "samples", "values_at",
)  # fmt: skip
(
    F_SEQ, F_START, F_STEP, F_PREVIOUS, F_CLOCK, F_BOOT, F_FIRMWARE, F_ROOT, F_LAYOUT,
    F_LAYOUT_BYTES, F_KID, F_KID_BYTES, F_PROTECTED, F_PROTECTED_END, F_PAYLOAD, F_PAYLOAD_END,
    F_SIGNATURE, F_COLUMNS, F_SAMPLES, F_VALUES,
) = range(20)  # fmt: skip


@numba.njit(nogil=True, cache=True)
def _head(data: NDArray[np.uint8], at: int, end: int) -> Any:
    """Give major type, argument and the place after it; major -1 where there is no such head."""
    if at >= end:
        return -1, 0, at
    first = data[at]
    major, info = first >> 5, first & 31
    at += 1
    if info < 24:
        return major, np.int64(info), at
    if info > 27:
        return -1, 0, at
    size = 1 << (info - 24)
    if at + size > end or (size == 8 and data[at] > 127):
        return -1, 0, at
    number = np.int64(0)
    for place in range(at, at + size):
        number = number << 8 | np.int64(data[place])
    least = 24 if size == 1 else 1 << (4 * size)
    if number < least:
        return -1, 0, at
    return major, number, at + size


@numba.njit(nogil=True, cache=True)
def _bytes(data: NDArray[np.uint8], at: int, end: int, major: int, least: int, most: int) -> Any:
    """Give where a string's bytes begin and how many they are; -1 where there is none such."""
    found, count, body = _head(data, at, end)
    if found != major or count < least or count > most or body + count > end:
        return -1, 0
    return body, count


@numba.njit(nogil=True, cache=True)
def _integer(data: NDArray[np.uint8], at: int, end: int) -> Any:
    """Give an integer and the place after it; place -1 where there is none."""
    major, number, body = _head(data, at, end)
    if major == 0:
        return number, body
    if major == 1:
        return -1 - number, body
    return 0, -1


@numba.njit(nogil=True, cache=True)
def _column(
    data: NDArray[np.uint8], at: int, end: int, values: NDArray[np.int64], out: int, count: int
) -> Any:
    """Write the running sums of one column; give the place after it, or -1."""
    total = np.int64(0)
    for place in range(out, out + count):
        if at < end and data[at] == 0xF6:
            values[place] = NULL
            at += 1
            continue
        delta, at = _integer(data, at, end)
        if at < 0 or delta > 2 * MOST or delta < -2 * MOST:
            return -1
        total += delta
        if total > MOST or total < -MOST:
            return -1
        values[place] = total
    return at


@numba.njit(nogil=True, cache=True)
def _columns(
    data: NDArray[np.uint8], at: int, end: int, field: NDArray[np.int64],
    values: NDArray[np.int64], out: int,
) -> Any:  # fmt: skip
    """Write all columns; give the place after them and what is wrong."""
    major, columns, at = _head(data, at, end)
    if major != 4 or columns < 1 or columns > MOST_COLUMNS:
        return at, COLUMNS
    samples: Any = np.int64(-1)
    for column in range(columns):
        major, count, at = _head(data, at, end)
        if major != 4 or count < 1 or count > MOST_SAMPLES or count > end - at:
            return at, COLUMNS
        if samples >= 0 and count != samples:
            return at, COLUMNS
        samples = count
        at = _column(data, at, end, values, out + column * samples, samples)
        if at < 0:
            return at, VALUE
    field[F_COLUMNS], field[F_SAMPLES], field[F_VALUES] = columns, samples, out
    return at, 0


@numba.njit(nogil=True, cache=True)
def _payload(
    data: NDArray[np.uint8], at: int, end: int, field: NDArray[np.int64],
    values: NDArray[np.int64], out: int,
) -> Any:  # fmt: skip
    """Read the map of a batch; give what is wrong."""
    major, pairs, at = _head(data, at, end)
    if major != 5 or (pairs != 9 and pairs != 10):
        return PAYLOAD
    field[F_ROOT] = -1
    for pair in range(pairs):
        key = pair + 1 if pair < 8 or pairs == 10 else 10
        if at >= end or data[at] != key:
            return PAYLOAD
        at += 1
        if key == 5:
            at, wrong = _columns(data, at, end, field, values, out)
            if wrong:
                return wrong
        elif key == 4 or key == 8 or key == 9:
            body, count = _bytes(data, at, end, 2, 32, 32)
            if body < 0:
                return HASH
            at = body + count
            field[F_PREVIOUS if key == 4 else F_FIRMWARE if key == 8 else F_ROOT] = body
        elif key == 10:
            body, count = _bytes(data, at, end, 3, 1, MOST_NAME)
            if body < 0:
                return PAYLOAD
            at = body + count
            field[F_LAYOUT], field[F_LAYOUT_BYTES] = body, count
        elif key == 6 and at < end and data[at] == 0xF6:
            field[F_CLOCK] = NULL
            at += 1
        else:
            number, at = _integer(data, at, end)
            if at < 0 or (number < 0 and (key == 1 or key == 3 or key == 7)):
                return NUMBER
            place = (
                F_SEQ
                if key == 1
                else F_START
                if key == 2
                else F_STEP
                if key == 3
                else (F_CLOCK if key == 6 else F_BOOT)
            )
            if number > MOST or number < -MOST or (key == 3 and number > MOST_STEP):
                return NUMBER
            field[place] = number
    if at != end:
        return LENGTH
    return STEP if field[F_SAMPLES] > 1 and field[F_STEP] < 1 else 0


@numba.njit(nogil=True, cache=True)
def _batch(
    data: NDArray[np.uint8], at: int, end: int, field: NDArray[np.int64],
    values: NDArray[np.int64], out: int,
) -> Any:  # fmt: skip
    """Read one batch; give what is wrong, 0 if nothing."""
    if end - at < 4 or data[at] != 0xD2 or data[at + 1] != 0x84:
        return CHAIN_END
    field[F_PROTECTED] = at + 2
    body, count = _bytes(data, at + 2, end, 2, 1, 128)
    if body < 0:
        return CHAIN_END
    at = body + count
    field[F_PROTECTED_END] = at
    # a map of two: key 1 is -8, key 4 the device
    if count < 6 or data[body] != 0xA2 or data[body + 1] != 1 or data[body + 2] != 0x27:
        return HEADER
    kid, kid_bytes = _bytes(data, body + 4, at, 2, 1, MOST_NAME)
    if data[body + 3] != 4 or kid < 0 or kid + kid_bytes != at:
        return HEADER
    field[F_KID], field[F_KID_BYTES] = kid, kid_bytes
    if at >= end or data[at] != 0xA0:
        return CHAIN_END
    field[F_PAYLOAD] = at + 1
    body, count = _bytes(data, at + 1, end, 2, 1, end)
    if body < 0:
        return CHAIN_END
    at = body + count
    field[F_PAYLOAD_END] = at
    signature, size = _bytes(data, at, end, 2, 64, 64)
    if signature < 0:
        return CHAIN_END
    if signature + size != end:
        return LENGTH
    field[F_SIGNATURE] = signature
    return _payload(data, body, body + count, field, values, out)


@numba.njit(nogil=True, cache=True)
def decode(
    data: NDArray[np.uint8], ends: NDArray[np.int64], fields: NDArray[np.int64],
    wrong: NDArray[np.int64], values: NDArray[np.int64],
) -> None:  # fmt: skip
    """Read batches that lie one after the other in ``data``, each up to its place in ``ends``.

    Parameters
    ----------
    fields
        One row a batch, columns `FIELDS`; times in ms, places in ``data``, -1 where there is none.
    wrong
        Number of `WHY` for each batch, 0 where nothing is wrong.
    values
        As many as ``data`` has bytes: column after column from ``values_at`` on, `NULL` for null.
    """
    at, out = 0, 0
    for batch in range(len(ends)):
        end = ends[batch]
        wrong[batch] = _batch(data, at, end, fields[batch], values, out)
        if wrong[batch] == 0:
            out += fields[batch, F_COLUMNS] * fields[batch, F_SAMPLES]
        at = end
