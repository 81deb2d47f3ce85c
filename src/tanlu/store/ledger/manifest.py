"""The manifest: one line for each commit, each naming the line before it by its hash.

A line is JSON with sorted keys whose member ``line`` is the SHA-256 of the same JSON without that
member, and whose member ``prev`` is the ``line`` of the line before. So each line can be judged
alone, a torn one is known for certain, and the last hash commits to the whole ledger.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["Manifest", "PartEntry", "first_link", "read_line", "seal_line"]

DOMAIN = "tanlu/manifest/v1"
# what a file holds where it grew on the disk before its bytes came
HOLE = bytes(512)
# what parks and vehicles tell all the time
LIVE = frozenset({"event", "gap", "position", "reading"})


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


def first_link(about: Mapping[str, Any]) -> str:
    """Give the ``prev`` of the first line: it binds the manifest to what its workspace is.

    ``about`` is the content of ``workspace.json``; its format may change, the rest may not.
    """
    bound = {name: value for name, value in about.items() if name not in ("format", "line")}
    return sha256(f"{DOMAIN}\n".encode() + _canonical(bound)).hexdigest()


def seal_line(content: Mapping[str, Any]) -> bytes:
    """Give the bytes of a line with its own hash, line feed included."""
    line = sha256(_canonical(content)).hexdigest()
    return _canonical({**content, "line": line}) + b"\n"


def read_line(raw: bytes) -> dict[str, Any] | None:
    """Give the content of a line, or None when it is not what a writer wrote."""
    try:
        content = json.loads(raw, parse_float=_no_fraction, parse_constant=_no_fraction)
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

    def __init__(self, path: Path, first: str) -> None:
        self.path = path
        self.lines: list[dict[str, Any]] = []
        self._link = first
        self._parts: dict[str, list[PartEntry]] = {}
        self._read = 0
        # the version after which nothing came but what devices tell, and seals of it
        self.settled = 0
        # files erased as a whole: their entries and roots stay
        self.retired: set[str] = set()

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
        try:
            # every read of a ledger asks: where nothing was added nothing is opened
            if self._read and self.path.stat().st_size == self._read:
                return
            with self.path.open("rb") as file:
                file.seek(self._read)
                raw = file.read()
        except FileNotFoundError as error:
            raise self._damaged("the file is gone") from error
        *whole, rest = raw.split(b"\n")
        if read_line(rest[:-1]) is not None:
            raise self._damaged("the end of the line is not what was written")
        for position, line in enumerate(whole):
            content = read_line(line)
            if content is None:
                if position == len(whole) - 1 and not rest and HOLE in line:
                    return
                raise self._damaged("the line is not what was written")
            if content["prev"] != self.head or content["version"] != self.version + 1:
                raise self._damaged("the line does not follow the one before")
            self._take(content, len(line) + 1)

    def append(self, content: dict[str, Any]) -> int:
        """Write one commit durably and give its version.

        Raises
        ------
        TanluError
            TL603 when the file is not as long as what was read of it.
        OSError
            When the disk refuses; then nothing of the line stays.
        """
        content = {**content, "version": self.version + 1, "prev": self.head}
        line = seal_line(content)
        kept = read_line(line)
        if kept is None:
            raise self._damaged("the line cannot be read back")
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        try:
            if os.fstat(handle).st_size != self._read:
                raise self._damaged("someone wrote without the lock")
            self._write(handle, line)
        finally:
            os.close(handle)
        self._take(kept, len(line))
        return self.version

    def _write(self, handle: int, line: bytes) -> None:
        """Write a whole line and sync it, or take back what was written of it."""
        try:
            left = memoryview(line)
            while left:
                left = left[os.write(handle, left) :]
            os.fdatasync(handle)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, self._read)
                os.fdatasync(handle)
            raise

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

    def keep(self, files: Collection[str]) -> None:
        """Give no other parts than these from now on: a slice has no more of them.

        Raises
        ------
        TanluError
            TL603 for a file that no line names.
        """
        self._parts = {
            table: [part for part in parts if part.file in files]
            for table, parts in self._parts.items()
        }
        named = {part.file for parts in self._parts.values() for part in parts}
        for file in sorted(set(files) - named):
            raise TanluError("TL603", value=file, why="no line of the manifest names it")

    def tables(self) -> list[str]:
        """Give the names of the tables that have parts."""
        return sorted(self._parts)

    def _take(self, content: dict[str, Any], size: int) -> None:
        self.lines.append(content)
        self._read += size
        if not _live(content):
            self.settled = content["version"]
        if content["kind"] == "retire" and whole(content):
            self.retired.add(content["file"])
        for entry in content.get("parts", ()):
            part = PartEntry(version=content["version"], **entry)
            self._parts.setdefault(part.table, []).append(part)

    def _damaged(self, why: str) -> TanluError:
        return TanluError("TL603", value=f"{self.path}:{self.version + 1}", why=why)


def whole(line: Mapping[str, Any]) -> bool:
    """Tell whether a ``retire`` line is of a whole file, not of something in it."""
    return not {"leaves", "pseudonym"} & line.keys()


def _live(line: Mapping[str, Any]) -> bool:
    tables = set()
    if line["kind"] == "append":
        tables = set(line.get("tables", ()))
    elif line["kind"] == "seal":
        tables = {each["part"].partition("/")[2].partition("/")[0] for each in line["seals"]}
    return bool(tables) and tables <= LIVE


def _no_fraction(text: str) -> None:
    # languages spell them differently, and a line has one spelling
    raise ValueError(text)


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()
