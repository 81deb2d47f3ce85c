"""The archive of an evidence pack: a ZIP whose bytes follow from its files alone.

Only stored files with plain names, in order and without gaps, are let in. So nothing can unpack
to more than it is, lie outside the folder, stand twice, or hide between two files.
"""

from __future__ import annotations

import re
from itertools import pairwise
from struct import Struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from zlib import crc32

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST_FILES", "Archive", "Entry"]

LOCAL, DIRECTORY, END = Struct("<4s5H3I2H"), Struct("<4s6H3I5H2I"), Struct("<4s4H2IH")
NEEDED, MADE, DATE, MODE = 20, 0x0314, 0x0021, 0x81A40000
MOST_BYTES = 2**32 - 1
MOST_FILES = 65_534
MOST_NAME = 255
NAME = re.compile(rb"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*")
PIECE = 1 << 20
# places of flags and method in a record of the directory
FLAGS, METHOD = 3, 4
CRC, SIZE, NAME_BYTES, OFFSET = 7, 9, 10, 16


class Entry(NamedTuple):
    """A file of the archive: where its content begins, how long it is, its CRC-32."""

    name: str
    crc: int
    size: int
    at: int

    def header(self) -> bytes:
        """Give the bytes that stand before its content."""
        named = self.name.encode("ascii")
        told = (NEEDED, 0, 0, 0, DATE, self.crc, self.size, self.size, len(named), 0)
        return LOCAL.pack(b"PK\x03\x04", *told) + named

    def record(self, offset: int) -> bytes:
        """Give its bytes in the directory."""
        named = self.name.encode("ascii")
        told = (MADE, NEEDED, 0, 0, 0, DATE, self.crc, self.size, self.size, len(named))
        return DIRECTORY.pack(b"PK\x01\x02", *told, 0, 0, 0, 0, MODE, offset) + named


class Archive:
    """The files of a pack, read in pieces; nothing is unpacked.

    Parameters
    ----------
    file
        Seekable bytes, from the beginning.

    Raises
    ------
    TanluError
        TL705 for bytes that are not the archive that the format gives, TL706 beyond a limit.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = file.seek(0, 2)
        count, length, offset = self._end()
        self.entries: dict[str, Entry] = {}
        self._walk(self._read(offset, length), count, offset)
        self._named()

    def read(self, name: str, most: int) -> bytes:
        """Give the content of a file; raise TL706 if it is longer than ``most`` bytes."""
        entry = self.entries[name]
        if entry.size > most:
            raise TanluError("TL706", value=name, why=f"more than {most} bytes")
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give the content of a file piece by piece; raise TL705 if its CRC-32 does not hold."""
        entry = self.entries[name]
        found, at, left = 0, entry.at, entry.size
        while left:
            piece = self._read(at, min(PIECE, left))
            found = crc32(piece, found)
            at, left = at + len(piece), left - len(piece)
            yield piece
        if found != entry.crc:
            raise _wrong(name, "its CRC-32 does not hold")

    def _end(self) -> tuple[int, int, int]:
        if not END.size <= self.size <= MOST_BYTES:
            raise _wrong("end", "too short or too long for a pack")
        sign, *disks, first, count, length, offset, comment = END.unpack(
            self._read(self.size - END.size, END.size)
        )
        if sign != b"PK\x05\x06" or comment:
            raise _wrong("end", "no end record, or bytes behind it")
        if any(disks) or first != count or offset + length + END.size != self.size:
            raise _wrong("end", "the directory does not lie where the end says")
        if count > MOST_FILES or length > count * (DIRECTORY.size + MOST_NAME):
            raise TanluError("TL706", value="directory", why=f"more than {MOST_FILES} files")
        return count, length, offset

    def _walk(self, directory: bytes, count: int, end: int) -> None:
        """Take each record and the header that it names; all bytes must be accounted for."""
        at = offset = 0
        for _ in range(count):
            entry, size = self._record(directory, at, offset)
            if self._read(offset, entry.at - offset) != entry.header():
                raise _wrong(entry.name, "header and directory differ, or bytes lie between files")
            self.entries[entry.name] = entry
            at, offset = at + size, entry.at + entry.size
            if offset > end:
                raise _wrong(entry.name, "it reaches into the directory")
        if at != len(directory) or offset != end or len(self.entries) != count:
            raise _wrong("directory", "a name stands twice, or bytes belong to no file")

    def _record(self, directory: bytes, at: int, offset: int) -> tuple[Entry, int]:
        if len(directory) - at < DIRECTORY.size:
            raise _wrong("directory", "it ends too early")
        told = DIRECTORY.unpack_from(directory, at)
        begin = at + DIRECTORY.size
        raw = directory[begin : begin + min(told[NAME_BYTES], MOST_NAME + 1)]
        if len(raw) > MOST_NAME or not NAME.fullmatch(raw):
            raise _wrong(repr(raw[:60]), "no name that a file of a pack may have")
        name = raw.decode("ascii")
        if told[FLAGS] or told[METHOD]:
            raise _wrong(name, "it is compressed or encrypted")
        begin = offset + LOCAL.size + len(raw)
        entry = Entry(name, told[CRC], told[SIZE], begin)
        if told[OFFSET] != offset:
            raise _wrong(name, "it does not follow the file before")
        record = entry.record(offset)
        if directory[at : at + len(record)] != record:
            raise _wrong(name, "its record is not the one that the format gives")
        return entry, len(record)

    def _named(self) -> None:
        names = list(self.entries)
        for before, name in pairwise(names):
            if before >= name:
                raise _wrong(name, "names are not in order")
        if len({name.lower() for name in names}) != len(names):
            raise _wrong("directory", "two names differ only in case")
        for name in names:
            parts = name.split("/")
            if any("/".join(parts[:end]) in self.entries for end in range(1, len(parts))):
                raise _wrong(name, "a file is the folder of another")

    def _read(self, at: int, size: int) -> bytes:
        self.file.seek(at)
        found = self.file.read(size)
        if len(found) != size:
            raise _wrong(f"byte {at}", "the file ends too early")
        return found


def _wrong(where: str, why: str) -> TanluError:
    return TanluError("TL705", value=where, why=why)
