"""A spool: bodies kept on disk in their order until they are acknowledged.

What `put` was given is on the disk when it returns; a death at any instant loses none of it. What
was acknowledged shortly before a death can be handed out again: the receiver knows it already.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import threading
from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Self
from zlib import crc32

from tanlu.errors import TanluError
from tanlu.store.ledger.files import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Spool", "Spooled"]

HEAD = struct.Struct("<II")  # length and CRC-32 of the body
SEGMENT_BYTES = 64 << 20
DIGITS = 20
BYTES_MAX = 4 << 30


class Spooled(NamedTuple):
    """A body with its place in the spool."""

    place: int
    body: bytes


class Spool:
    """Keeps bodies in a folder; one process at a time, any number of its threads.

    Parameters
    ----------
    folder
        Made when it is not there; what was not acknowledged before is handed out first.
    bytes_max
        How much may wait [bytes].

    Raises
    ------
    TanluError
        TL903 when another process has it, it cannot be written, or it is full.
    """

    def __init__(self, folder: Path, *, bytes_max: int = BYTES_MAX) -> None:
        self.folder, self.bytes_max = folder, bytes_max
        self._wake = threading.Condition()
        self._handle = self._mark = -1
        self._first = self._end = self._done = self._next = 0
        self._firsts: list[int] = []
        self._taken: deque[int] = deque()
        self._acknowledged: set[int] = set()
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise TanluError("TL903", value=folder, why="another process has it") from error
        with self._told():
            self._recover()

    @property
    def waiting(self) -> int:
        """How much is not acknowledged yet [bytes]."""
        return self._end - self._done

    def put(self, bodies: Iterable[bytes]) -> None:
        """Keep bodies: all are on the disk when this returns, or TL903 is raised."""
        data = b"".join(HEAD.pack(len(body), crc32(body)) + body for body in bodies)
        with self._wake, self._told():
            if self.waiting + len(data) > self.bytes_max:
                raise TanluError("TL903", value=self.folder, why="it is full")
            if self._end - self._first >= SEGMENT_BYTES or self._handle < 0:
                self._begin()
            try:
                written = 0
                while written < len(data):
                    written += os.write(self._handle, memoryview(data)[written:])
                os.fdatasync(self._handle)
            except OSError:
                # what half stands there must not be followed by anything
                os.ftruncate(self._handle, self._end - self._first)
                os.lseek(self._handle, 0, os.SEEK_END)
                raise
            self._end += len(data)
            self._wake.notify_all()

    def take(self, timeout_s: float = 0.0) -> Spooled | None:
        """Give the next body that nobody took, null when there is none after so long."""
        with self._wake, self._told():
            if self._next >= self._end:
                self._wake.wait(timeout_s)
            if self._next >= self._end:
                return None
            found = self._read(self._next)
            self._taken.append(found.place)
            self._next += HEAD.size + len(found.body)
            return found

    def done(self, spooled: Spooled) -> None:
        """Let a body go: it was acknowledged."""
        with self._wake, self._told():
            self._acknowledged.add(spooled.place)
            while self._taken and self._taken[0] in self._acknowledged:
                self._acknowledged.remove(self._taken.popleft())
            done = self._taken[0] if self._taken else self._next
            if done != self._done:
                self._done = done
                self._forget()

    def give_back(self) -> None:
        """Hand out again what was taken and not acknowledged."""
        with self._wake:
            self._taken.clear()
            self._acknowledged.clear()
            self._next = self._done
            self._wake.notify_all()

    def close(self) -> None:
        """Let go of the folder; what waits stays in it."""
        with self._wake:
            for handle in (self._handle, self._mark, self._lock):
                if handle >= 0:
                    os.close(handle)
            self._handle = self._mark = self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            raise TanluError("TL903", value=self.folder, why=why) from error

    def _path(self, first: int) -> Path:
        return self.folder / f"{first:020d}.spool"

    def _recover(self) -> None:
        """Find where the spool ends, cut what was torn, and go on after what was acknowledged."""
        there = sorted(int(path.stem) for path in self.folder.glob("[0-9]*.spool"))
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._mark = os.open(self.folder / "acknowledged", flags, 0o600)
        told = os.pread(self._mark, DIGITS, 0)
        kept = int(told) if len(told) == DIGITS and told.isdigit() else 0
        if there:
            self._first = there[-1]
            self._handle = os.open(self._path(self._first), os.O_RDWR | os.O_CLOEXEC)
            self._end = self._first + _whole(self._handle)
            os.ftruncate(self._handle, self._end - self._first)
            os.lseek(self._handle, 0, os.SEEK_END)
            # a place that was never synced can be older than what is left, never newer
            self._done = min(max(kept, there[0]), self._end)
        else:
            self._first = self._end = self._done = kept
        self._firsts = there
        self._next = self._done

    def _begin(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
        self._first = self._end
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._handle = os.open(self._path(self._first), flags, 0o600)
        self._firsts.append(self._first)
        sync_folder(self.folder)

    def _read(self, place: int) -> Spooled:
        first = self._firsts[bisect_right(self._firsts, place) - 1]
        with self._path(first).open("rb") as file:
            file.seek(place - first)
            length, checksum = HEAD.unpack(file.read(HEAD.size))
            body = file.read(length)
        if crc32(body) != checksum:
            raise TanluError("TL903", value=self.folder, why=f"byte {place} is damaged")
        return Spooled(place, body)

    def _forget(self) -> None:
        """Write down up to where all is acknowledged, and take away what nobody needs again."""
        # not synced: after a loss of power the receiver gets some bodies that it knows
        os.pwrite(self._mark, str(self._done).zfill(DIGITS).encode(), 0)
        while len(self._firsts) > 1 and self._firsts[1] <= self._done:
            self._path(self._firsts.pop(0)).unlink(missing_ok=True)


def _whole(handle: int) -> int:
    """Give how many bytes of a segment are whole bodies."""
    size, at = os.fstat(handle).st_size, 0
    while at + HEAD.size <= size:
        length, checksum = HEAD.unpack(os.pread(handle, HEAD.size, at))
        if at + HEAD.size + length > size:
            break
        if crc32(os.pread(handle, length, at + HEAD.size)) != checksum:
            break
        at += HEAD.size + length
    return at
