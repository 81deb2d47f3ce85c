"""What a witness remembers: one row for each log, moved on in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.store.witness.memory import Memory

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_SIZE", "Fork", "Seen", "WitnessState"]

MAX_SIZE = 2**63 - 1
# forks that a witness keeps for each log: one is enough to convict, a flood must not fill the disk
KEPT_FORKS = 16
SEEN = "SELECT size, root, note FROM seen WHERE origin = ?"
TABLES = """
CREATE TABLE IF NOT EXISTS seen (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fork (
  origin TEXT NOT NULL, first BLOB NOT NULL, second BLOB NOT NULL,
  PRIMARY KEY (origin, first, second)
) STRICT, WITHOUT ROWID;
"""


class Seen(NamedTuple):
    """The latest tree of a log that was found consistent: its size, root and signed note."""

    size: int
    root: bytes
    note: bytes


class Fork(NamedTuple):
    """Two notes of one log for one size with two roots."""

    origin: str
    first: bytes
    second: bytes


class WitnessState(Memory):
    """The memory of a witness in a SQLite file; threads and processes may share it.

    Raises
    ------
    TanluError
        TL630 when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, TABLES)

    def seen(self, origin: str) -> Seen | None:
        """Give the latest tree of a log, None before the first."""
        rows = self.rows(SEEN, origin)
        return Seen(*rows[0]) if rows else None

    def origins(self) -> list[str]:
        """Give the origins of all logs that were seen, sorted."""
        return [origin for (origin,) in self.rows("SELECT origin FROM seen ORDER BY origin")]

    def advance(self, origin: str, was: Seen | None, now: Seen) -> Seen | None:
        """Move a log from ``was`` to ``now``; give None when done, else what stands there instead.

        Comparison and change are one transaction that is on the disk when this returns: of two
        requests that began from one tree, one goes on and the other is told.
        """
        with self.change() as base:
            row = base.execute(SEEN, (origin,)).fetchone()
            stands = None if row is None else Seen(*row)
            if (stands and stands[:2]) != (was and was[:2]):
                return stands or Seen(0, b"", b"")
            base.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", (origin, *now))
        return None

    def keep_fork(self, fork: Fork) -> None:
        """Keep two notes that convict a log; beyond 16 for one log no more are kept."""
        with self.change() as base:
            base.execute(
                "INSERT OR IGNORE INTO fork SELECT ?, ?, ? "
                "WHERE (SELECT count(*) FROM fork WHERE origin = ?) < ?",
                (*fork, fork.origin, KEPT_FORKS),
            )

    def forks(self) -> list[Fork]:
        """Give all forks that were shown to this witness."""
        return [Fork(*row) for row in self.rows("SELECT origin, first, second FROM fork")]
