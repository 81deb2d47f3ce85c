"""Look at the headers of a Parquet file before a decoder trusts the counts in them.

A damaged header may promise 2^58 values. The decoder asks for the memory and, when there is none,
ends the whole process: no exception can be caught. So every count and size is held against the
file first. Headers are Thrift structures in its compact protocol (apache/parquet-format,
``parquet.thrift``: FileMetaData, RowGroup, ColumnMetaData, PageHeader).
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

__all__ = ["damage"]

MAGIC = b"PAR1"
MOST = 1 << 31  # values of one column in one row group; writers stay a thousand times below
DEEP = 32
# values of a column for each row, and beside them: a list of a million costs a file no bytes
EACH, BESIDE = 100, 100_000
Struct = dict[int, Any]


def damage(path: Path) -> str | None:
    """Give what is wrong with the counts and sizes of a Parquet file, or nothing.

    A file that does not end as Parquet is left to the decoder, which says so itself.
    """
    size = path.stat().st_size
    if size < 12:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[-4:] != MAGIC:
            return None
        length = int.from_bytes(data[-8:-4], "little")
        if length > size - 12:
            return "the footer is longer than the file"
        try:
            footer, _ = _Reader(data, size - 8).struct(size - 8 - length)
            return _footer(footer, _Reader(data, size - 8 - length))
        except (ValueError, KeyError, TypeError, IndexError):
            return "a header cannot be read"


def _footer(footer: Struct, reader: _Reader) -> str | None:
    rows = 0
    for group in footer.get(4, []):
        if not 0 <= group[3] <= MOST:
            return "the rows of a group are not plausible"
        rows += group[3]
        for chunk in group[1]:
            if 1 not in chunk and chunk[3][5] > EACH * group[3] + BESIDE:
                return "the values of a column are not plausible"
            # a chunk of another file has no pages here
            wrong = None if 1 in chunk else _chunk(chunk[3], reader)
            if wrong:
                return wrong
    return None if rows == footer[3] else "the groups have other rows than the file"


def _chunk(about: Struct, reader: _Reader) -> str | None:
    """Walk through the pages of one column of one row group."""
    values, left = about[5], about[5]
    if not 0 <= values <= MOST:
        return "the values of a column are not plausible"
    if not values:
        return None  # and perhaps no page at all
    at = min(about[9], about.get(11) or about[9])
    end = at + about[7]
    if not 4 <= at <= end <= reader.end:
        return "a column lies outside of the file"
    while at < end and left > 0:
        page, at = reader.struct(at)
        told = page.get(5) or page.get(8)
        count = (told or page.get(7) or {1: 0})[1]
        if page[2] < 0 or not 0 <= page[3] <= end - at:
            return "a page lies outside of its column"
        if not 0 <= count <= max(values, 1):
            return "the values of a page are not plausible"
        at += page[3]
        left -= count if told else 0
    return None if left == 0 else "the pages have other values than their column"


class _Reader:
    """Reads Thrift structures of bytes before an end."""

    def __init__(self, data: mmap.mmap, end: int) -> None:
        self.data = data
        self.end = end

    def struct(self, at: int, deep: int = 0) -> tuple[Struct, int]:
        """Give the fields of a structure by their number, and where it ends."""
        if deep > DEEP:
            raise ValueError("too deep")
        found: Struct = {}
        number = 0
        while True:
            head, at = self._byte(at)
            if not head & 15:
                return found, at
            if head >> 4:
                number += head >> 4
            else:
                number, at = self._signed(at)
            found[number], at = self._value(head & 15, at, deep)

    def _value(self, kind: int, at: int, deep: int) -> tuple[Any, int]:
        if kind in (1, 2):
            return kind == 1, at
        if kind in (4, 5, 6):
            return self._signed(at)
        if kind == 12:
            return self.struct(at, deep + 1)
        if kind in (9, 10):
            return self._list(at, deep + 1)
        if kind == 8:
            length, at = self._number(at)
        else:
            length = {3: 1, 7: 8, 13: 16}[kind]
        if at + length > self.end:
            raise ValueError("too long")
        return None, at + length

    def _list(self, at: int, deep: int) -> tuple[list[Any], int]:
        head, at = self._byte(at)
        size, kind = head >> 4, head & 15
        if size == 15:
            size, at = self._number(at)
        if size > self.end - at:
            raise ValueError("too many")
        found = []
        for _ in range(size):
            # in a list the truth has a byte of its own
            value, at = self._byte(at) if kind in (1, 2) else self._value(kind, at, deep)
            found.append(value)
        return found, at

    def _byte(self, at: int) -> tuple[int, int]:
        if not 0 <= at < self.end:
            raise ValueError("outside")
        return self.data[at], at + 1

    def _number(self, at: int) -> tuple[int, int]:
        found = shift = 0
        while True:
            byte, at = self._byte(at)
            found |= (byte & 127) << shift
            if byte < 128:
                return found, at
            shift += 7
            if shift > 63:
                raise ValueError("too long")

    def _signed(self, at: int) -> tuple[int, int]:
        found, at = self._number(at)
        return (found >> 1) ^ -(found & 1), at
