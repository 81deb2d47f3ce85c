"""The file of a pack: a ZIP that is written as a stream and has the same bytes every time.

Members stand stored, in the order of the bytes of their names, of one time, without extra fields:
nothing of the machine or the hour is in them.
"""

from __future__ import annotations

import secrets
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Self

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

__all__ = ["Archive", "Member"]

EPOCH = (1980, 1, 1, 0, 0, 0)
CHUNK = 1 << 20
UNIX = 3
FILE = 0o100644


class Member(NamedTuple):
    """What was written under a name: how many bytes and their SHA-256, hexadecimal."""

    path: str
    bytes: int
    sha256: str


class Archive:
    """A pack that is being written: under a draft name, and only under its own when it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
        self._last = b""
        self._zip: zipfile.ZipFile | None = None

    def __enter__(self) -> Self:
        """Begin the draft."""
        self._zip = zipfile.ZipFile(self._draft, "x", zipfile.ZIP_STORED, allowZip64=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Give the draft its name, or take it away when something failed."""
        try:
            if self._zip is not None:
                self._zip.close()
            if kind is None:
                self._draft.rename(self.path)
        finally:
            self._draft.unlink(missing_ok=True)

    def add(self, name: str, pieces: Iterable[bytes]) -> Member:
        """Write a member from its pieces.

        Raises
        ------
        TanluError
            TL740 when names are out of order or the file outgrows 4 GiB.
        """
        raw = name.encode()
        if raw <= self._last:
            raise TanluError("TL740", value=name, why="members stand in the order of their names")
        self._last = raw
        info = zipfile.ZipInfo(name, EPOCH)
        info.create_system = UNIX
        info.external_attr = FILE << 16
        digest, size = sha256(), 0
        assert self._zip is not None
        try:
            with self._zip.open(info, "w") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                    size += len(piece)
        except (RuntimeError, zipfile.LargeZipFile) as error:
            raise TanluError("TL740", value=name, why="a pack has at most 4 GiB") from error
        return Member(name, size, digest.hexdigest())

    def copy(self, name: str, path: Path) -> Member:
        """Write a member from a file."""
        with path.open("rb") as file:
            return self.add(name, iter(lambda: file.read(CHUNK), b""))
