"""A small memory in a SQLite file, for who must not forget what he has seen."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.ledger.files import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Memory"]


class Memory:
    """Tables in a SQLite file; threads and processes may share it.

    Raises
    ------
    TanluError
        TL630 when the file cannot be used.
    """

    def __init__(self, path: Path, tables: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._base = _database(path, tables)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def rows(self, question: str, *values: object) -> list[Any]:
        """Give the rows that answer a question."""
        with self._lock, _usable(self.path):
            return self._base.execute(question, values).fetchall()

    @contextlib.contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Hold one transaction, which is on the disk when this ends, or never was."""
        with self._lock, _usable(self.path):
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
                self._base.execute("COMMIT")
            finally:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")


def _database(path: Path, tables: str) -> sqlite3.Connection:
    """Open a SQLite file, made with its tables when it is not there.

    Raises
    ------
    TanluError
        TL630 when it cannot be used.
    """
    with _usable(path):
        make_folder(path.parent)
        base = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        # a power cut after an answer must not take back what was answered
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        base.executescript(tables)
        return base


@contextlib.contextmanager
def _usable(path: Path) -> Iterator[None]:
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
