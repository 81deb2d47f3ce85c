"""Frames: a group of tables as bytes, all of them or none; `docs` fixes every byte."""

from __future__ import annotations

import io
import json
import struct
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from tanlu.errors import TanluError
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

__all__ = [
    "CHECKSUM",
    "FRAME_MAGIC",
    "HEAD",
    "START",
    "Frame",
    "Opening",
    "Place",
    "Writer",
    "tables_of",
]

SEGMENT_MAGIC, FRAME_MAGIC = b"TLWS", b"TLWF"
VERSION = 1
# number, rows and bytes before it, where the segment before ends, workspace
OPENING = struct.Struct("<4sIQQQQ16s4xI")
# words, body, own offset, synced before, rows with it, when, checksums of body and of the head
HEADING = struct.Struct("<4sIQQQQqII")
START, HEAD = OPENING.size, HEADING.size
CHECKSUM = 4
ALIGNED = 8


class Place(NamedTuple):
    """A place in the log: the end of a frame; places are in the order of what was written."""

    segment: int
    offset: int


class Opening(NamedTuple):
    """What a segment says of itself in its first 64 bytes."""

    number: int
    rows: int
    size: int
    previous_end: int
    workspace: bytes

    def encode(self) -> bytes:
        """Give the 64 bytes."""
        data = OPENING.pack(SEGMENT_MAGIC, VERSION, *self, 0)[:-CHECKSUM]
        return data + struct.pack("<I", crc32(data))

    @classmethod
    def decode(cls, data: bytes) -> Opening | None:
        """Give what the bytes say, null when they are not what was written."""
        if len(data) != START or crc32(data[:-CHECKSUM]) != _number(data[-CHECKSUM:]):
            return None
        magic, version, *rest, _ = OPENING.unpack(data)
        return cls(*rest) if (magic, version) == (SEGMENT_MAGIC, VERSION) else None


class Frame(NamedTuple):
    """The head of a frame: ``rows`` counts all of the log up to its end, ``at`` is [us UTC]."""

    words: int
    body: int
    offset: int
    synced: int
    rows: int
    at: int
    checksum: int

    @property
    def end(self) -> int:
        """Where the frame ends in its segment."""
        return self.offset + HEAD + self.body

    @classmethod
    def decode(cls, data: bytes | memoryview, offset: int) -> Frame | None:
        """Give the head that stands at an offset, null when there is none."""
        if len(data) != HEAD or crc32(data[:-CHECKSUM]) != _number(data[-CHECKSUM:]):
            return None
        magic, *rest, _ = HEADING.unpack(data)
        found = cls(*rest)
        return found if magic == FRAME_MAGIC and found.offset == offset else None


class Writer:
    """Makes frames in one buffer that is used again: fresh memory costs more than the copy."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()

    def frame(
        self, tables: Mapping[str, pl.DataFrame], offset: int, synced: int, rows: int, at: int
    ) -> memoryview:
        """Give a frame; the view must be let go before the next one is made.

        Raises
        ------
        TanluError
            TL101 or TL102 for columns that are not the table's.
        """
        buffer = self._buffer
        buffer.seek(HEAD)
        said = []
        for name, table in tables.items():
            begun = buffer.tell()
            _some(name, table).write_ipc_stream(buffer)
            said.append([name, table.height, buffer.tell() - begun])
            buffer.write(bytes(-buffer.tell() % ALIGNED))
        words = json.dumps(said, separators=(",", ":")).encode()
        buffer.write(words + b" " * (-len(words) % ALIGNED))
        end = buffer.tell()
        whole = buffer.getbuffer()
        checksum = crc32(whole[HEAD:end])
        heading = HEADING.pack(
            FRAME_MAGIC, len(words), end - HEAD, offset, synced, rows, at, checksum, 0
        )[:-CHECKSUM]
        whole[:HEAD] = heading + struct.pack("<I", crc32(heading))
        return whole[:end]


def _some(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Give the columns that are not null in all rows; the others come back by the schema."""
    # a group is often put together of many small bodies: one copy is cheaper than each on its own
    fitted = schema(name).fit(table.rechunk())
    there = [column.name for column in fitted if column.null_count() < len(column)]
    return fitted.select(there or fitted.columns[:1])


def tables_of(frame: Frame, body: bytes | memoryview) -> dict[str, pl.DataFrame] | None:
    """Give the tables of a frame, null when its bytes are not what was written."""
    import polars as pl

    if len(body) != frame.body or crc32(body) != frame.checksum:
        return None
    # with right checksums it can only be somebody's own making
    wrong = (
        ValueError,
        TypeError,
        TanluError,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
    )
    try:
        return dict(_tables(frame, body))
    except wrong:
        return None


def _tables(frame: Frame, body: bytes | memoryview) -> Iterator[tuple[str, pl.DataFrame]]:
    import polars as pl

    at = frame.body - -(-frame.words // ALIGNED) * ALIGNED
    said: list[tuple[str, int, int]] = json.loads(bytes(body[at : at + frame.words]))
    at = 0
    for name, rows, size in said:
        table = schema(name).fit(pl.read_ipc_stream(io.BytesIO(body[at : at + size])))
        if table.height != rows:
            raise ValueError(rows)
        yield name, table
        at += -(-size // ALIGNED) * ALIGNED


def _number(data: bytes | memoryview) -> int:
    return int.from_bytes(data, "little")
