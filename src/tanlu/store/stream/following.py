"""Following the log while others write and remove it: reading only, and never what is not synced.

Who follows has no lock and writes nothing. It sees each frame once and in order, as long as it
keeps up; where a segment was removed before it was read, it goes on behind and counts what it
missed, for the ledger has those rows.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from tanlu.errors import TanluError
from tanlu.store.stream import segments
from tanlu.store.stream.appending import FOLDER, Lag
from tanlu.store.stream.drained import Drained
from tanlu.store.stream.frames import CHECKSUM, HEAD, START, Frame, Place
from tanlu.store.stream.segments import MARK, NOWHERE, End

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from tanlu.store.workspace import Workspace

__all__ = ["Follower", "Group"]

BACK_BYTES = 32 << 20
BACK_S = 900.0
TRIES = 100


class Group(NamedTuple):
    """Rows that came together: when [us UTC], and by table."""

    at_us: int
    tables: dict[str, pl.DataFrame]


class Follower:
    """Reads what the log gains; it begins a little before its end, so that a state can be made.

    Parameters
    ----------
    back_bytes, back_s
        How far before the end it begins at most [bytes] and [s].
    """

    def __init__(
        self, workspace: Workspace, *, back_bytes: int = BACK_BYTES, back_s: float = BACK_S
    ) -> None:
        self.folder = workspace.path / FOLDER
        self.missed_rows = 0
        self._of = bytes.fromhex(workspace.id)
        self._drained = Drained(workspace)
        self._back = (back_bytes, back_s)
        self._place: Place | None = None
        self._rows = 0

    @property
    def begun(self) -> bool:
        """Whether there is a log."""
        return self._place is not None

    def groups(self) -> Iterator[Group]:
        """Give the groups that were synced since the last call.

        Raises
        ------
        TanluError
            TL663 where bytes are not what was written; the next call goes on behind them.
        """
        end = self._end()
        if not end.rows:
            return
        if self._place is None or end.place < self._place:
            # the first look, or a log that was put back to what it was before
            self._place, self._rows = self._beginning(end)
        try:
            yield from self._read(end)
        except TanluError as error:
            if error.code != "TL663":
                raise
            there = segments.numbers(self.folder)
            if self._place.segment in there or not there:
                self._pass(end)
                raise
            # it was removed between two looks: the ledger has it
            self._place = Place(there[0], START)
            yield from self._read(end)

    def lag(self) -> Lag:
        """Give what is synced and not in the ledger yet."""
        drained, end = self._drained.end(), self._end()
        if end.rows <= drained.rows:
            return Lag(0, 0, None)
        oldest = segments.came(self.folder, drained.place, end.place)
        return Lag(end.rows - drained.rows, end.bytes - drained.bytes, oldest)

    def _read(self, end: End) -> Iterator[Group]:
        assert self._place is not None
        for head, place, tables in segments.frames(self.folder, self._of, self._place, end.place):
            rows = sum(table.height for table in tables.values())
            self.missed_rows += max(0, head.rows - rows - self._rows)
            self._place, self._rows = place, head.rows
            yield Group(head.at, tables)

    def _pass(self, end: End) -> None:
        self.missed_rows += max(0, end.rows - self._rows)
        self._place, self._rows = end.place, end.rows

    def _end(self) -> End:
        """Give up to where the log is synced, by its mark; nothing where there is none."""
        try:
            handle = os.open(self.folder / "synced", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return NOWHERE
        try:
            for _ in range(TRIES):
                data = os.pread(handle, MARK.size, 0)
                # it may be read while it is written
                if len(data) == MARK.size and crc32(data[:-CHECKSUM]) == _number(data):
                    segment, offset, rows, size, _ = MARK.unpack(data)
                    return End(Place(segment, offset), rows, size)
        finally:
            os.close(handle)
        return NOWHERE

    def _beginning(self, end: End) -> tuple[Place, int]:
        """Find the first frame that is neither too far back nor too old; and the rows before."""
        back_bytes, back_s = self._back
        since_us = time.time_ns() // 1000 - round(back_s * 1e6)
        there = [n for n in segments.numbers(self.folder) if n <= end.place.segment]
        number = end.place.segment
        # a segment that was just begun has little: the one before is looked through as well
        if end.place.offset < back_bytes and number - 1 in there:
            number -= 1
        if number not in there:
            return end.place, end.rows
        said = segments.opening(self.folder, number, self._of)
        place, rows = Place(number, START), said.rows
        size = said.size
        for head in _heads(self.folder, number, self._limit(number, end)):
            if head.at >= since_us and end.bytes - size <= back_bytes:
                break
            size += head.end - head.offset
            place, rows = Place(number, head.end), head.rows
        return place, rows

    def _limit(self, number: int, end: End) -> int:
        if number == end.place.segment:
            return end.place.offset
        return segments.opening(self.folder, number + 1, self._of).previous_end


def _heads(folder: Path, number: int, limit: int) -> Iterator[Frame]:
    handle = os.open(segments.path_of(folder, number), os.O_RDONLY | os.O_CLOEXEC)
    try:
        at = START
        while at < limit:
            head = Frame.decode(os.pread(handle, HEAD, at), at)
            if head is None:
                raise segments.damaged(Place(number, at), "no frame begins there")
            yield head
            at = head.end
    finally:
        os.close(handle)


def _number(data: bytes) -> int:
    return int.from_bytes(data[-CHECKSUM:], "little")
