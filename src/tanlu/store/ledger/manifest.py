"""The manifest: one line for each commit, each naming the line before it by its hash.

A line is JSON with sorted keys whose member ``line`` is the SHA-256 of the same JSON without that
member, and whose member ``prev`` is the ``line`` of the line before. So each line can be judged
alone, a torn one is known for certain, and the last hash commits to the whole ledger.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Manifest", "PartEntry", "first_link", "read_line"]

DOMAIN = "tanlu/manifest/v1"


@dataclass(frozen=True, slots=True)
class PartEntry:
    """One immutable file of a table, as the manifest names it.

    ``sha256`` is of the file's bytes, ``root`` that of its 64-record tree; for a personal part
    both are made with that part's own key. ``ranges`` gives the least and greatest value of
    the columns by which parts are skipped; ``superseding`` counts rows that replace others.
    """

    version: int
    table: str
    file: str
    rows: int
    bytes: int
    sha256: str
    root: str
    schema: str
    ranges: dict[str, list[Any]] = field(default_factory=dict)
    superseding: int = 0
    personal: bool = False

    def line(self) -> dict[str, Any]:
        """Give what the manifest writes of it: all but the version, which is the commit's."""
        found = asdict(self)
        del found["version"]
        return found


def first_link(workspace_id: str) -> str:
    """Give the ``prev`` of the first line: it binds the manifest to its workspace."""
    return sha256(f"{DOMAIN}\n{workspace_id}".encode()).hexdigest()


def seal_line(content: dict[str, Any]) -> bytes:
    """Give the bytes of a line with its own hash, line feed included."""
    content["line"] = sha256(_canonical(content)).hexdigest()
    return _canonical(content) + b"\n"


def read_line(raw: bytes) -> dict[str, Any] | None:
    """Give the content of a line, or None when it is not what a writer wrote."""
    try:
        content = json.loads(raw)
        said = content.pop("line")
        canonical = _canonical(content)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if sha256(canonical).hexdigest() != said:
        return None
    content["line"] = said
    return content if _canonical(content) == raw.rstrip(b"\n") else None


class Manifest:
    """The lines of one workspace, read as they grow.

    Readers see the lines that were whole when they looked; a torn last line is not there for
    them, and the next writer puts it aside.
    """

    def __init__(self, path: Path, workspace_id: str) -> None:
        self.path = path
        self.lines: list[dict[str, Any]] = []
        self._link = first_link(workspace_id)
        self._parts: dict[str, list[PartEntry]] = {}
        self._read = 0

    @property
    def version(self) -> int:
        """How many commits there are."""
        return len(self.lines)

    @property
    def head(self) -> str:
        """Hash of the last line."""
        return str(self.lines[-1]["line"]) if self.lines else self._link

    def refresh(self) -> None:
        """Read what was added since.

        Raises
        ------
        TanluError
            TL603 when a line before the last does not hold.
        """
        with self.path.open("rb") as file:
            file.seek(self._read)
            raw = file.read()
        *whole, _torn = raw.split(b"\n")
        for position, line in enumerate(whole):
            content = read_line(line)
            if content is None:
                if position == len(whole) - 1 and not _torn:
                    return
                raise self._damaged("the line is not what was written")
            if content["prev"] != self.head or content["version"] != self.version + 1:
                raise self._damaged("the line does not follow the one before")
            self._take(content, len(line) + 1)

    def append(self, content: dict[str, Any]) -> int:
        """Write one commit durably and give its version."""
        content = {**content, "version": self.version + 1, "prev": self.head}
        line = seal_line(content)
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            if os.fstat(handle).st_size != self._read:
                raise self._damaged("someone wrote without the lock")
            os.write(handle, line)
            os.fdatasync(handle)
        finally:
            os.close(handle)
        self._take(content, len(line))
        return self.version

    def mend(self) -> bytes:
        """Cut off what a dead writer left behind the last whole line, and give those bytes."""
        with self.path.open("r+b") as file:
            file.seek(self._read)
            torn = file.read()
            if torn:
                file.truncate(self._read)
                file.flush()
                os.fsync(file.fileno())
        return torn

    def parts(self, table: str, as_of: int | None = None) -> list[PartEntry]:
        """Give the parts of a table in the order of their commits."""
        found = self._parts.get(table, [])
        return list(found) if as_of is None else [part for part in found if part.version <= as_of]

    def tables(self) -> list[str]:
        """Give the names of the tables that have parts."""
        return sorted(self._parts)

    def _take(self, content: dict[str, Any], size: int) -> None:
        self.lines.append(content)
        self._read += size
        for entry in content.get("parts", ()):
            part = PartEntry(version=content["version"], **entry)
            self._parts.setdefault(part.table, []).append(part)

    def _damaged(self, why: str) -> TanluError:
        return TanluError("TL603", value=f"{self.path}:{self.version + 1}", why=why)


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()
