"""Where a log lies: a folder of this machine, or an object store."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tanlu.errors import TanluError
from tanlu.store.ledger.files import make_folder, place_all, writing
from tanlu.store.ledger.lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Folder", "Objects", "Storage", "storage_at"]

WAIT_S = 10.0


class Storage(Protocol):
    """What a log asks of the place where it lies; names have ``/`` between their parts."""

    def read(self, name: str) -> bytes | None:
        """Give the bytes of a name, null when there is none."""

    def names(self, under: str) -> list[str]:
        """Give the names right below a folder, sorted."""

    def write(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write files in their order, whole or not at all each; durable when it returns."""

    def remove(self, names: Iterable[str]) -> None:
        """Take files away that nobody needs any more, and with a / at its end a folder."""

    def guard(self) -> contextlib.AbstractContextManager[object]:
        """Hold off other writers."""


class Folder:
    """A folder of this machine: drafts, synced, renamed, their folders synced."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder = str(path)
        self._lock = WriterLock(path / "lock")

    def read(self, name: str) -> bytes | None:
        """Give the bytes of a name, null when there is none."""
        try:
            # a path object costs as much as the rest of a warm read
            with open(f"{self._folder}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self, under: str) -> list[str]:
        """Give the names right below a folder, sorted; drafts mean nothing."""
        folder = self.path / under
        if not folder.is_dir():
            return []
        return sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))

    def write(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write files in their order; durable when it returns.

        Raises
        ------
        TanluError
            TL614 when the disk refuses.
        """
        with writing(self.path):
            place_all(self.path, files)

    def remove(self, names: Iterable[str]) -> None:
        """Take files away, and folders with all in them; what stays does no harm."""
        for name in names:
            with contextlib.suppress(OSError):
                if name.endswith("/"):
                    shutil.rmtree(f"{self._folder}/{name}")
                else:
                    os.unlink(f"{self._folder}/{name}")  # noqa: PTH108

    @contextlib.contextmanager
    def guard(self) -> Iterator[None]:
        """Hold the lock of the folder.

        Raises
        ------
        TanluError
            TL602 when another process keeps it.
        """
        with writing(self.path):
            make_folder(self.path)
        self._lock.take(WAIT_S)
        try:
            yield
        finally:
            self._lock.release()


class Objects:
    """An object store by URL, through fsspec: a put is whole and durable or it failed.

    It has no lock that a death frees. Whoever writes keeps others away by a lock elsewhere; a
    checkpoint that somebody else put there meanwhile is noticed and stops the writer.
    """

    def __init__(self, url: str) -> None:
        self._fs, self._root = _opened(url)

    def read(self, name: str) -> bytes | None:
        """Give the bytes of a name, null when there is none."""
        try:
            return bytes(self._fs.cat_file(f"{self._root}/{name}"))
        except FileNotFoundError:
            return None

    def names(self, under: str) -> list[str]:
        """Give the names right below a folder, sorted."""
        folder = f"{self._root}/{under}"
        self._fs.invalidate_cache(folder)
        try:
            found = self._fs.ls(folder, detail=False)
        except FileNotFoundError:
            return []
        return sorted(each.rstrip("/").rpartition("/")[2] for each in found)

    def write(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put objects in their order.

        Raises
        ------
        TanluError
            TL614 when the store refuses.
        """
        for name, data in files:
            path = f"{self._root}/{name}"
            with writing(Path(path)):
                self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
                self._fs.pipe_file(path, data)

    def remove(self, names: Iterable[str]) -> None:
        """Take objects away, and all below a prefix."""
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                self._fs.rm(f"{self._root}/{name}".rstrip("/"), recursive=name.endswith("/"))

    def guard(self) -> contextlib.AbstractContextManager[object]:
        """Hold off nobody."""
        return contextlib.nullcontext()


def storage_at(place: str) -> Storage:
    """Give the object store of a URL, or the folder of a path."""
    return Objects(place) if "://" in place else Folder(Path(place))


def _opened(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value="fsspec", extra="cloud") from error
    fs, root = url_to_fs(url)
    return fs, str(root).rstrip("/")
