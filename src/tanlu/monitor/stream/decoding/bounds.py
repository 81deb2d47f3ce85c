"""How large a body would become, told from its own headers before anything is unpacked.

A few kilobytes can promise gigabytes: compressed buffers, pages and dictionaries say how long
they are. Here only those numbers are read (Arrow columnar format, IPC stream; Parquet format,
file and page headers in Thrift's compact protocol), each within the bytes that are there.
"""

from __future__ import annotations

import struct
from typing import Any

from tanlu.monitor.stream.bodies import ARROW, PARQUET, Undecodable

__all__ = ["COLUMNS_MAX", "ROWS_MAX", "UNPACKED_MAX", "look_at_arrow", "look_at_parquet"]

ROWS_MAX = 1_000_000
# many small bodies are unpacked together: each may become so much larger than it is
FEW_ROWS, ROWS_A_BYTE = 1_000, 4
FEW_BYTES, BYTES_A_BYTE = 64 << 10, 128
COLUMNS_MAX = 256
UNPACKED_MAX = 256 << 20
MESSAGES_MAX = 10_000
DEEP_MAX = 12
MARK = 0xFFFFFFFF
DICTIONARY, BATCH = 2, 3
STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(13)
# of the file: rows, row groups; of a group: columns; of a column: what is said of it
ROWS, GROUPS, COLUMNS, ABOUT = 3, 4, 1, 3
SIZE, DATA, WORDS = 7, 9, 11
UNPACKED, PACKED = 2, 3
Fields = dict[int, Any]


class _Sum:
    """Adds up what a body says, and refuses it when that is too much."""

    def __init__(self, media: str, size: int) -> None:
        self.media, self.rows, self.bytes = media, 0, 0
        self.rows_max = min(ROWS_MAX, FEW_ROWS + ROWS_A_BYTE * size)
        self.bytes_max = min(UNPACKED_MAX, FEW_BYTES + BYTES_A_BYTE * size)

    def add(self, rows: int, size: int) -> None:
        self.rows, self.bytes = self.rows + rows, self.bytes + size
        if rows < 0 or size < 0:
            raise Undecodable(self.media, "a length below zero")
        if self.rows > self.rows_max:
            raise Undecodable(self.media, f"more than {self.rows_max} rows")
        if self.bytes > self.bytes_max:
            raise Undecodable(self.media, f"more than {self.bytes_max} bytes when unpacked")


# ── Arrow ──


def look_at_arrow(data: bytes) -> None:
    """Refuse a stream that would become too large.

    Raises
    ------
    Undecodable
        When it would, or is no stream.
    """
    try:
        _arrow(data)
    except (struct.error, IndexError) as error:
        raise Undecodable(ARROW, "the stream is cut off or is none") from error


def _arrow(data: bytes) -> None:
    found, at = _Sum(ARROW, len(data)), 0
    for _ in range(MESSAGES_MAX):
        if at == len(data):
            return
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
        if size == MARK:
            (size,) = struct.unpack_from("<I", data, at)
            at += 4
        if size == 0:
            return
        meta = data[at : at + size]
        at += size
        root = struct.unpack_from("<I", meta, 0)[0]
        kind = _scalar(meta, root, 1, "<B")
        length = _scalar(meta, root, 3, "<q")
        if len(meta) < size or length < 0 or at + length > len(data):
            raise Undecodable(ARROW, "the stream is cut off")
        table = _table(meta, root, 2)
        if kind == DICTIONARY and table:
            table = _table(meta, table, 1)
        if kind in (DICTIONARY, BATCH) and table:
            _batch(found, meta, table, data, at, words=kind == DICTIONARY)
        at += length
    raise Undecodable(ARROW, f"more than {MESSAGES_MAX} messages")


def _batch(found: _Sum, meta: bytes, table: int, data: bytes, body: int, *, words: bool) -> None:
    """Add what a batch of rows says of itself."""
    nodes, many = _vector(meta, table, 1)
    if many > COLUMNS_MAX:
        raise Undecodable(ARROW, f"more than {COLUMNS_MAX} columns")
    for number in range(many):
        (rows,) = struct.unpack_from("<q", meta, nodes + 16 * number)
        if not 0 <= rows <= ROWS_MAX:
            raise Undecodable(ARROW, f"more than {ROWS_MAX} rows")
    found.add(0 if words else _scalar(meta, table, 0, "<q"), 0)
    packed = _table(meta, table, 3)
    buffers, many = _vector(meta, table, 2)
    for number in range(many):
        offset, size = struct.unpack_from("<qq", meta, buffers + 16 * number)
        if offset < 0 or size < 0 or body + offset + size > len(data):
            raise Undecodable(ARROW, "a buffer lies outside of the stream")
        if packed and size >= 8:
            (unpacked,) = struct.unpack_from("<q", data, body + offset)
            size = size if unpacked == -1 else unpacked
        found.add(0, size)


def _field(meta: bytes, table: int, number: int) -> int:
    """Give where a field of a flat buffer's table lies, 0 where it is not."""
    (back,) = struct.unpack_from("<i", meta, table)
    lines = table - back
    if lines < 0:
        raise IndexError(lines)
    (size,) = struct.unpack_from("<H", meta, lines)
    place = 4 + 2 * number
    if place + 2 > size:
        return 0
    (offset,) = struct.unpack_from("<H", meta, lines + place)
    return table + offset if offset else 0


def _scalar(meta: bytes, table: int, number: int, form: str) -> int:
    at = _field(meta, table, number)
    return int(struct.unpack_from(form, meta, at)[0]) if at else 0


def _table(meta: bytes, table: int, number: int) -> int:
    at = _field(meta, table, number)
    return at + int(struct.unpack_from("<I", meta, at)[0]) if at else 0


def _vector(meta: bytes, table: int, number: int) -> tuple[int, int]:
    at = _table(meta, table, number)
    return (at + 4, int(struct.unpack_from("<I", meta, at)[0])) if at else (0, 0)


# ── Parquet ──


def look_at_parquet(data: bytes) -> None:
    """Refuse a file that would become too large.

    Raises
    ------
    Undecodable
        When it would, or is no file.
    """
    try:
        _parquet(data)
    except (struct.error, IndexError, KeyError, TypeError, AttributeError) as error:
        raise Undecodable(PARQUET, "the file is cut off or is none") from error


def _parquet(data: bytes) -> None:
    if data[:4] != b"PAR1" or data[-4:] != b"PAR1":
        raise Undecodable(PARQUET, "the file is cut off or is none")
    (size,) = struct.unpack_from("<I", data, len(data) - 8)
    about, _ = _Thrift(data, len(data) - 8).fields(len(data) - 8 - size)
    found = _Sum(PARQUET, len(data))
    found.add(about[ROWS], 0)
    chunks = [chunk[ABOUT] for group in about[GROUPS] for chunk in group[COLUMNS]]
    if any(len(group[COLUMNS]) > COLUMNS_MAX for group in about[GROUPS]):
        raise Undecodable(PARQUET, f"more than {COLUMNS_MAX} columns")
    for chunk in chunks:
        at = min(chunk[DATA], chunk.get(WORDS) or chunk[DATA])
        end = at + chunk[SIZE]
        if not 0 <= at <= end <= len(data):
            raise Undecodable(PARQUET, "a column lies outside of the file")
        while at < end:
            page, at = _Thrift(data, end).fields(at)
            found.add(0, page[UNPACKED])
            _values(page)
            if page[PACKED] < 0:
                raise Undecodable(PARQUET, "a length below zero")
            at += page[PACKED]


def _values(page: Fields) -> None:
    """Refuse a page that says that it has more values than there may be rows."""
    for head in (5, 7, 8):
        if head in page and not 0 <= page[head][1] <= ROWS_MAX:
            raise Undecodable(PARQUET, f"more than {ROWS_MAX} rows")


class _Thrift:
    """Reads structs of the compact protocol: numbers, lists and structs; texts are passed over."""

    def __init__(self, data: bytes, end: int) -> None:
        self.data, self.end = data, end

    def fields(self, at: int, deep: int = 0) -> tuple[Fields, int]:
        """Give the fields of a struct by number, and where it ends."""
        if at < 0 or deep > DEEP_MAX:
            raise IndexError(at)
        found: Fields = {}
        number = 0
        while True:
            head = self._byte(at)
            at += 1
            kind, step = head & 15, head >> 4
            if kind == STOP:
                return found, at
            if step:
                number += step
            else:
                number, at = self._whole(at)
            found[number], at = self._value(kind, at, deep)

    def _byte(self, at: int) -> int:
        if at >= self.end:
            raise IndexError(at)
        return self.data[at]

    def _raw(self, at: int) -> tuple[int, int]:
        made = 0
        for shift in range(0, 70, 7):
            byte = self._byte(at)
            at += 1
            made |= (byte & 127) << shift
            if byte < 128:
                return made, at
        raise IndexError(at)

    def _whole(self, at: int) -> tuple[int, int]:
        made, at = self._raw(at)
        return (made >> 1) ^ -(made & 1), at

    def _value(self, kind: int, at: int, deep: int) -> tuple[Any, int]:
        if kind in (TRUE, FALSE):
            return kind == TRUE, at
        if kind == BYTE:
            return self._byte(at), at + 1
        if kind in (I16, I32, I64):
            return self._whole(at)
        if kind == DOUBLE:
            return None, at + 8
        if kind == BINARY:
            size, at = self._raw(at)
            return None, at + size
        if kind in (LIST, SET):
            return self._list(at, deep)
        if kind == STRUCT:
            return self.fields(at, deep + 1)
        raise IndexError(at)  # maps do not occur in what is read here

    def _list(self, at: int, deep: int) -> tuple[list[Any], int]:
        head = self._byte(at)
        at += 1
        count, kind = head >> 4, head & 15
        if count == 15:
            count, at = self._raw(at)
        if count > self.end - at or deep > DEEP_MAX:
            raise IndexError(at)
        found = []
        for _ in range(count):
            if kind in (TRUE, FALSE):
                each, at = self._byte(at), at + 1
            else:
                each, at = self._value(kind, at, deep + 1)
            found.append(each)
        return found, at
