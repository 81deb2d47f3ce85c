"""A log as static files (C2SP tlog-tiles): entries come in, checkpoints and proofs go out.

What was appended stands whole in ``pending/`` before `append` returns, so nothing acknowledged is
lost by a death at any instant. A checkpoint turns it into bundles, then tiles from low to high,
all synced, then replaces ``checkpoint`` by one rename. What a death left in between is written
again from ``pending/`` and must come out the same.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.store.tiling import Growth, Tiles, faults, held, pieces
from tanlu.terms.proof import checkpoint as heads
from tanlu.terms.proof import keys, note, tiles, tree

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Callable, Iterator, Sequence

    from tanlu.store.log.storage import Storage

    Guard = Callable[[], contextlib.AbstractContextManager[object]]

__all__ = ["MAX_ENTRY_BYTES", "Cadence", "TileLog"]

MAX_ENTRY_BYTES = 16_384


class Cadence(NamedTuple):
    """When an append makes a checkpoint by itself: after so many entries or seconds."""

    entries: int = 65_536
    seconds: float = 10.0


class _Held(NamedTuple):
    """What the storage held when this writer last looked or wrote."""

    checkpoint: bytes
    pending: tuple[str, ...]


class TileLog:
    """A log with its key: one writer at a time, any number of readers.

    Parameters
    ----------
    storage
        Where it lies.
    key
        The key that signs its checkpoints; without it the log can only be read.
    guard
        What holds off other writers, the storage's own if not said.
    cadence
        When an append makes a checkpoint by itself.

    Raises
    ------
    TanluError
        TL615 when there is no log, TL617 when it is not as it was written.
    """

    def __init__(
        self,
        storage: Storage,
        key: keys.SigningKey | None = None,
        *,
        guard: Guard | None = None,
        cadence: Cadence | None = None,
    ) -> None:
        self.storage = storage
        self.cadence = cadence or Cadence()
        self._key = key
        self._guard = guard or storage.guard
        self.tiles = Tiles(storage.read)
        self._held: _Held | None = None
        self.published = heads.Checkpoint("", 0, tree.EMPTY)
        self._growth = Growth()
        # bytes of the last bundle that is under a checkpoint, if it is partial
        self._tail = b""
        self._pending: list[bytes] = []
        self._chunks: list[tuple[int, bytes]] = []
        self._oldest = 0.0
        # whether a death may have left tiles beyond the checkpoint
        self._uncertain = True
        self.refresh()

    @classmethod
    def begin(
        cls,
        storage: Storage,
        origin: str,
        key: keys.SigningKey,
        *,
        guard: Guard | None = None,
        cadence: Cadence | None = None,
    ) -> TileLog:
        """Begin a log that has no entry yet, or give the one that was begun.

        Raises
        ------
        TanluError
            TL616 when the origin cannot name a log, or another log is there.
        """
        if not note.named(origin):
            raise TanluError("TL616", value=origin, why="it has a blank or a plus, or is empty")
        with (guard or storage.guard)():
            there = storage.read("checkpoint")
            if there is None and storage.names("tile"):
                raise TanluError("TL617", value="checkpoint", why="it is gone")
            if there is None:
                head = heads.Checkpoint(origin, 0, tree.EMPTY)
                storage.write([("checkpoint", heads.signed(head, key))])
            elif heads.Checkpoint.parse(note.Note.parse(there).text).origin != origin:
                raise TanluError("TL616", value=origin, why="another log is there")
        return cls(storage, key, guard=guard, cadence=cadence)

    # ── reading ──

    @property
    def size(self) -> int:
        """How many entries it has, those of no checkpoint yet among them."""
        return self.published.size + len(self._pending)

    @property
    def signed(self) -> bytes:
        """The newest checkpoint, a signed note."""
        assert self._held is not None
        return self._held.checkpoint

    def refresh(self) -> None:
        """See what other processes wrote.

        Raises
        ------
        TanluError
            TL615 when the log is gone, TL617 when it is not as it was written.
        """
        before = None
        while True:
            # pending first: what leaves it stands in the checkpoint by then
            pending = tuple(self.storage.names("pending"))
            signed = self.storage.read("checkpoint")
            if signed is None and self.storage.names("tile"):
                raise TanluError("TL617", value="checkpoint", why="it is gone")
            if signed is None:
                raise TanluError("TL615", value="checkpoint")
            seen = _Held(signed, pending)
            if seen == self._held or self._load(seen):
                return
            if seen == before:
                raise TanluError("TL617", value="pending", why="it is gone")
            before = seen

    def entry(self, index: int) -> bytes:
        """Give an entry.

        Raises
        ------
        TanluError
            TL618 when the log has none there, TL617 when its bundle is gone.
        """
        if not 0 <= index < self.size:
            raise TanluError("TL618", value=index, size=self.size)
        size = self.published.size
        if index >= size:
            return self._pending[index - size]
        return self.tiles.entries(index // tiles.WIDTH, size)[index % tiles.WIDTH]

    def entries(self, first: int = 0) -> Iterator[tuple[int, bytes]]:
        """Give the entries in their order, each with its index."""
        self.refresh()
        # whoever reads may append meanwhile
        size, pending = self.published.size, list(self._pending)
        for number in range(first // tiles.WIDTH, -(-size // tiles.WIDTH)):
            at = number * tiles.WIDTH
            for index, entry in enumerate(self.tiles.entries(number, size), at):
                if index >= first:
                    yield index, entry
        for index, entry in enumerate(pending, size):
            if index >= first:
                yield index, entry

    def backward(self) -> Iterator[tuple[int, bytes]]:
        """Give the entries from the newest to the first, each with its index."""
        self.refresh()
        size, pending = self.published.size, list(self._pending)
        yield from reversed(list(enumerate(pending, size)))
        for number in range(-(-size // tiles.WIDTH) - 1, -1, -1):
            at = number * tiles.WIDTH
            yield from reversed(list(enumerate(self.tiles.entries(number, size), at)))

    def inclusion(self, index: int) -> list[bytes]:
        """Give the path of an entry to the root of the newest checkpoint.

        Raises
        ------
        TanluError
            TL618 when no checkpoint has it yet.
        """
        if not 0 <= index < self.published.size:
            raise TanluError("TL618", value=index, size=self.published.size)
        return self.tiles.inclusion(index, self.published.size)

    def consistency(self, old: int) -> list[bytes]:
        """Give what shows that the log of a size is the beginning of the newest checkpoint."""
        return self.tiles.consistency(old, self.published.size)

    def faults(self) -> Iterator[tuple[str, str]]:
        """Read everything again; give the names that do not hold, and why."""
        return faults(self.storage.read, self.published.size, self.published.root)

    # ── writing ──

    def append(self, entries: Sequence[bytes]) -> int:
        """Write entries durably and give the index of the first.

        Raises
        ------
        TanluError
            TL619 for an entry of more than 16,384 bytes, TL602 when another process writes, TL614
            when the disk refuses; then none of them is in the log.
        """
        longest = max(map(len, entries), default=0)
        if longest > MAX_ENTRY_BYTES:
            raise TanluError("TL619", value=longest, most=MAX_ENTRY_BYTES)
        with self._guard():
            self.refresh()
            first = self.size
            if entries:
                self._append(first, entries)
            if len(self._pending) >= self.cadence.entries or self._late():
                self._try_integrate()
        return first

    def checkpoint(self) -> bytes:
        """Bring all entries under a signed checkpoint and give it."""
        with self._guard():
            self.refresh()
            if self._pending:
                self._integrate()
            else:
                self._tidy()
        return self.signed

    def replace(self, signed: bytes) -> None:
        """Put the same checkpoint with more signatures in the place of the newest.

        Raises
        ------
        TanluError
            TL620 when the log has grown meanwhile.
        """
        with self._guard():
            self.refresh()
            if note.Note.parse(signed).text != self.published.text:
                raise TanluError("TL620", value=self.published.size)
            self.storage.write([("checkpoint", signed)])
            self.refresh()

    def _append(self, first: int, entries: Sequence[bytes]) -> None:
        chunks = []
        at = 0
        while at < len(entries):
            room = tiles.WIDTH - (first + at) % tiles.WIDTH
            piece = entries[at : at + room]
            chunks.append((len(piece), tiles.bundle(piece)))
            at += room
        name = f"{first:020d}"
        try:
            self.storage.write([(f"pending/{name}", held(data for _, data in chunks))])
        except BaseException:
            # it may have its name and not be synced: what was refused must not turn up later
            self.storage.remove([f"pending/{name}"])
            raise
        self._pending += entries
        self._chunks += chunks
        assert self._held is not None
        self._held = self._held._replace(pending=(*self._held.pending, name))
        self._oldest = self._oldest or time.monotonic()

    def _late(self) -> bool:
        return bool(self._oldest) and time.monotonic() - self._oldest >= self.cadence.seconds

    def _try_integrate(self) -> None:
        """Make a checkpoint; where the disk refuses, what was appended is durable all the same."""
        try:
            self._integrate()
        except TanluError as error:
            if error.code != "TL614":
                raise

    def _integrate(self) -> None:
        """Write bundles, tiles and the checkpoint of all that is pending."""
        assert self._key is not None
        assert self._held is not None
        files, tail = self._bundles()
        growth = self._growth.twin()
        files += [(tile.path, data) for tile, data in growth.grow(tree.row(self._pending))]
        head = heads.Checkpoint(self.published.origin, growth.size, growth.root)
        signed = heads.signed(head, self._key)
        if self._uncertain:
            files = [(name, data) for name, data in files if not self._same(name, data)]
        self.storage.write(files)
        if self.storage.read("checkpoint") != self._held.checkpoint:
            raise TanluError("TL617", value="checkpoint", why="another writer was here")
        self.storage.write([("checkpoint", signed)])
        done = [f"pending/{name}" for name in self._held.pending]
        full = _filled(self.published.size, growth.size)
        self._held, self.published, self._growth = _Held(signed, ()), head, growth
        self._tail, self._pending, self._chunks, self._oldest = tail, [], [], 0.0
        self._uncertain = False
        self.storage.remove([*done, *full])

    def _tidy(self) -> None:
        """Take away what a death left in ``pending/`` after its checkpoint."""
        assert self._held is not None
        self.storage.remove([f"pending/{name}" for name in self._held.pending])
        self._held = self._held._replace(pending=())

    def _bundles(self) -> tuple[list[tuple[str, bytes]], bytes]:
        """Give the bundles of what is pending, and the bytes of the last one if it is partial."""
        number, count = divmod(self.published.size, tiles.WIDTH)
        tail, files = self._tail, []
        for more, data in self._chunks:
            tail, count = tail + data, count + more
            if count == tiles.WIDTH:
                files.append((tiles.entries_path(number), tail))
                number, count, tail = number + 1, 0, b""
        if count:
            files.append((tiles.entries_path(number, count), tail))
        return files, tail

    def _same(self, name: str, data: bytes) -> bool:
        """Tell whether a file is there already; a death leaves such, of the same entries."""
        there = self.storage.read(name)
        if there is not None and there != data:
            raise TanluError("TL617", value=name, why="it holds other entries than were appended")
        return there is not None

    # ── what is there ──

    def _load(self, seen: _Held) -> bool:
        """Take what the storage holds; tell whether it was gone while it was read."""
        kept = note.Note.parse(seen.checkpoint)
        head = heads.Checkpoint.parse(kept.text)
        if self._key is not None and not _own(kept, head.origin, self._key):
            raise TanluError("TL617", value="checkpoint", why="the log's key did not sign it")
        growth = self.tiles.growth(head.size)
        if growth.root != head.root:
            raise TanluError("TL617", value="checkpoint", why="the tiles give another root")
        number, count = divmod(head.size, tiles.WIDTH)
        tail = tiles.bundle(self.tiles.entries(number, head.size)) if count else b""
        size, pending, chunks = head.size, list[bytes](), list[tuple[int, bytes]]()
        for name in seen.pending:
            if not name.isdigit() or int(name) < head.size:
                continue  # it stands in the checkpoint already
            body = self.storage.read(f"pending/{name}")
            if body is None:
                return False
            for data in pieces(name, body, size):
                found = tiles.unbundle(data)
                pending += found
                chunks.append((len(found), data))
                size += len(found)
        self._held, self.published, self._growth = seen, head, growth
        self._tail, self._pending, self._chunks = tail, pending, chunks
        self._oldest = time.monotonic() if pending else 0.0
        self._uncertain = True
        return True


def _filled(old: int, new: int) -> Iterator[str]:
    """Give the folders of partial tiles of a size that are full at another one."""
    level: int | None = None
    while old:
        number, width = divmod(old, tiles.WIDTH)
        if width and new // tiles.WIDTH > number:
            yield f"{tiles.Tile(level, number, tiles.WIDTH).path}.p/"
        if level is not None:
            old, new = number, new // tiles.WIDTH
        level = 0 if level is None else level + 1


def _own(kept: note.Note, origin: str, key: keys.SigningKey) -> bool:
    mine = note.Verifier(origin, note.ED25519, key.public)
    return any(note.holds(kept.text, one, mine) is not None for one in kept.signatures)
