"""One writer at a time: an advisory lock of the system, with its owner written beside it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.ledger.files import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["WriterLock", "alone"]

POLL_S = 0.02


class WriterLock:
    """The writer's lock of one workspace, entered several times by the one who holds it.

    The system drops the lock when its process dies, so a lock is never left behind; the owner's
    name in the file then tells the next writer that there may be something to mend.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None
        self._depth = 0
        self._broken = False

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._handle is not None

    def take(self, wait_s: float) -> bool:
        """Take the lock; tell whether the last owner left without letting go.

        Raises
        ------
        TanluError
            TL602 with the owner when another one still writes after ``wait_s`` [s], TL614 when the
            folder cannot be written.
        """
        if self._handle is not None:
            self._depth += 1
            return False
        until = time.monotonic() + wait_s
        with writing(self.path):
            handle = self._open(until)
            try:
                left_behind = os.fstat(handle).st_size > 0
                self._write(handle, json.dumps(_me()).encode())
            except BaseException:
                os.close(handle)
                raise
        self._handle, self._depth, self._broken = handle, 1, False
        return left_behind

    def release(self, *, broken: bool = False) -> None:
        """Leave; the outermost one lets go, and leaves its name behind if something ``broke``.

        The next writer then mends, as after a death.
        """
        self._broken = self._broken or broken
        self._depth -= 1
        if self._depth == 0 and self._handle is not None:
            if not self._broken:
                # what was committed stays so; with the name left there the next one looks
                with contextlib.suppress(OSError):
                    self._write(self._handle, b"")
            os.close(self._handle)
            self._handle = None

    def owner(self) -> str:
        """Give who holds the lock as one line of words."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            who = json.loads(self.path.read_bytes())
            since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(who["since"]))
            return f"pid {who['pid']} on {who['host']} since {since}: {who['command']}"
        return "?"

    def _open(self, until: float) -> int:
        """Give the locked file that has the lock's name: someone may have taken the name away."""
        while True:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                self._wait(handle, until)
                with contextlib.suppress(FileNotFoundError):
                    if self.path.stat().st_ino == os.fstat(handle).st_ino:
                        return handle
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)

    def _wait(self, handle: int, until: float) -> None:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise TanluError("TL602", value=self.path.parent, owner=self.owner()) from error
                time.sleep(POLL_S)
            else:
                return

    @staticmethod
    def _write(handle: int, data: bytes) -> None:
        # in this order: who dies between the two must not have wiped out the name of a dead one
        os.pwrite(handle, data, 0)
        os.ftruncate(handle, len(data))


@contextlib.contextmanager
def alone(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock of a path.

    Raises
    ------
    TanluError
        TL602 with the owner when another one keeps it after ``wait_s`` [s].
    """
    lock = WriterLock(path)
    lock.take(wait_s)
    try:
        yield
    finally:
        lock.release()


def _me() -> dict[str, object]:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200] if sys.argv else ""
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": command,
        "since": int(time.time()),
    }
