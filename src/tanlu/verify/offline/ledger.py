"""The ledger in a pack: its lines up to the signed head, and that no part of it is left out."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.verify.offline.manifest import PART, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tanlu.verify.offline.manifest import Manifest

__all__ = ["MOST_LINE", "Held", "History", "history", "lines", "missing", "workspace"]

DOMAIN = b"tanlu/manifest/v1\n"
FORMAT = 1
MOST_LINE = 16 << 20
TIMED = ("emission", "activity")
PERSONAL = re.compile(r"personal/[0-9]{8,18}\.parquet")


class Held(NamedTuple):
    """A part as the ledger's manifest names it."""

    version: int
    table: str
    file: str
    rows: int
    sha256: str
    root: str
    schema: str
    start: tuple[int, int] | None
    superseding: int

    def needed(self, start_us: int, end_us: int) -> bool:
        """Tell whether a pack of a period must have it."""
        if not self.rows or self.table not in TIMED:
            return self.rows > 0 and self.table == "retraction"
        inside = self.start is None or (self.start[0] < end_us and self.start[1] >= start_us)
        return inside or (self.table == "activity" and self.superseding > 0)

    def told(self, start: tuple[Any, Any] | None, superseding: int) -> str:
        """Say what the line tells otherwise than the rows: by it a pack seems complete."""
        if self.table in TIMED and start is not None and self.start != start:
            return f"its rows start between {start[0]} and {start[1]}"
        if self.superseding != superseding:
            return f"{superseding} of its rows supersede others"
        return ""


class History(NamedTuple):
    """What the lines of a ledger tell: parts by file, pins by version, factor packs adopted.

    ``beside`` has for each commit that wrote findings the files that it wrote or read with them.
    """

    head: str
    version: int
    parts: dict[str, Held]
    pins: dict[int, Mapping[str, str]]
    packs: list[list[Mapping[str, str]]]
    beside: dict[int, frozenset[str]]


def workspace(data: bytes, manifest: Manifest) -> str:
    """Give the link from which the first line of the ledger follows.

    Raises
    ------
    TanluError
        TL718 when the file is not whole or of another ledger, TL707 for another format.
    """
    where = "ledger/workspace.json"
    about = _line(data, where, 65_536)
    if about.get("format") != FORMAT:
        raise TanluError("TL707", value=where, why=f"format {about.get('format')}")
    if any(about.get(name) != manifest.ledger[name] for name in ("id", "zone")):
        raise _wrong(where, "it is not the ledger of the pack")
    bound = {name: value for name, value in about.items() if name not in ("format", "line")}
    return sha256(DOMAIN + _bytes(bound)).hexdigest()


def history(found: Iterable[bytes], link: str) -> History:
    """Give what the lines tell, each checked to follow the one before.

    Raises
    ------
    TanluError
        TL718 naming the first line that does not hold.
    """
    made = History(link, 0, {}, {}, [], {})
    for number, raw in enumerate(found, 1):
        where = f"ledger/manifest.jsonl:{number}"
        told = _line(raw, where, MOST_LINE)
        if told.get("prev") != made.head or told.get("version") != number:
            raise _wrong(where, "it does not follow the line before")
        made = made._replace(head=told["line"], version=number)
        try:
            _learn(made, told)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            raise _wrong(where, "its members are not those of its kind") from None
    return made


def lines(pieces: Iterable[bytes], where: str, most: int, code: str = "TL718") -> Iterator[bytes]:
    """Give the lines of a file with their line feeds; all must have one.

    Raises
    ------
    TanluError
        TL706 for a line of more than ``most`` bytes; ``code`` when the last has no line feed.
    """
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if len(line) > most:
                break
            yield line + b"\n"
        if len(rest) > most or any(len(line) > most for line in whole):
            raise TanluError("TL706", value=where, why=f"a line of more than {most} bytes")
    if rest:
        raise TanluError(code, value=where, why="its last line is cut")


def missing(told: History, manifest: Manifest) -> Iterator[Held]:
    """Give the parts that the period needs and the pack has not."""
    span = manifest.start_us, manifest.end_us
    needed = {part.file for part in told.parts.values() if part.needed(*span)}
    for part in told.parts.values():
        found = part.table == "finding" and part.rows and needed & told.beside[part.version]
        if (found or part.file in needed) and part.file not in manifest.parts:
            yield part


def _learn(made: History, told: Mapping[str, Any]) -> None:
    version = made.version
    for entry in told.get("parts", ()):
        # what lies among the parts is one, whatever the line says of it
        if entry["personal"] is True and PERSONAL.fullmatch(entry["file"]):
            continue
        part = _held(version, entry)
        if part.file in made.parts:
            raise ValueError(part.file)
        made.parts[part.file] = part
        if part.table == "finding":
            files = [*told.get("inputs", ()), *(each["file"] for each in told["parts"])]
            made.beside[version] = frozenset(map(str, files))
    source = told.get("source")
    if isinstance(source, dict) and source.get("by") == "quantify":
        made.pins[version] = {str(name): str(value) for name, value in source["pins"].items()}
    if told.get("kind") == "packs":
        made.packs.append([{**each} for each in told["packs"]])


def _held(version: int, entry: Mapping[str, Any]) -> Held:
    span = entry["ranges"].get("start")
    texts = [entry[name] for name in ("table", "file", "sha256", "root", "schema")]
    numbers = [entry[name] for name in ("rows", "superseding")]
    numbers += [span[0], span[1]] if span is not None else []
    if not all(isinstance(each, str) for each in texts) or not all(map(_whole, numbers)):
        raise TypeError(entry["file"])
    table, file, digest, root, schema = texts
    named = PART.fullmatch(file)
    if named is None or named[1] != table:
        raise ValueError(file)
    start = (span[0], span[1]) if span is not None else None
    rows, superseding = numbers[:2]
    return Held(version, table, file, rows, digest, root, schema, start, superseding)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _line(raw: bytes, where: str, most: int) -> dict[str, Any]:
    if not raw.endswith(b"\n"):
        raise _wrong(where, "it does not end in a line feed")
    try:
        told = canonical(raw[:-1], where, most, wide=True)
    except TanluError as error:
        if error.code == "TL706":
            raise
        raise _wrong(where, str(error.fields["why"])) from None
    if not isinstance(told, dict) or not isinstance(told.get("line"), str):
        raise _wrong(where, "it has no hash of its own")
    rest = {name: value for name, value in told.items() if name != "line"}
    if sha256(_bytes(rest)).hexdigest() != told["line"]:
        raise _wrong(where, "its own hash does not hold")
    return told


def _bytes(content: Mapping[str, Any]) -> bytes:
    said = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return said.encode()


def _wrong(where: str, why: str) -> TanluError:
    return TanluError("TL718", value=where, why=why)
