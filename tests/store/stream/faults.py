"""A disk that refuses, and a death, at any call of the system that a piece of work makes."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

CALLS = ("open", "write", "pwrite", "fdatasync", "fsync", "rename", "ftruncate", "unlink")
WRITES, SYNCS = ("write", "pwrite"), ("fdatasync", "fsync")
# what only grows: after a loss of power it has what was synced
GROWING = ("*/*.wal", "manifest.jsonl")
STORE = str(Path("tanlu/store"))


class Death(BaseException):
    """The process is no more: of what it would still do nothing is done."""


class Fault(NamedTuple):
    """What happens at which call; ``when`` is before, half, after, or ever from there on.

    ``power`` is a death before it and the loss of all that is not synced.
    """

    at: int
    when: str
    number: int | None


class Disk:
    """Counts the calls, lets one of them fail, and lets go of what a dead process held."""

    def __init__(self, fault: Fault | None, path: Path) -> None:
        self.fault, self.path = fault, path
        self.synced = {file.stat().st_ino: file.stat().st_size for file in self.growing()}
        self.calls: list[tuple[str, str]] = []
        self.dead = False
        self.held: set[int] = set()

    def call(self, name: str, do: Callable[..., Any], *words: Any, **named: Any) -> Any:
        """Do a call, or what happens in its stead."""
        if self.dead:
            raise Death
        at, fault = len(self.calls), self.fault
        self.calls.append((name, _place()))
        ever = fault and fault.when == "ever" and at > fault.at and name == self.calls[fault.at][0]
        if fault is None or not (at == fault.at or ever):
            found = do(*words, **named)
            if name in SYNCS:
                told = os.fstat(words[0])
                self.synced[told.st_ino] = told.st_size
            return found
        if fault.when == "half":
            handle, data, *rest = words
            do(handle, data[: len(data) // 2], *rest)
        elif fault.when == "after":
            found = do(*words, **named)
            if name == "open":
                os.close(found)
        if fault.number is None:
            self.dead = True
            raise Death
        raise OSError(fault.number, os.strerror(fault.number))

    def growing(self) -> list[Path]:
        """Give the files that only grow."""
        return [file for pattern in GROWING for file in self.path.glob(pattern)]

    def lose(self) -> None:
        """Lose what was not synced, and the mark, which never is."""
        for file in self.growing():
            told = file.stat()
            os.truncate(file, min(self.synced[told.st_ino], told.st_size))
        os.truncate(self.path / "streams/synced", 0)

    @contextlib.contextmanager
    def under(self) -> Iterator[None]:
        """Stand under all that is done."""
        opened, closed, files = os.open, os.close, io.open

        def keep(*words: Any, **named: Any) -> int:
            handle = self.call("open", opened, *words, **named)
            self.held.add(handle)
            return int(handle)

        def close(handle: int) -> None:
            self.held.discard(handle)
            closed(handle)

        def file(path: Any, mode: str = "r", *words: Any, **named: Any) -> Any:
            if mode in ("wb", "r+b", "ab"):
                return _File(self, path, mode)
            return files(path, mode, *words, **named)

        with pytest.MonkeyPatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, _hooked(self, name, getattr(os, name)))
            patch.setattr(os, "open", keep)
            patch.setattr(os, "close", close)
            patch.setattr(io, "open", file)
            try:
                yield
            finally:
                for handle in self.held:
                    closed(handle)


class _File(io.FileIO):
    """A file that is opened by its path."""

    def __init__(self, disk: Disk, path: Any, mode: str) -> None:
        self.disk = disk
        super().__init__(path, mode)

    def write(self, data: Any) -> int:
        def do(_: int, some: Any) -> int:
            return super(_File, self).write(some)

        return int(self.disk.call("write", do, 0, data))

    def truncate(self, size: int | None = None) -> int:
        return int(self.disk.call("ftruncate", super().truncate, size))


def _hooked(disk: Disk, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *words, **named: disk.call(name, do, *words, **named)


def _place() -> str:
    """Give the line of the store that makes the call."""
    frame = sys._getframe(2)
    while STORE not in frame.f_code.co_filename and frame.f_back is not None:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


def faults(calls: list[tuple[str, str]]) -> Iterator[Fault]:
    """Give everything that can happen at each of the calls."""
    for at, (name, _) in enumerate(calls):
        for when in ("before", "after", "half"):
            if when != "half" or name in WRITES:
                for number in (errno.EIO, errno.ENOSPC, None):
                    yield Fault(at, when, number)
        yield Fault(at, "power", None)
        for number in (errno.EIO, errno.ENOSPC):
            yield Fault(at, "ever", number)
