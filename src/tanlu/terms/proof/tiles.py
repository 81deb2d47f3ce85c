"""Tiles of a log (C2SP tlog-tiles v0.1.0): where hashes and entries lie, and their bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "HASH_BYTES",
    "HEIGHT",
    "WIDTH",
    "Tile",
    "bundle",
    "entries_path",
    "needed",
    "parse",
    "path",
    "unbundle",
]

HEIGHT = 8
WIDTH = 256
HASH_BYTES = 32
MAX_ENTRY_BYTES = 65_535
LENGTH_BYTES = 2
FORM = re.compile(
    r"tile/(?P<level>entries|0|[1-5]?[0-9]|6[0-3])/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """A tile: its level (null for a bundle of entries), its number there and its width."""

    level: int | None
    number: int
    width: int

    @property
    def path(self) -> str:
        """Where it lies below the log's folder."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_digits(self.number)}{partial}"


def path(level: int, number: int, width: int = WIDTH) -> str:
    """Give where a tile of hashes lies: ``tile/L/N[.p/W]``."""
    return Tile(level, number, width).path


def entries_path(number: int, width: int = WIDTH) -> str:
    """Give where a bundle of entries lies: ``tile/entries/N[.p/W]``."""
    return Tile(None, number, width).path


def parse(text: str) -> Tile:
    """Give the tile that lies at a path.

    Raises
    ------
    TanluError
        TL129 for a path of no tile.
    """
    found = FORM.fullmatch(text)
    if not found:
        raise TanluError("TL129", value=text[:80], why="not the path of a tile")
    number = int(re.sub("[x/]", "", found["number"]))
    level = None if found["level"] == "entries" else int(found["level"])
    tile = Tile(level, number, int(found["width"] or WIDTH))
    if tile.path != text:
        raise TanluError("TL129", value=text[:80], why="not the one path of a tile")
    return tile


def needed(size: int) -> Iterator[Tile]:
    """Give each level's tiles of a tree that has so many entries, bundles first."""
    level: int | None = None
    count = size
    while count:
        yield from (Tile(level, number, WIDTH) for number in range(count // WIDTH))
        if count % WIDTH:
            yield Tile(level, count // WIDTH, count % WIDTH)
        if level is None:
            level = 0
        else:
            level, count = level + 1, count // WIDTH


def bundle(entries: Iterable[bytes]) -> bytes:
    """Give the bytes of a bundle: before each entry its length, two bytes, big endian.

    Raises
    ------
    TanluError
        TL129 for an entry of more than 65,535 bytes.
    """
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise TanluError("TL129", value=len(entry), why="an entry has at most 65,535 bytes")
        parts += [len(entry).to_bytes(LENGTH_BYTES, "big"), entry]
    return b"".join(parts)


def unbundle(data: bytes) -> list[bytes]:
    """Give the entries of a bundle.

    Raises
    ------
    TanluError
        TL129 when its lengths do not come out.
    """
    found, at = [], 0
    while at < len(data):
        body = at + LENGTH_BYTES
        at = body + int.from_bytes(data[at:body], "big")
        if at > len(data) or body > len(data):
            raise TanluError("TL129", value=len(data), why="the bundle ends inside an entry")
        found.append(data[body:at])
    if len(found) > WIDTH:
        raise TanluError("TL129", value=len(found), why=f"a bundle has at most {WIDTH} entries")
    return found


def _digits(number: int) -> str:
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))
