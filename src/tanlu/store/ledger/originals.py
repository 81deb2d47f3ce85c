"""Originals: the files that came in, kept by the hash of their bytes."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.ledger.files import (
    digest,
    owned_folder,
    place,
    replace,
    sync_folder,
    writing,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Originals"]


class Originals:
    """The folder ``originals/``: a file's name is the SHA-256 of what it holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, path: Path) -> str:
        """Keep a copy of a file and give its SHA-256; a known one is not written again."""
        sha256 = digest(path)
        kept = self.folder / sha256
        if not kept.exists():
            owned_folder(self.folder)
            with writing(kept), place(kept, private=True) as draft:
                shutil.copyfile(path, draft)
                if digest(draft) != sha256:
                    raise TanluError("TL607", value=path.name, why="it changed while it was read")
            sync_folder(self.folder)
        return sha256

    def keep(self, content: bytes) -> str:
        """Keep bytes that have no file of their own and give their SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        kept = self.folder / sha256
        if not kept.exists():
            owned_folder(self.folder)
            with writing(kept):
                replace(kept, content, private=True)
            sync_folder(self.folder)
        return sha256

    def get(self, sha256: str) -> Path:
        """Give where the file with this hash lies.

        Raises
        ------
        TanluError
            TL607 when no such file is kept.
        """
        kept = self.folder / sha256
        if len(sha256) != 64 or not kept.is_file():
            raise TanluError("TL607", value=sha256, why="no original has this hash")
        return kept

    def names(self) -> list[str]:
        """Give the hashes of all files kept."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if len(path.name) == 64)
