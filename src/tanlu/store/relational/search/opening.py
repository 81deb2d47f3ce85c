"""Opening an index: a file of SQLite for each organisation, or tables of PostgreSQL."""

from __future__ import annotations

import contextlib
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, delete, event, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from tanlu.store.relational.search import grams
from tanlu.store.relational.search.asking import ask
from tanlu.store.relational.search.rows import COLUMNS, FORM
from tanlu.store.relational.tables.search import BUILT, DERIVED, PLACES, SHIPMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine

    from tanlu.store.relational.opening import State
    from tanlu.store.relational.search.asking import Found, Wanted

__all__ = ["Index", "open_index"]

ENDING = ".db"
# it is derived: after a loss of power it is built again
WALKED = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "mmap_size=8589934592")
BUILDING = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-262144", "temp_store=MEMORY")
SLICE = 20_000
# so many rows are removed or named in one statement
AT_ONCE = 500


def open_index(state: State, folder: Path, tenant: str) -> Index:
    """Give the index of an organisation: in a folder of its own, or beside its state.

    Parameters
    ----------
    state
        The relational state; where it is PostgreSQL the index stands there, else in ``folder``.
    folder
        Folder of the indexes.
    tenant
        The organisation.
    """
    if state.engine.dialect.name == "sqlite":
        return _Filed(folder / tenant, tenant)
    return _Shared(state.engine, tenant)


class Index(ABC):
    """The index of one organisation; used by several threads, written by one at a time."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self._writing = threading.Lock()

    @abstractmethod
    def _reading(self) -> contextlib.AbstractContextManager[Connection | None]:
        """Give a connection that reads the index that is whole; None while there is none."""

    def built(self) -> dict[str, Any] | None:
        """Give ledger, profile, version, rows and at of what is there; None for nothing of use."""
        with self._reading() as connection:
            if connection is None:
                return None
            asked = select(BUILT).where(BUILT.c.tenant == self.tenant, BUILT.c.form == FORM)
            found = connection.execute(asked).mappings().first()
            return dict(found) if found else None

    def ask(self, wanted: Wanted) -> Found | None:
        """Give a page of what is sought; None where nothing is built yet."""
        with self._reading() as connection:
            return None if connection is None else ask(connection, self.tenant, wanted)

    def places(self, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Give the names, in English and Chinese, of those places that have some."""
        sought = sorted(set(codes))
        with self._reading() as connection:
            if connection is None or not sought:
                return {}
            asked = select(PLACES.c.code, PLACES.c.name, PLACES.c.name_zh).where(
                PLACES.c.tenant == self.tenant, PLACES.c.code.in_(sought)
            )
            return {code: (name, zh) for code, name, zh in connection.execute(asked)}

    @abstractmethod
    def rebuild(
        self, slices: Iterable[Sequence[tuple[Any, ...]]], about: Mapping[str, Any]
    ) -> Iterator[int]:
        """Build it anew from rows of `COLUMNS`, giving after each slice how many rows are there.

        What was there answers until the new one is whole.
        """

    @abstractmethod
    def carry(
        self, gone: Sequence[str], rows: Sequence[tuple[Any, ...]], about: Mapping[str, Any]
    ) -> None:
        """Replace the rows of some subjects, all at once; ``gone`` has those of ``rows`` too."""

    @abstractmethod
    def learn(self, names: Mapping[str, tuple[str, str]]) -> None:
        """Keep the names of places."""

    @abstractmethod
    def drop(self) -> None:
        """Drop all of it; it can be built again."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open."""

    # ── shared by both ──

    def _enter(
        self, connection: Connection, first: int, rows: Sequence[tuple[Any, ...]]
    ) -> list[int]:
        """Write rows from a number on; give their numbers."""
        numbers = list(range(first, first + len(rows)))
        made = [
            {"number": at, "tenant": self.tenant, **dict(zip(COLUMNS, row, strict=True))}
            for at, row in zip(numbers, rows, strict=True)
        ]
        if made:
            connection.execute(insert(SHIPMENTS), made)
        return numbers

    def _next(self, connection: Connection) -> int:
        return int(connection.execute(select(func.max(SHIPMENTS.c.number))).scalar() or 0) + 1

    def _mark(self, connection: Connection, about: Mapping[str, Any]) -> None:
        rows = select(func.count()).select_from(SHIPMENTS).where(SHIPMENTS.c.tenant == self.tenant)
        told = {"tenant": self.tenant, "form": FORM, "at": time.time_ns() // 1000, **about}
        told["rows"] = int(connection.execute(rows).scalar_one())
        connection.execute(delete(BUILT).where(BUILT.c.tenant == self.tenant))
        connection.execute(insert(BUILT), [told])

    def _name(self, connection: Connection, names: Mapping[str, tuple[str, str]]) -> None:
        known = set(
            connection.execute(
                select(PLACES.c.code).where(PLACES.c.tenant == self.tenant)
            ).scalars()
        )
        new = [
            {"tenant": self.tenant, "code": code, "name": name, "name_zh": zh}
            for code, (name, zh) in names.items()
            if code not in known
        ]
        if new:
            connection.execute(insert(PLACES), new)

    def _take(self, connection: Connection, subjects: Sequence[str]) -> list[tuple[int, str]]:
        """Remove the rows of subjects; give their numbers and texts."""
        found: list[tuple[int, str]] = []
        mine = SHIPMENTS.c.tenant == self.tenant
        for at in range(0, len(subjects), AT_ONCE):
            some = SHIPMENTS.c.subject.in_(subjects[at : at + AT_ONCE])
            asked = select(SHIPMENTS.c.number, SHIPMENTS.c.text).where(mine, some)
            found += [(number, text_) for number, text_ in connection.execute(asked)]
            connection.execute(delete(SHIPMENTS).where(mine, some))
        return found


class _Filed(Index):
    """A file of SQLite; a rebuild makes another one, and the newest whole one answers."""

    def __init__(self, folder: Path, tenant: str) -> None:
        super().__init__(tenant)
        self.folder = folder
        self._opening = threading.Lock()
        self._engine: Engine | None = None
        self._open_file: Path | None = None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        engine = self._open()
        if engine is None:
            yield None
            return
        with engine.connect() as connection:
            yield connection

    def rebuild(
        self, slices: Iterable[Sequence[tuple[Any, ...]]], about: Mapping[str, Any]
    ) -> Iterator[int]:
        with self._writing:
            self.folder.mkdir(parents=True, exist_ok=True)
            past = self._files()
            draft = self.folder / f"{_number(past) + 1:08d}.part"
            for left in self.folder.glob("*.part*"):
                left.unlink()
            engine = _engine(draft, BUILDING)
            try:
                yield from self._fill(engine, slices, about)
            finally:
                engine.dispose()
            draft.replace(draft.with_suffix(ENDING))
            self._changed()
            for path in past:
                _unlink(path)

    def _fill(
        self, engine: Engine, slices: Iterable[Sequence[tuple[Any, ...]]], about: Mapping[str, Any]
    ) -> Iterator[int]:
        with engine.connect() as connection:
            DERIVED.create_all(connection)
            grams.begin(connection)
            # they are written once, when all rows are there
            for index in SHIPMENTS.indexes:
                index.drop(connection)
            done = 0
            for rows in slices:
                for at in range(0, len(rows), SLICE):
                    some = rows[at : at + SLICE]
                    numbers = self._enter(connection, done + 1, some)
                    place = COLUMNS.index("text")
                    pairs = [(n, row[place]) for n, row in zip(numbers, some, strict=True)]
                    grams.add(connection, pairs, tally=False)
                    done += len(some)
                    yield done
            grams.shrink(connection)
            grams.count(connection)
            for index in SHIPMENTS.indexes:
                index.create(connection)
            self._mark(connection, about)
            connection.commit()
        yield done

    def carry(
        self, gone: Sequence[str], rows: Sequence[tuple[Any, ...]], about: Mapping[str, Any]
    ) -> None:
        engine = self._open()
        if engine is None:
            return
        place = COLUMNS.index("text")
        with self._writing, engine.begin() as connection:
            removed = self._take(connection, gone)
            if removed:
                grams.remove(connection, removed)
            numbers = self._enter(connection, self._next(connection), rows)
            pairs = [(n, row[place]) for n, row in zip(numbers, rows, strict=True)]
            if pairs:
                grams.add(connection, pairs, tally=True)
            self._mark(connection, about)

    def learn(self, names: Mapping[str, tuple[str, str]]) -> None:
        engine = self._open()
        if engine is not None:
            with self._writing, engine.begin() as connection:
                self._name(connection, names)

    def drop(self) -> None:
        with self._writing:
            files = self._files()
            self._changed()
            for path in files:
                _unlink(path)

    def close(self) -> None:
        self._changed()

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{ENDING}"))

    def _open(self) -> Engine | None:
        # another process may have built a newer one
        files = self._files()
        newest = files[-1] if files else None
        with self._opening:
            if newest != self._open_file:
                self._let_go()
                self._engine = None if newest is None else _engine(newest, WALKED)
                self._open_file = newest
            return self._engine

    def _changed(self) -> None:
        with self._opening:
            self._let_go()

    def _let_go(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine = self._open_file = None


class _Shared(Index):
    """Tables of PostgreSQL that all organisations share, each row with its own."""

    def __init__(self, engine: Engine, tenant: str) -> None:
        super().__init__(tenant)
        self._engine = engine
        DERIVED.create_all(engine)
        # where the extension may not be made, a search reads the rows in their order
        with contextlib.suppress(SQLAlchemyError), engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(text(
                "CREATE INDEX IF NOT EXISTS search_text ON search_shipment "
                "USING gin (text gin_trgm_ops)"
            ))  # fmt: skip

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        with self._engine.connect() as connection:
            mine = select(BUILT.c.form).where(BUILT.c.tenant == self.tenant)
            yield connection if connection.execute(mine).scalar() == FORM else None

    def rebuild(
        self, slices: Iterable[Sequence[tuple[Any, ...]]], about: Mapping[str, Any]
    ) -> Iterator[int]:
        with self._writing, self._engine.begin() as connection:
            _alone(connection)
            for table in (SHIPMENTS, PLACES, BUILT):
                connection.execute(delete(table).where(table.c.tenant == self.tenant))
            done, first = 0, self._next(connection)
            for rows in slices:
                self._enter(connection, first + done, rows)
                done += len(rows)
                yield done
            self._mark(connection, about)
        yield done

    def carry(
        self, gone: Sequence[str], rows: Sequence[tuple[Any, ...]], about: Mapping[str, Any]
    ) -> None:
        with self._writing, self._engine.begin() as connection:
            _alone(connection)
            self._take(connection, gone)
            self._enter(connection, self._next(connection), rows)
            self._mark(connection, about)

    def learn(self, names: Mapping[str, tuple[str, str]]) -> None:
        with self._writing, self._engine.begin() as connection:
            self._name(connection, names)

    def drop(self) -> None:
        with self._writing, self._engine.begin() as connection:
            for table in (SHIPMENTS, PLACES, BUILT):
                connection.execute(delete(table).where(table.c.tenant == self.tenant))

    def close(self) -> None:
        """Leave the connections to the state that they are of."""


def _alone(connection: Connection) -> None:
    """Let one process at a time give numbers."""
    connection.execute(text("LOCK TABLE search_built IN SHARE ROW EXCLUSIVE MODE"))


def _engine(path: Path, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    def begun(connection: Any, _: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", begun)
    return engine


def _number(files: Sequence[Path]) -> int:
    return int(files[-1].stem) if files else 0


def _unlink(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        each.unlink(missing_ok=True)
