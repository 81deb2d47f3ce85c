"""A zip archive that cannot unpack to more than it may."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Self

from tanlu.factors.importers.read import bounds

__all__ = ["Archive"]


class Archive:
    """The files of a zip by name, read one at a time.

    Raises
    ------
    TanluError
        TL220 when it is none, TL221 when it holds more entries or bytes than it may.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with bounds.guarded(path):
            self._zip = zipfile.ZipFile(path)
            entries = self._zip.infolist()
        total = sum(each.file_size for each in entries)
        packed = max(sum(each.compress_size for each in entries), 1)
        bounds.within(path, len(entries), bounds.ENTRIES, "entries")
        bounds.within(path, total, bounds.UNPACKED, "bytes")
        if total > bounds.SMALL:
            bounds.within(path, total // packed, bounds.RATIO, "times its packed size")
        self.names = tuple(each.filename for each in entries if not each.is_dir())

    def read(self, name: str) -> bytes:
        """Give the bytes of one entry; never more than its entry in the directory says."""
        with bounds.guarded(self.path), self._zip.open(name) as entry:
            size = self._zip.getinfo(name).file_size
            held = entry.read(size + 1)
        bounds.within(self.path, len(held), size, "bytes")
        return held

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
