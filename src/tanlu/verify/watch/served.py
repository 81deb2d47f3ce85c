"""What a log serves: its checkpoint, bundles and tiles, each with a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.store.witness import fetch
from tanlu.terms.proof import tiles, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Bundle", "Served"]

MAX_NOTE_BYTES = 1_000_000
MAX_BUNDLE_BYTES = tiles.WIDTH * (2 + 65_535)
FULL_TILE_BYTES = tiles.WIDTH * tiles.HASH_BYTES


class Bundle(NamedTuple):
    """Entries of one tile: its number, the entries, their hashes in a row."""

    number: int
    entries: list[bytes]
    hashes: bytes


class Served:
    """A log at a folder or web address, read as anybody reads it."""

    def __init__(self, place: str) -> None:
        self.place = place

    def checkpoint(self) -> bytes:
        """Give the signed checkpoint that is served now.

        Raises
        ------
        TanluError
            TL631 when there is none.
        """
        found = fetch(self.place, "checkpoint", max_bytes=MAX_NOTE_BYTES)
        if found is None:
            raise TanluError("TL631", value=self.place, why="it has no checkpoint")
        return found

    def bundles(self, first: int, size: int) -> Iterator[Bundle]:
        """Give the bundles of a tree of so many entries, from the one that holds entry ``first``.

        Raises
        ------
        TanluError
            TL639 for a bundle that is not served or has too few entries, TL631 when the place
            cannot be read.
        """
        for number in range(first // tiles.WIDTH, -(-size // tiles.WIDTH)):
            width = min(tiles.WIDTH, size - number * tiles.WIDTH)
            path = tiles.entries_path(number, width)
            data = self._tile(path, tiles.entries_path(number), MAX_BUNDLE_BYTES)
            if data is None:
                raise TanluError("TL639", value=path, why="it is not served")
            try:
                entries = tiles.unbundle(data)[:width]
            except TanluError as error:
                raise TanluError("TL639", value=path, why=str(error)) from error
            if len(entries) < width:
                raise TanluError("TL639", value=path, why=f"it has {len(entries)} entries")
            yield Bundle(number, entries, tree.row(entries))

    def wrong_tiles(
        self, size: int, since: int, leaves_of: dict[int, bytes], roots: bytes
    ) -> list[TanluError]:
        """Give a finding for each tile of hashes that differs from the tree, from entry ``since``.

        ``leaves_of`` are the leaf hashes by tile, ``roots`` the roots of full tiles in a row.
        """
        found, level, row = [], 0, roots
        for tile in tiles.needed(size):
            if tile.level is None:
                continue
            if tile.level > level:
                level = tile.level
                # the row of this level: roots of the full tiles of the level below
                row = row if level == 1 else _above(row)
            if (tile.number + 1) * tiles.WIDTH ** (level + 1) <= since:
                continue
            at = tile.number * FULL_TILE_BYTES
            wanted = leaves_of[tile.number] if level == 0 else row[at : at + tile.width * 32]
            wrong = self._differs(tile, wanted[: tile.width * tiles.HASH_BYTES])
            if wrong:
                found.append(TanluError("TL639", value=tile.path, why=wrong))
        return found

    def _differs(self, tile: tiles.Tile, wanted: bytes) -> str | None:
        data = self._tile(tile.path, tile._replace(width=tiles.WIDTH).path, FULL_TILE_BYTES)
        if data is None:
            return "it is not served"
        return None if data[: len(wanted)] == wanted else "its hashes are not those of the tree"

    def _tile(self, path: str, full: str, max_bytes: int) -> bytes | None:
        data = fetch(self.place, path, max_bytes=max_bytes)
        if data is None and full != path:
            # a log may take a partial tile away once the full one is there
            data = fetch(self.place, full, max_bytes=max_bytes)
        return data


def _above(row: bytes) -> bytes:
    return b"".join(
        tree.root(row[at : at + FULL_TILE_BYTES])
        for at in range(0, len(row) - FULL_TILE_BYTES + 1, FULL_TILE_BYTES)
    )
