"""The log of a workspace's streams as its one writer has it: append, sync, remember, read again."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.store.ledger.files import owned_folder, remove, writing
from tanlu.store.ledger.lock import WriterLock
from tanlu.store.stream import kept, segments
from tanlu.store.stream.drained import Drained, floor
from tanlu.store.stream.frames import START, Opening, Place, Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from tanlu.store.workspace import Workspace

__all__ = [
    "FOLDER",
    "SEGMENT_BYTES",
    "SETTLING",
    "Lag",
    "StreamLog",
    "locked",
    "open_stream_log",
]

FOLDER = "streams"
SEGMENT_BYTES = 256 << 20
WAIT_S = 5.0
# a drain that looks through what a dead writer left is no second writer: it ends by itself
SETTLING = "settling.lock"
SETTLING_S = 120.0
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Lag(NamedTuple):
    """What the log has and the ledger has not; ``oldest_us`` is when the first of it came [us]."""

    rows: int
    bytes: int
    oldest_us: int | None


def open_stream_log(
    workspace: Workspace, *, segment_bytes: int = SEGMENT_BYTES, wait_s: float = WAIT_S
) -> StreamLog:
    """Give the log of a workspace's streams to its one writer, made if absent.

    What a dead writer left unfinished at the end is cut off: it was never acknowledged.

    Parameters
    ----------
    segment_bytes
        From which size on a new segment is begun.
    wait_s
        How long to wait for another one that has it [s]; a drain that only looks through what a
        dead writer left is waited for besides.

    Raises
    ------
    TanluError
        TL660 when another process has it, TL663 for damage, TL614 when the folder cannot be
        written.
    """
    return StreamLog(workspace, segment_bytes, wait_s)


def locked(folder: Path, name: str, wait_s: float) -> WriterLock:
    """Take one of the locks of the streams.

    Raises
    ------
    TanluError
        TL660 with the owner when another process has it after ``wait_s`` [s].
    """
    lock = WriterLock(folder / name)
    try:
        lock.take(wait_s)
    except TanluError as error:
        if error.code != "TL602":
            raise
        raise TanluError("TL660", value=folder / name, owner=lock.owner()) from error
    return lock


class StreamLog:
    """The write-ahead log: what `sync` returned from is there after any death.

    One thread appends; any may ask. After an error of the disk the log is closed for good: what
    the disk has is known only to who opens it anew, and that must be another process.
    """

    def __init__(self, workspace: Workspace, segment_bytes: int, wait_s: float) -> None:
        self.folder = owned_folder(workspace.path / FOLDER)
        self._workspace = bytes.fromhex(workspace.id)
        self._drained = Drained(workspace)
        self._size = segment_bytes
        self._writer = Writer()
        self._thread = threading.RLock()
        self._why = ""
        settling = locked(self.folder, SETTLING, SETTLING_S)
        try:
            self._lock = locked(self.folder, "lock", wait_s)
        finally:
            settling.release()
        try:
            self._handle = -1
            with writing(self.folder):
                self._mark = segments.Mark(self.folder)
                self._find_end()
        except BaseException:
            self._lock.release(broken=True)
            raise

    def _find_end(self) -> None:
        for draft in self.folder.glob(".*.tmp"):
            draft.unlink()
        drained = self._drained.end()
        begun = floor(self.folder, drained)
        found = segments.recover(self.folder, self._workspace, begun)
        if found is None:
            # of an older log only the ledger tells: a new one goes on behind it
            self._begin(segments.End(begun, drained.rows, drained.bytes))
        else:
            self._open(found)
        self._mark.write(self._synced)

    def _begin(self, end: segments.End) -> None:
        number = end.place.segment + 1
        said = Opening(number, end.rows, end.bytes, end.place.offset, self._workspace)
        segments.begin(self.folder, said)
        self._open(segments.End(Place(number, START), end.rows, end.bytes))

    def _open(self, end: segments.End) -> None:
        path = segments.path_of(self.folder, end.place.segment)
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._end = end
        self._synced = end

    # ── writing ──

    def append(self, tables: Mapping[str, pl.DataFrame]) -> Place:
        """Write a group of rows behind the others and give the place after it.

        It is there as a whole or not at all; durable only after `sync`.

        Parameters
        ----------
        tables
            Rows by table; absent columns are null.

        Raises
        ------
        TanluError
            TL101 or TL102 for columns that are not the table's; then nothing is written. TL661 or
            TL662 when the disk refuses; then the log is closed.
        """
        with self._thread:
            self._alive()
            place, rows, size = self._end
            count = sum(table.height for table in tables.values())
            if not count:
                return place
            with self._failing():
                if place.offset > START and place.offset >= self._size:
                    self._turn()
                    place, rows, size = self._end
            offset, synced = place.offset, self._synced.place.offset
            now_us = time.time_ns() // 1000
            with self._writer.frame(tables, offset, synced, rows + count, now_us) as data:
                length = len(data)
                with self._failing():
                    _write(self._handle, data)
            self._end = segments.End(
                Place(place.segment, offset + length), rows + count, size + length
            )
            return self._end.place

    def sync(self) -> None:
        """Put on the disk all that was appended: then it may be acknowledged.

        Raises
        ------
        TanluError
            TL661, TL662 when the disk refuses. The log is closed then and the process must end:
            nobody knows which pages the disk has.
        """
        with self._thread:
            self._alive()
            if self._synced == self._end:
                return
            with self._failing():
                os.fdatasync(self._handle)
                self._synced = self._end
                self._mark.write(self._synced)

    def _turn(self) -> None:
        """Begin the next segment; the one before is whole on the disk by then."""
        os.fdatasync(self._handle)
        self._synced = self._end
        os.close(self._handle)
        self._handle = -1
        self._begin(self._end)
        self._mark.write(self._synced)

    # ── remembering ──

    def keep(self, place: Place, state: bytes) -> None:
        """Keep what was made of all frames up to a place, in the stead of what was kept before.

        Segments that the ledger has and the state covers are removed.

        Raises
        ------
        TanluError
            TL664 for a place that the log has not, TL661 or TL662 when the disk refuses.
        """
        with self._thread:
            self._alive()
            if place > self._end.place:
                raise TanluError("TL664", value=place, why="the log ends before")
            self.sync()
            with self._failing():
                kept.write(self.folder, place, state)
                done = min(place, self._drained.end().place)
                old = [n for n in segments.numbers(self.folder) if n < done.segment]
                if old:
                    self._drained.sync()
                for number in old:
                    remove(segments.path_of(self.folder, number))

    def kept(self) -> tuple[Place, bytes] | None:
        """Give what was kept last and up to which place, null where nothing was.

        Raises
        ------
        TanluError
            TL664 when it is not what was written.
        """
        return kept.read(self.folder)

    # ── reading ──

    @property
    def place(self) -> Place:
        """The end of what was appended."""
        return self._end.place

    @property
    def drained(self) -> Place:
        """Up to where the ledger has the rows; (0, 0) where it has none."""
        return self._drained.end().place

    def lag(self) -> Lag:
        """Give what is appended and not in the ledger yet."""
        drained, (place, rows, size) = self._drained.end(), self._end
        oldest = None
        if place > drained.place:
            oldest = segments.came(self.folder, drained.place, place)
        return Lag(rows - drained.rows, size - drained.bytes, oldest)

    def replay(self, since: Place | None = None) -> Iterator[tuple[Place, dict[str, pl.DataFrame]]]:
        """Give the groups after a place, all that the log has if not said.

        Yields
        ------
        tuple of Place and dict
            The place after the group, and its tables with all columns.

        Raises
        ------
        TanluError
            TL663 where the bytes are not what was written.
        """
        found = segments.frames(self.folder, self._workspace, since or Place(0, 0), self._end.place)
        for _, place, tables in found:
            yield place, tables

    def close(self) -> None:
        """Sync and let go; a log that failed only lets go."""
        with self._thread:
            if self._handle < 0:
                return
            try:
                self.sync()
            finally:
                self._shut("it was closed")

    def _alive(self) -> None:
        if self._handle < 0:
            raise TanluError("TL661", value=self.folder, why=self._why)

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """Close for good when the disk refuses, and take back what nobody was told of."""
        try:
            yield
        except OSError as error:
            if self._handle >= 0:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._handle, self._synced.place.offset)
                    os.fsync(self._handle)
            why = error.strerror or str(error)
            self._shut(why)
            code = "TL662" if error.errno in FULL else "TL661"
            raise TanluError(code, value=self.folder, why=why) from error

    def _shut(self, why: str) -> None:
        if self._handle >= 0:
            os.close(self._handle)
        self._handle, self._why = -1, why
        self._mark.close()
        self._lock.release()


def _write(handle: int, data: memoryview) -> None:
    done = 0
    while done < len(data):
        done += os.write(handle, data[done:])
