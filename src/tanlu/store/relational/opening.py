"""Opening the relational state: SQLite in a file, or PostgreSQL by its URL."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, inspect
from sqlalchemy.exc import SQLAlchemyError

from tanlu.errors import TanluError
from tanlu.store.relational.scoped import Everywhere, Scoped
from tanlu.store.relational.sealing import Seals, sealed
from tanlu.store.relational.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

__all__ = ["State", "open_state"]

BUSY_MS = 10_000
# what was acknowledged is on the disk; readers do not wait for the writer
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}",
)  # fmt: skip


def open_state(place: str | Path, *, keys: Path | None = None) -> State:
    """Give the relational state in a file (SQLite) or behind a URL (``postgresql://…``).

    Parameters
    ----------
    place
        The file, or the URL.
    keys
        File of the keys under which secrets are sealed; beside the file of the state if not said.

    Raises
    ------
    TanluError
        TL670 when it cannot be opened.
    """
    url = str(place)
    if "://" not in url:
        Path(url).parent.mkdir(parents=True, exist_ok=True)
        keys = keys or Path(url).with_suffix(".key")
        url = f"sqlite:///{url}"
    elif url.startswith(("postgresql://", "postgres://")):
        # the driver that the extra brings
        url = "postgresql+psycopg://" + url.partition("://")[2]
    try:
        # what was asked for stands in no message of an error, and so in no log
        engine = create_engine(url, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _sqlite)
        _lay_out(engine)
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        # the URL may hold a password: it is not repeated
        raise TanluError("TL670", value=url.partition("://")[0], why=_short(error)) from None
    return State(engine, Seals(keys))


def _lay_out(engine: Engine) -> None:
    """Make the tables that are not there, all of them or none."""
    if engine.dialect.name != "sqlite":
        METADATA.create_all(engine)
        return
    # who only opens does not wait for who writes
    if {table.name for table in METADATA.sorted_tables} <= set(inspect(engine).get_table_names()):
        return
    with engine.begin() as connection:
        # the driver begins by itself for rows alone, and each table would wait for the disk
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        METADATA.create_all(connection)


def _sqlite(connection: Any, _: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _short(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]


class State:
    """The relational state of a server; one for a process, used by several threads."""

    def __init__(self, engine: Any, seals: Seals) -> None:
        self.engine = engine
        self.seals = seals

    @contextlib.contextmanager
    def of(self, tenant: str) -> Iterator[Scoped]:
        """Give a handle on one tenant's rows; what was written holds when the context ends well."""
        with self.engine.begin() as connection:
            yield Scoped(connection, tenant, self.seals)

    @contextlib.contextmanager
    def everywhere(self) -> Iterator[Everywhere]:
        """Give a handle above the tenants, for who logs in and for housekeeping."""
        with self.engine.begin() as connection:
            yield Everywhere(connection, self.seals)

    def rekey(self) -> int:
        """Seal all secrets under a new key and give how many rows have some.

        A server that runs takes the new key with the next secret. What it seals meanwhile under
        the key before it can be read until keys change once more.
        """
        self.seals.renew()
        count = 0
        with self.everywhere() as state:
            for table in METADATA.sorted_tables:
                names = sealed(table)
                for row in state.rows(table) if names else ():
                    this = [column == row[column.name] for column in table.primary_key]
                    values = {name: row[name] for name in names if row[name] is not None}
                    if values:
                        count += state.of(row["tenant"]).change(table, values, *this)
        self.seals.forget()
        return count

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()
