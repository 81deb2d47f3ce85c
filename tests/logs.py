"""Small logs written straight from the words of the specification, for whoever reads logs."""

from __future__ import annotations

from pathlib import Path

from tanlu.terms.proof import checkpoint, note, tiles, tree
from tanlu.terms.proof.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
ORIGIN = "log.example/tanlu"


class SmallLog:
    """A log in a folder: all tiles are written anew at each `publish`."""

    def __init__(self, folder: Path, origin: str = ORIGIN, key: SigningKey = KEY) -> None:
        self.folder, self.origin, self.key = folder, origin, key
        self.entries: list[bytes] = []

    @property
    def vkey(self) -> str:
        return note.Verifier(self.origin, note.ED25519, self.key.public).vkey

    def head(self, size: int | None = None) -> checkpoint.Checkpoint:
        kept = self.entries[:size]
        return checkpoint.Checkpoint(self.origin, len(kept), tree.root(tree.row(kept)))

    def signed(self, size: int | None = None) -> bytes:
        return checkpoint.signed(self.head(size), self.key)

    def prove(self, old: int, size: int | None = None) -> list[bytes]:
        return tree.consistency(tree.levels(tree.row(self.entries[:size])), old)

    def publish(self, entries: list[bytes] | None = None) -> bytes:
        self.entries += entries or []
        for tile in tiles.needed(len(self.entries)):
            path = self.folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._bytes(tile))
        self.folder.mkdir(exist_ok=True)
        self.folder.joinpath("checkpoint").write_bytes(self.signed())
        return self.signed()

    def _bytes(self, tile: tiles.Tile) -> bytes:
        span = tiles.WIDTH ** (tile.level or 0)
        first = tile.number * tiles.WIDTH
        if tile.level is None:
            return tiles.bundle(self.entries[first : first + tile.width])
        return b"".join(
            tree.root(tree.row(self.entries[place * span : (place + 1) * span]))
            for place in range(first, first + tile.width)
        )
