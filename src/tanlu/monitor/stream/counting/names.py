"""Names of devices as small numbers: a hash table over bytes that compares every byte."""

from __future__ import annotations

import secrets
from typing import Any

import numba
import numpy as np
import polars as pl

__all__ = ["Names", "marks", "texts"]

Array = np.ndarray[Any, Any]
U = np.uint64
SMALL = 1024
FIXED = 0x13198A2E03707344


@numba.njit(inline="always")
def _word(data: Any, at: Any) -> Any:
    # written out so that the compiler makes one load of it
    return (
        U(data[at]) | U(data[at + U(1)]) << U(8) | U(data[at + U(2)]) << U(16)
        | U(data[at + U(3)]) << U(24) | U(data[at + U(4)]) << U(32) | U(data[at + U(5)]) << U(40)
        | U(data[at + U(6)]) << U(48) | U(data[at + U(7)]) << U(56)
    )  # fmt: skip


@numba.njit(nogil=True, cache=True)
def _hash(data: Any, start: int, length: int, seed: Any) -> Any:
    made = U(seed) ^ (U(length) * U(0x9E3779B97F4A7C15))
    at, end = U(start), U(start + length)
    while at + U(8) <= end:
        made = (made ^ _word(data, at)) * U(0xD6E8FEB86659FD93)
        made ^= made >> U(32)
        at += U(8)
    word, by = U(0), U(0)
    while at < end:
        word |= U(data[at]) << by
        at, by = at + U(1), by + U(8)
    made = (made ^ word) * U(0xD6E8FEB86659FD93)
    made ^= made >> U(32)
    made *= U(0xD6E8FEB86659FD93)
    return made ^ (made >> U(29))


@numba.njit(nogil=True, cache=True)
def _same(left: Any, at: Any, right: Any, there: Any, length: Any) -> bool:
    done = U(0)
    while done + U(8) <= length:
        if _word(left, at + done) != _word(right, there + done):
            return False
        done += U(8)
    while done < length:
        if left[at + done] != right[there + done]:
            return False
        done += U(1)
    return True


@numba.njit(nogil=True, cache=True)
def hashes(data: Any, starts: Any, lengths: Any, seed: Any, found: Any) -> None:
    """Write the hash of each text."""
    for i in range(starts.size):
        found[i] = _hash(data, starts[i], lengths[i], seed)


@numba.njit(nogil=True, cache=True)
def _look(data: Any, start: Any, length: Any, code: Any, table: Any, arena: Any) -> Any:  # noqa: PLR0917 - compiled
    """Give the line of the table where a text is, or where it would go."""
    mask = U(table.shape[0] - 1)
    line = code & mask
    while True:
        if table[line, 1] == U(0):
            return line
        if (
            table[line, 0] == code
            and table[line, 3] == length
            and _same(data, start, arena, table[line, 2], length)
        ):
            return line
        line = (line + U(1)) & mask


@numba.njit(nogil=True, cache=True)
def find(  # noqa: PLR0917 - compiled
    data: Any, starts: Any, lengths: Any, seed: Any, table: Any, arena: Any, where: Any,
    used: int, found: Any,
) -> None:  # fmt: skip
    """Write the number of each text, -1 where it has none.

    A gateway sends its devices in the same order each time, and a device many readings at once:
    the number after the last one, then the last one itself, are looked at first.
    """
    number = -1
    for i in range(starts.size):
        start, length = U(starts[i]), U(lengths[i])
        guess = number + 1
        if (
            guess < used
            and where[guess, 1] == length
            and length > U(0)
            and _same(data, start, arena, where[guess, 0], length)
        ):
            number = guess
            found[i] = number
            continue
        if (
            number >= 0
            and where[number, 1] == length
            and _same(data, start, arena, where[number, 0], length)
        ):
            found[i] = number
            continue
        number = -1
        if length > U(0):
            code = _hash(data, starts[i], lengths[i], seed)
            line = _look(data, start, length, code, table, arena)
            number = int(table[line, 1]) - 1
        found[i] = number


@numba.njit(nogil=True, cache=True)
def insert(  # noqa: PLR0917 - compiled
    data: Any, starts: Any, lengths: Any, seed: Any, table: Any, arena: Any, where: Any,
    used: int, filled: int,
) -> Any:  # fmt: skip
    """Add texts that are not there yet; room was made before. Give names and bytes in use."""
    for i in range(starts.size):
        length = U(lengths[i])
        code = _hash(data, starts[i], lengths[i], seed)
        line = _look(data, U(starts[i]), length, code, table, arena)
        if table[line, 1] != U(0):
            continue
        where[used, 0], where[used, 1] = U(filled), length
        used += 1
        table[line, 0], table[line, 1] = code, U(used)
        table[line, 2], table[line, 3] = U(filled), length
        for byte in range(lengths[i]):
            arena[filled + byte] = data[starts[i] + byte]
        filled += lengths[i]
    return used, filled


@numba.njit(nogil=True, cache=True)
def _again(old: Any, table: Any) -> None:
    mask = U(table.shape[0] - 1)
    for each in range(old.shape[0]):
        if old[each, 1] == U(0):
            continue
        line = old[each, 0] & mask
        while table[line, 1] != U(0):
            line = (line + U(1)) & mask
        table[line] = old[each]


def texts(column: pl.Series) -> tuple[Array, Array, Array]:
    """Give the bytes of all texts behind one another, where each begins and how long it is."""
    lengths = column.str.len_bytes().fill_null(0).to_numpy().astype(np.int64)
    whole = column.str.join("", ignore_nulls=True).item() or ""
    starts = np.cumsum(lengths) - lengths
    return np.frombuffer(whole.encode(), np.uint8), starts, lengths


def marks(column: pl.Series) -> Array:
    """Give a 64-bit mark of each text, the same on every machine."""
    made = np.zeros(len(column), np.uint64)
    hashes(*texts(column), U(FIXED), made)
    return made


class Names:
    """Gives each name a number, from 0 on."""

    def __init__(self) -> None:
        # a sender who knew the seed could make all his names collide
        self._seed = U(secrets.randbits(64))
        # hash, number + 1 (0 where nothing is), where the bytes begin and how many there are
        self._table = np.zeros((2 * SMALL, 4), np.uint64)
        self._where = np.zeros((SMALL, 2), np.uint64)
        self._arena = np.zeros(16 * SMALL, np.uint8)
        self._filled = 0
        self._used = 0
        self.column = pl.Series("device", [], pl.String)

    def __len__(self) -> int:
        return self._used

    def numbers(self, column: pl.Series) -> Array:
        """Give the number of each name, -1 for one that has none."""
        return self.numbers_of(*texts(column))

    def numbers_of(self, data: Array, starts: Array, lengths: Array) -> Array:
        """Give the numbers of names that lie in bytes."""
        found = np.empty(starts.size, np.int32)
        find(
            data, starts, lengths, self._seed, self._table, self._arena, self._where, self._used,
            found,
        )  # fmt: skip
        return found

    def add(self, names: pl.Series) -> None:
        """Give numbers to names, each once, that have none."""
        data, starts, lengths = texts(names)
        self._reach(self._used + starts.size, self._filled + int(lengths.sum()))
        self._used, self._filled = insert(
            data, starts, lengths, self._seed, self._table, self._arena, self._where, self._used,
            self._filled,
        )  # fmt: skip
        self.column = pl.concat([self.column, names.alias("device")], rechunk=True)

    def _reach(self, names: int, size: int) -> None:
        if 2 * names > self._table.shape[0]:
            old = self._table
            self._table = np.zeros((1 << (4 * names - 1).bit_length(), 4), np.uint64)
            _again(old, self._table)
        self._where = _longer(self._where, names)
        self._arena = _longer(self._arena, size)


def _longer(old: Array, size: int) -> Array:
    """Give an array of at least a size with the same beginning."""
    if size <= old.shape[0]:
        return old
    new = np.zeros((max(2 * old.shape[0], size), *old.shape[1:]), old.dtype)
    new[: old.shape[0]] = old
    return new
