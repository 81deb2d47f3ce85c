"""What a watcher keeps of a log: the last note, every leaf hash, the statements about keys.

The leaf hashes are kept because they convict: whoever has them can show which root the first n
entries had when the log, asked again, tells another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.store.witness.memory import Memory
from tanlu.terms.proof import tiles, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Watched"]

TABLES = """
CREATE TABLE IF NOT EXISTS kept (one INTEGER PRIMARY KEY CHECK (one = 1), note BLOB) STRICT;
CREATE TABLE IF NOT EXISTS tile (
  number INTEGER PRIMARY KEY, hashes BLOB NOT NULL, root BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS statement (place INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS refused (place INTEGER PRIMARY KEY, code TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ahead (name TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT;
"""


class Watched(Memory):
    """The memory of a watcher of one log, in a SQLite file.

    Raises
    ------
    TanluError
        TL630 when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, TABLES)

    @property
    def note(self) -> bytes | None:
        """The last checkpoint that was found to go on from those before."""
        found = self.rows("SELECT note FROM kept")
        return found[0][0] if found else None

    def statements(self) -> list[tuple[int, bytes]]:
        """Give the entries that tell of keys, in the order of the log."""
        return self.rows("SELECT place, entry FROM statement ORDER BY place")

    def refused(self) -> list[tuple[int, str]]:
        """Give the entries that broke the rules of registration, each with its code."""
        return self.rows("SELECT place, code FROM refused ORDER BY place")

    def ahead(self) -> dict[str, int]:
        """Give for each witness the size that it had cosigned and the log did not serve."""
        return dict(self.rows("SELECT name, size FROM ahead"))

    def leaves(self, size: int) -> bytes:
        """Give the hashes of the first entries in a row."""
        rows = self.rows(
            "SELECT hashes FROM tile WHERE number < ? ORDER BY number", -(-size // tiles.WIDTH)
        )
        return b"".join(hashes for (hashes,) in rows)[: size * tiles.HASH_BYTES]

    def tile(self, number: int) -> bytes:
        """Give the leaf hashes of one tile, as many as are known."""
        rows = self.rows("SELECT hashes FROM tile WHERE number = ?", number)
        return rows[0][0] if rows else b""

    def roots(self, count: int) -> bytes:
        """Give the roots of the first full tiles in a row."""
        rows = self.rows("SELECT root FROM tile WHERE number < ? ORDER BY number", count)
        return b"".join(root for (root,) in rows)

    def root(self, size: int) -> bytes:
        """Give the root that the first entries had."""
        whole, rest = divmod(size, tiles.WIDTH)
        row = self.roots(whole)
        if rest:
            row += tree.root(self.tile(whole)[: rest * tiles.HASH_BYTES])
        return tree.root(row)

    def keep(
        self,
        note: bytes,
        *,
        hashes: Mapping[int, bytes],
        statements: Sequence[tuple[int, bytes]],
        refused: Sequence[tuple[int, str]],
    ) -> None:
        """Keep a checkpoint and what is new under it, all or nothing."""
        with self.change() as base:
            base.execute("INSERT OR REPLACE INTO kept VALUES (1, ?)", (note,))
            base.executemany(
                "INSERT OR REPLACE INTO tile VALUES (?, ?, ?)",
                ((number, row, tree.root(row)) for number, row in hashes.items()),
            )
            base.executemany("INSERT OR REPLACE INTO statement VALUES (?, ?)", statements)
            base.executemany("INSERT OR REPLACE INTO refused VALUES (?, ?)", refused)

    def keep_ahead(self, ahead: Mapping[str, int]) -> None:
        """Keep which witnesses are ahead of what the log serves."""
        with self.change() as base:
            base.execute("DELETE FROM ahead")
            base.executemany("INSERT INTO ahead VALUES (?, ?)", ahead.items())
