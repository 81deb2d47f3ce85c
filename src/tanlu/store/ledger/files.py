"""Files that survive a crash: nothing is named before it is on the disk."""

from __future__ import annotations

import contextlib
import os
import secrets
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "digest",
    "make_folder",
    "owned_folder",
    "place",
    "place_all",
    "publish",
    "remove",
    "replace",
    "sync_folder",
    "writing",
]

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def digest(path: Path) -> str:
    """Give the SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as file:
        return file_digest(file, sha256).hexdigest()


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in the words of the house that the system does not let a file be written.

    Raises
    ------
    TanluError
        TL614 for a full or read-only disk, a limit or a lacking right.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise TanluError("TL614", value=path, why=why) from error


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it, their names on the disk."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=mode, exist_ok=True)
    sync_folder(path.parent)


@contextlib.contextmanager
def place(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Give a draft to write; afterwards it is synced and takes the name ``path``.

    The name's own folder is not synced: a commit of several files does that once.
    """
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        yield draft
        publish(draft, path, private=private)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def publish(draft: Path, path: Path, *, private: bool = False) -> None:
    """Sync a written draft and give it its name."""
    if private:
        draft.chmod(PRIVATE_FILE)
    handle = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.rename(path)


def place_all(folder: Path, files: Sequence[tuple[str, bytes]]) -> None:
    """Write small files below a folder in their order: drafts, all synced, then their names.

    A log writes two files for each 256 entries, so this goes straight to the system.
    """
    parents = dict.fromkeys(f"{folder}/{name}".rpartition("/")[0] for name, _ in files)
    for parent in parents:
        make_folder(Path(parent))
    mark = secrets.token_hex(6)
    drafts = [_draft(f"{folder}/{name}", mark) for name, _ in files]
    try:
        for draft, (_, data) in zip(drafts, files, strict=True):
            _written(draft, data)
        for draft, (name, _) in zip(drafts, files, strict=True):
            os.rename(draft, f"{folder}/{name}")  # noqa: PTH104 - a path object costs as much
    except BaseException:
        for draft in drafts:
            Path(draft).unlink(missing_ok=True)
        raise
    for parent in parents:
        sync_folder(Path(parent))


def _draft(path: str, mark: str) -> str:
    parent, _, name = path.rpartition("/")
    return f"{parent}/.{name}.{mark}.tmp"


def _written(path: str, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a small file at once: readers see the old bytes or the new ones."""
    with place(path, private=private) as draft:
        draft.touch(PRIVATE_FILE if private else 0o666)
        draft.write_bytes(data)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Take a file away and sync its folder."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def owned_folder(path: Path) -> Path:
    """Give a folder that only its owner may enter, made if absent."""
    make_folder(path, PRIVATE_FOLDER)
    if path.stat().st_mode & 0o077:
        path.chmod(PRIVATE_FOLDER)
    if not os.access(path, os.W_OK):
        raise TanluError("TL614", value=path, why="the folder cannot be written")
    return path
