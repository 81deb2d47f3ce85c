"""Segments: the files of the log, found again after any death."""

from __future__ import annotations

import contextlib
import os
import struct
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Self
from zlib import crc32

from tanlu.errors import TanluError
from tanlu.store.ledger.files import replace
from tanlu.store.stream.frames import (
    CHECKSUM,
    FRAME_MAGIC,
    HEAD,
    START,
    Frame,
    Opening,
    Place,
    tables_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

__all__ = [
    "NOWHERE",
    "End",
    "Mark",
    "begin",
    "came",
    "damaged",
    "frames",
    "numbers",
    "opening",
    "path_of",
    "recover",
]

MARK = struct.Struct("<QQQQI")
PIECE = 1 << 20
# a mark may be read while it is written
TRIES = 100


class End(NamedTuple):
    """Where the log ends, with the rows and bytes of all frames up to there."""

    place: Place
    rows: int
    bytes: int


NOWHERE = End(Place(0, 0), 0, 0)


def path_of(folder: Path, number: int) -> Path:
    """Give the file of a segment."""
    return folder / f"{number:08d}.wal"


def numbers(folder: Path) -> list[int]:
    """Give the numbers of the segments that are there, ascending.

    Raises
    ------
    TanluError
        TL663 when one between them is gone.
    """
    missed: list[int] = []
    while True:
        found = sorted(int(path.stem) for path in folder.glob("[0-9]*.wal"))
        before, missed = missed, [one + 1 for one, two in pairwise(found) if two != one + 1]
        if not missed:
            return found
        # one that came or went while the folder was read is not gone: it is looked for again
        if missed == before:
            raise damaged(Place(missed[0], 0), "the segment is gone")


def begin(folder: Path, said: Opening) -> None:
    """Write the first bytes of a segment: its name is there with all of them or not at all."""
    replace(path_of(folder, said.number), said.encode())


def opening(folder: Path, number: int, workspace: bytes) -> Opening:
    """Give what a segment says of itself.

    Raises
    ------
    TanluError
        TL663 when it says nothing, or is of another place or workspace.
    """
    try:
        with path_of(folder, number).open("rb") as file:
            said = Opening.decode(file.read(START))
    except FileNotFoundError as error:
        raise damaged(Place(number, 0), "the segment is gone") from error
    except OSError as error:
        raise damaged(Place(number, 0), error.strerror or str(error)) from error
    if said is None or said.number != number:
        raise damaged(Place(number, 0), "its first bytes are not what was written")
    if said.workspace != workspace:
        raise damaged(Place(number, 0), "it is of another workspace")
    return said


def recover(folder: Path, workspace: bytes, floor: Place) -> End | None:
    """Find where the log ends, cut what was torn off behind it, and sync; null without segments.

    Only whoever holds the lock may call this. ``floor`` is up to where frames were acknowledged
    for sure: the ledger or a snapshot has them.

    Raises
    ------
    TanluError
        TL663 when bytes are damaged that were synced once: they are never cut.
    """
    with Mark(folder) as mark:
        known = max(floor, mark.read().place)
    there = numbers(folder)
    if not there:
        if known > floor:
            raise damaged(known, "all segments are gone")
        return None
    last = there[-1]
    said = opening(folder, last, workspace)
    for before, after in pairwise(there):
        wanted = opening(folder, after, workspace).previous_end
        if path_of(folder, before).stat().st_size != wanted:
            raise damaged(Place(before, wanted), "the segment does not end there")
    with path_of(folder, last).open("r+b", buffering=0) as file:
        end, rows, torn = _whole(file.fileno(), said)
        if Place(last, end) < known:
            raise damaged(Place(last, end), "what was synced there cannot be read")
        if torn:
            file.truncate(end)
        _again(file.fileno(), known.offset if known.segment == last else START, end)
        os.fsync(file.fileno())
    return End(Place(last, end), rows, said.size + end - START)


def _again(handle: int, at: int, end: int) -> None:
    """Write again what was perhaps never synced: after a failed sync the cache holds it as clean.

    The bytes are the same, so what the disk has of them stays good whatever happens.
    """
    while at < end:
        piece = os.pread(handle, min(PIECE, end - at), at)
        at += os.pwrite(handle, piece, at)


def _whole(handle: int, said: Opening) -> tuple[int, int, bool]:
    """Give where whole frames end, the rows up to there, and whether bytes follow."""
    size = os.fstat(handle).st_size
    at, rows = START, said.rows
    while at < size:
        head = Frame.decode(_read(handle, HEAD, said.number, at), at)
        if head is None or head.end > size:
            break
        body = _read(handle, head.body, said.number, at + HEAD)
        if crc32(body) != head.checksum:
            break
        at, rows = head.end, head.rows
    if at < size:
        _torn(_read(handle, size - at, said.number, at), Place(said.number, at))
    return at, rows, at < size


def _torn(rest: bytes, place: Place) -> None:
    """Refuse to call bytes torn that a later frame knows to be synced."""
    at = 0
    while (at := rest.find(FRAME_MAGIC, at + 1)) >= 0:
        head = Frame.decode(rest[at : at + HEAD], place.offset + at)
        if head is not None and head.synced > place.offset:
            raise damaged(place, "a frame is damaged that was synced")


def _read(handle: int, size: int, number: int, at: int) -> bytes:
    """Give bytes of a segment, fewer where it ends; a disk that cannot give them is damage."""
    pieces = []
    try:
        while size and (piece := os.pread(handle, size, at)):
            pieces.append(piece)
            size, at = size - len(piece), at + len(piece)
    except OSError as error:
        raise damaged(Place(number, at), error.strerror or str(error)) from error
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def frames(
    folder: Path, workspace: bytes, since: Place, limit: Place
) -> Iterator[tuple[Frame, Place, dict[str, pl.DataFrame]]]:
    """Give the frames between two places, each with the place after it.

    Raises
    ------
    TanluError
        TL663 where bytes are not what was written, or a segment is gone.
    """
    number, at = since
    if number == 0:
        there = numbers(folder)
        number, at = (there[0] if there else limit.segment), START
    while number <= limit.segment:
        end = limit.offset
        if number < limit.segment:
            end = opening(folder, number + 1, workspace).previous_end
        if at < end:
            opening(folder, number, workspace)
            yield from _frames(folder, number, max(at, START), end)
        number, at = number + 1, START


def came(folder: Path, since: Place, limit: Place) -> int | None:
    """Give when the first frame after a place came [us UTC], null where it cannot be told."""
    for number, at in (since, (since.segment + 1, START)):
        if Place(number, at) < limit:
            with contextlib.suppress(OSError), path_of(folder, number).open("rb") as file:
                file.seek(at)
                head = Frame.decode(file.read(HEAD), at)
                if head is not None:
                    return head.at
    return None


def _frames(
    folder: Path, number: int, at: int, end: int
) -> Iterator[tuple[Frame, Place, dict[str, pl.DataFrame]]]:
    handle = os.open(path_of(folder, number), os.O_RDONLY | os.O_CLOEXEC)
    try:
        while at < end:
            place = Place(number, at)
            head = Frame.decode(_read(handle, HEAD, number, at), at)
            if head is None or head.end > end:
                raise damaged(place, "no frame begins there")
            tables = tables_of(head, _read(handle, head.body, number, at + HEAD))
            if tables is None:
                raise damaged(place, "the frame is not what was written")
            at = head.end
            yield head, Place(number, at), tables
    finally:
        os.close(handle)


class Mark:
    """Up to where the log is synced, for other processes; after a loss of power it may be less."""

    def __init__(self, folder: Path) -> None:
        self._handle = os.open(folder / "synced", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, end: End) -> None:
        """Say up to where all is synced."""
        data = MARK.pack(*end.place, end.rows, end.bytes, 0)[:-CHECKSUM]
        os.pwrite(self._handle, data + struct.pack("<I", crc32(data)), 0)

    def read(self) -> End:
        """Give up to where all is synced for sure."""
        for _ in range(TRIES):
            data = os.pread(self._handle, MARK.size, 0)
            if len(data) < MARK.size:
                break
            segment, offset, rows, size, checksum = MARK.unpack(data)
            if crc32(data[:-CHECKSUM]) == checksum:
                return End(Place(segment, offset), rows, size)
        return NOWHERE

    def close(self) -> None:
        """Let go."""
        os.close(self._handle)


def damaged(place: Place, why: str) -> TanluError:
    """Give the error of a place whose bytes are not what was written."""
    return TanluError("TL663", value=f"{place.segment:08d}.wal:{place.offset}", why=why)
