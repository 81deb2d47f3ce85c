"""What a witness remembers: one row for each log, moved on in one transaction."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.store.ledger.files import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["MAX_SIZE", "Fork", "Seen", "WitnessState", "database"]

MAX_SIZE = 2**63 - 1
# forks that a witness keeps for each log: one is enough to convict, a flood must not fill the disk
KEPT_FORKS = 16
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


class WitnessState:
    """The memory of a witness in a SQLite file; threads and processes may share it.

    Raises
    ------
    TanluError
        TL630 when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._base = database(path, TABLES)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def seen(self, origin: str) -> Seen | None:
        """Give the latest tree of a log, None before the first."""
        with self._used():
            row = self._base.execute(
                "SELECT size, root, note FROM seen WHERE origin = ?", (origin,)
            ).fetchone()
        return None if row is None else Seen(*row)

    def origins(self) -> list[str]:
        """Give the origins of all logs that were seen, sorted."""
        with self._used():
            rows = self._base.execute("SELECT origin FROM seen ORDER BY origin").fetchall()
        return [origin for (origin,) in rows]

    def advance(self, origin: str, was: Seen | None, now: Seen) -> Seen | None:
        """Move a log from ``was`` to ``now``; give None when done, else what stands there instead.

        Comparison and change are one transaction that is on the disk when this returns: of two
        requests that began from one tree, one goes on and the other is told.
        """
        with self._used():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                row = self._base.execute(
                    "SELECT size, root, note FROM seen WHERE origin = ?", (origin,)
                ).fetchone()
                stands = None if row is None else Seen(*row)
                if (stands and stands[:2]) != (was and was[:2]):
                    return stands or Seen(0, b"", b"")
                self._base.execute(
                    "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", (origin, *now)
                )
                self._base.execute("COMMIT")
                return None
            finally:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")

    def keep_fork(self, fork: Fork) -> None:
        """Keep two notes that convict a log; beyond 16 for one log no more are kept."""
        with self._used():
            self._base.execute(
                "INSERT OR IGNORE INTO fork SELECT ?, ?, ? "
                "WHERE (SELECT count(*) FROM fork WHERE origin = ?) < ?",
                (*fork, fork.origin, KEPT_FORKS),
            )

    def forks(self) -> list[Fork]:
        """Give all forks that were shown to this witness."""
        with self._used():
            rows = self._base.execute("SELECT origin, first, second FROM fork").fetchall()
        return [Fork(*row) for row in rows]

    @contextlib.contextmanager
    def _used(self) -> Iterator[None]:
        with self._lock, usable(self.path):
            yield


def database(path: Path, tables: str) -> sqlite3.Connection:
    """Open a SQLite file, made with its tables when it is not there.

    Raises
    ------
    TanluError
        TL630 when it cannot be used.
    """
    with usable(path):
        make_folder(path.parent)
        base = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        # a power cut after an answer must not take back what was answered
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        base.executescript(tables)
        return base


@contextlib.contextmanager
def usable(path: Path) -> Iterator[None]:
    """Say in the words of the house that a state cannot be used.

    Raises
    ------
    TanluError
        TL630 for a file that is no database, a full disk, a lacking right.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise TanluError("TL630", value=path, why=str(error)) from error
    except OSError as error:
        raise TanluError("TL630", value=path, why=error.strerror or str(error)) from error
