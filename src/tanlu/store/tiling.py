"""The tree of a log as tiles: how it grows, what is read of it, and whether all of it holds.

Nothing here knows where the tiles lie: a function gives the bytes of a name, or null.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING
from zlib import crc32

from tanlu.errors import TanluError
from tanlu.terms.proof import tiles, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Growth", "Tiles", "faults", "held", "pieces"]

HASH = tiles.HASH_BYTES
FULL = tiles.WIDTH * HASH
# 16 KiB each with all nodes between: 16 MiB for the proofs of a quarter of a million entries
CACHED = 1024
LENGTH = 4


class Growth:
    """The right edge of a tree: of each level the hashes of the tile that is not full yet."""

    def __init__(self, size: int = 0, rows: tuple[bytes, ...] = ()) -> None:
        self.size = size
        self._rows = list(rows)

    def twin(self) -> Growth:
        """Give the same edge, to grow apart from this one."""
        return Growth(self.size, tuple(self._rows))

    @property
    def root(self) -> bytes:
        """The root of the tree so far."""
        below = b""
        for row in self._rows:
            if row:
                below = tree.root(row + below)
        return below or tree.EMPTY

    def grow(self, hashes: bytes) -> list[tuple[tiles.Tile, bytes]]:
        """Take leaf hashes in a row and give the tiles that they fill or begin, low to high."""
        found = []
        count, level = self.size, 0
        self.size += len(hashes) // HASH
        while hashes:
            if level == len(self._rows):
                self._rows.append(b"")
            row, number = self._rows[level] + hashes, count // tiles.WIDTH
            whole = len(row) // FULL * FULL
            roots = []
            for at in range(0, whole, FULL):
                tile = row[at : at + FULL]
                found.append((tiles.Tile(level, number + at // FULL, tiles.WIDTH), tile))
                roots.append(tree.root(tile))
            self._rows[level] = rest = row[whole:]
            if rest:
                found.append((tiles.Tile(level, number + whole // FULL, len(rest) // HASH), rest))
            hashes, count, level = b"".join(roots), count // tiles.WIDTH, level + 1
        return found


class Tiles:
    """The tree of a log, read tile by tile; warm ones stay with all nodes between."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._warm: OrderedDict[tiles.Tile, list[bytes]] = OrderedDict()
        self._edges: tuple[int, dict[int, bytes]] = (0, {})

    def tile(self, level: int | None, number: int, size: int) -> bytes:
        """Give the bytes of a tile, or of a bundle, as it was at a size of the log.

        Raises
        ------
        TanluError
            TL617 when it is gone or has another length.
        """
        count = size >> tiles.HEIGHT * (level or 0)
        wanted = tiles.Tile(level, number, min(tiles.WIDTH, count - number * tiles.WIDTH))
        data = self._read(wanted.path)
        if data is None and wanted.width < tiles.WIDTH:
            # a partial one may be gone where the full one stands
            data = self._read(wanted._replace(width=tiles.WIDTH).path)
        if data is None:
            raise TanluError("TL617", value=wanted.path, why="it is gone")
        if level is None:
            return data
        data = data[: wanted.width * HASH]
        if len(data) != wanted.width * HASH:
            raise TanluError("TL617", value=wanted.path, why="it has too few bytes")
        return data

    def entries(self, number: int, size: int) -> list[bytes]:
        """Give the entries of a bundle as they were at a size of the log.

        Raises
        ------
        TanluError
            TL617 when the bundle is gone or is none.
        """
        width = min(tiles.WIDTH, size - number * tiles.WIDTH)
        try:
            found = tiles.unbundle(self.tile(None, number, size))[:width]
        except TanluError as error:
            if error.code == "TL617":
                raise
            path = tiles.entries_path(number, width)
            raise TanluError("TL617", value=path, why="it is no bundle") from error
        if len(found) != width:
            path = tiles.entries_path(number, width)
            raise TanluError("TL617", value=path, why="it has too few entries")
        return found

    def growth(self, size: int) -> Growth:
        """Give the right edge of the tree of a size, from which it grows on."""
        rows, count, level = [], size, 0
        while count:
            partial = count % tiles.WIDTH
            rows.append(self.tile(level, count // tiles.WIDTH, size) if partial else b"")
            count, level = count // tiles.WIDTH, level + 1
        return Growth(size, tuple(rows))

    def above(self, number: int, size: int) -> bytes | None:
        """Give the hash that the level above holds of a full tile of level 0."""
        try:
            row = self.tile(1, number // tiles.WIDTH, size)
        except TanluError:
            return None
        return row[number % tiles.WIDTH * HASH :][:HASH]

    def root(self, size: int) -> bytes:
        """Give the root of the tree of a size."""
        return self._cover((size - 1).bit_length(), 0, size) if size else tree.EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Give the hashes that lead from an entry to the root (RFC 6962 section 2.1.1).

        Raises
        ------
        TanluError
            TL114 when there is no such entry, TL617 when a tile is gone.
        """
        if not 0 <= index < size:
            raise TanluError("TL114", value=index, why=f"the tree has {size} leaves")
        found, height, last = [], 0, size - 1
        while last:
            beside = index ^ 1
            if beside <= last:
                found.append(self._cover(height, beside, size))
            index, last, height = index >> 1, last >> 1, height + 1
        return found

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Give the hashes that show the first ``old`` entries unchanged (RFC 6962 2.1.2).

        Raises
        ------
        TanluError
            TL114 when the log never had that size, TL617 when a tile is gone.
        """
        if not 0 < old <= size:
            raise TanluError("TL114", value=old, why=f"the tree has {size} leaves")
        if old == size:
            return []
        at, height, last = old - 1, 0, size - 1
        while at & 1:
            at, last, height = at >> 1, last >> 1, height + 1
        found = [self._cover(height, at, size)] if at else []
        while last:
            beside = at ^ 1
            if beside <= last:
                found.append(self._cover(height, beside, size))
            at, last, height = at >> 1, last >> 1, height + 1
        return found

    def _cover(self, height: int, index: int, size: int) -> bytes:
        """Give the node over the entries from ``index · 2^height``, as far as the size goes."""
        if (index + 1) << height <= size:
            return self._node(height, index, size)
        if self._edges[0] != size:
            self._edges = (size, {})
        known = self._edges[1]
        first = index << height
        if first not in known:
            at, below = size, b""
            while at > first:
                # the last bit of what is left is the smallest whole tree at its end
                bit = (at & -at).bit_length() - 1
                whole = self._node(bit, (at >> bit) - 1, size)
                below = tree.node(whole, below) if below else whole
                at -= 1 << bit
            known[first] = below
        return known[first]

    def _node(self, height: int, index: int, size: int) -> bytes:
        level, within = divmod(height, tiles.HEIGHT)
        number = (index << within) // tiles.WIDTH
        width = min(tiles.WIDTH, (size >> tiles.HEIGHT * level) - number * tiles.WIDTH)
        key = tiles.Tile(level, number, width)
        rows = self._warm.get(key)
        if rows is None:
            rows = self._warm[key] = tree.levels(self.tile(level, number, size))
            if len(self._warm) > CACHED:
                self._warm.popitem(last=False)
        at = (index - (number * tiles.WIDTH >> within)) * HASH
        return rows[within][at : at + HASH]


def held(bundles: Iterable[bytes]) -> bytes:
    """Give a file of pending entries: a checksum, then pieces of bundles with their lengths."""
    body = b"".join(len(data).to_bytes(LENGTH, "big") + data for data in bundles)
    return crc32(body).to_bytes(LENGTH, "big") + body


def pieces(name: str, body: bytes, size: int) -> Iterator[bytes]:
    """Give the pieces of bundles of a file of pending entries, which must go on from a size.

    Raises
    ------
    TanluError
        TL617 when it does not, or was changed.
    """
    if int(name) != size:
        why = f"entries are gone before it, from {size}"
        raise TanluError("TL617", value=f"pending/{name}", why=why)
    if crc32(body[LENGTH:]).to_bytes(LENGTH, "big") != body[:LENGTH]:
        raise TanluError("TL617", value=f"pending/{name}", why="its bytes are not what was written")
    at = LENGTH
    while at < len(body):
        begin = at + LENGTH
        at = begin + int.from_bytes(body[at:begin], "big")
        yield body[begin:at]


def faults(
    read: Callable[[str], bytes | None], size: int, root: bytes
) -> Iterator[tuple[str, str]]:
    """Read every bundle and tile of a log of a size again; give what does not hold, and why.

    The tree is grown from the hashes that the entries give, or where a bundle is at fault from
    its tile, so that one changed byte is one fault and not one of every tile above it.
    """
    kept, growth = Tiles(read), Growth()
    for number in range(-(-size // tiles.WIDTH)):
        hashes, found = _leaves(kept, number, size)
        yield from found
        if hashes is None:
            return
        for tile, data in growth.grow(hashes):
            if tile.level:
                yield from _compared(kept, tile, data, size)
    if growth.root != root:
        yield "checkpoint", "the tiles give another root"


def _leaves(kept: Tiles, number: int, size: int) -> tuple[bytes | None, list[tuple[str, str]]]:
    """Give the leaf hashes of a bundle, and what is wrong with it or its tile."""
    found: list[tuple[str, str]] = []
    hashes = stored = None
    try:
        hashes = tree.row(kept.entries(number, size))
    except TanluError as error:
        found.append(_named(error))
    try:
        stored = kept.tile(0, number, size)
    except TanluError as error:
        found.append(_named(error))
    if hashes is None or stored is None or hashes == stored:
        return hashes or stored, found
    width = len(stored) // HASH
    bundle, tile = tiles.entries_path(number, width), tiles.path(0, number, width)
    if width == tiles.WIDTH and kept.above(number, size) == tree.root(hashes):
        return hashes, [(tile, "its hashes are not those of the entries")]
    return stored, [(bundle, "its entries are not those of the hashes")]


def _compared(kept: Tiles, tile: tiles.Tile, data: bytes, size: int) -> Iterator[tuple[str, str]]:
    count = size >> tiles.HEIGHT * (tile.level or 0)
    if tile.width < min(tiles.WIDTH, count - tile.number * tiles.WIDTH):
        return  # it grows on
    try:
        if kept.tile(tile.level, tile.number, size) != data:
            yield tile.path, "its hashes are not those of the tiles below"
    except TanluError as error:
        yield _named(error)


def _named(error: TanluError) -> tuple[str, str]:
    return str(error.fields["value"]), str(error.fields["why"])
