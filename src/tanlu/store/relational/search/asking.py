"""Asking an index: which way is shortest, and a page by it.

Few candidates are all read and ordered. Many are met soon by walking in the order asked for, which
opens at most `WALKED` rows; where the order runs against the words, the lists of trigrams are read
whole after all. PostgreSQL chooses for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    column,
    func,
    literal_column,
    select,
    text,
    tuple_,
)

from tanlu.store.relational.search import grams
from tanlu.store.relational.search.rows import COLUMNS, NOTHING, PARTED, SORTS, marks, words
from tanlu.store.relational.tables.search import BUILT, SHIPMENTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tanlu.store.relational.search.grams import Candidates

__all__ = ["Found", "Wanted", "ask"]

# rows that a walk opens before it gives up
WALKED = 15_000
SHORT = 1_000
COUNTED = 10_000
GIVEN = tuple(SHIPMENTS.c[name] for name in COLUMNS if name != "text")
NUMBER = SHIPMENTS.c.number


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sought: words, filters, an order and the end of the page before.

    ``modes`` are bits of which a shipment has one; ``tier`` the place of its weakest leg's in
    `TIERS`; ``between`` a half-open time [µs UTC] in which it starts; ``after`` the sorted value
    and the subject of the last row that was given.
    """

    question: str = ""
    sort: str = "date"
    descending: bool = True
    after: tuple[Any, str] | None = None
    limit: int = 50
    modes: int = 0
    tier: int | None = None
    payer: str | None = None
    between: tuple[int, int] | None = None
    findings: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page: its rows, whether more follow, and how many there are in all.

    ``exact`` tells whether ``count`` was counted; else it is an estimate.
    """

    rows: list[dict[str, Any]]
    more: bool
    count: int
    exact: bool
    version: int


def ask(connection: Connection, tenant: str, wanted: Wanted) -> Found:
    """Give a page of the shipments of an organisation."""
    built = connection.execute(
        select(BUILT.c.rows, BUILT.c.version).where(BUILT.c.tenant == tenant)
    ).one_or_none()
    rows, version = built or (0, 0)
    asked = _Asked(connection, tenant, wanted, rows)
    if connection.dialect.name == "sqlite":
        found, count, exact = asked.by_grams()
    else:
        found = asked.page()
        count, exact = asked.count()
    return Found(found[: wanted.limit], len(found) > wanted.limit, count, exact, version)


class _Asked:
    """One question and the ways to its answer."""

    def __init__(self, connection: Connection, tenant: str, wanted: Wanted, rows: int) -> None:
        self.connection, self.tenant, self.wanted, self.rows = connection, tenant, wanted, rows
        self.sought = words(wanted.question)
        self.by = SHIPMENTS.c[SORTS[wanted.sort]]
        sqlite = connection.dialect.name == "sqlite"
        self.filters = (SHIPMENTS.c.tenant == tenant, *_filters(wanted, sqlite=sqlite))
        self.holding = [_within(SHIPMENTS.c.text, word, sqlite=sqlite) for word in self.sought]

    def page(self) -> list[dict[str, Any]]:
        """Give the next rows in order, one more than asked for."""
        return self._rows(self._walk(self.wanted.limit + 1, self._cursor()))

    def count(self) -> tuple[int, bool]:
        """Give how many rows there are; above a bound they are not counted to the end."""
        criteria = (*self.filters, *self.holding)
        if len(criteria) == 1:
            return self.rows, True
        inner = select(NUMBER).where(*criteria).limit(COUNTED + 1).subquery()
        found = self.connection.execute(select(func.count()).select_from(inner)).scalar_one()
        return int(found), found <= COUNTED

    def by_grams(self) -> tuple[list[dict[str, Any]], int, bool]:
        """Give the page and the count, in SQLite."""
        wanted = self.wanted
        marked = marks(wanted.modes, wanted.tier, findings=wanted.findings)
        paid = words(wanted.payer or "")
        could = grams.candidates(self.connection, self.sought, [*marked, *paid], self.rows)
        if could.match is None and not self.sought:
            return self.page(), *self.count()
        page = wanted.limit + 1
        few = max(isqrt(page * self.rows), page)
        expected = int(self.rows * could.words * could.marks)
        if could.match is not None and expected <= few:
            found = self._few(could, 4 * few)
            if found is not None:
                return self._rows(found[0][:page]), found[1], True
        met = self._met(could, page)
        if met is None:
            met = self._all(could, page)
        return self._rows(met), expected, False

    def _few(self, could: Candidates, most: int) -> tuple[list[tuple[Any, int]], int] | None:
        """Give what follows and the count of all, or None when there are more than expected."""
        asked = self._listed(could).limit(most + 1)
        found = [(value, number) for value, number in self.connection.execute(asked)]
        count = len(found)
        if count > most:
            return None
        cursor = self._cursor()
        if cursor is not None:
            found = [e for e in found if (e < cursor if self.wanted.descending else e > cursor)]
        return sorted(found, reverse=self.wanted.descending), count

    def _met(self, could: Candidates, page: int) -> list[tuple[Any, int]] | None:
        """Walk in the order; None when too little was met on the way."""
        cursor = self._cursor()
        if could.match is None:
            return self._walk(page, cursor)
        # where words and order have nothing to do with each other a sixth of it is enough
        steps = int(6 * page / max(could.words, page / WALKED))
        asked = self._ordered(cursor).offset(min(max(steps, SHORT), WALKED)).limit(1)
        end = self.connection.execute(asked).one_or_none()
        if end is None:
            return self._walk(page, cursor)
        found = self._walk(page, cursor, self._before(tuple(end)))
        return found if len(found) == page else None

    def _all(self, could: Candidates, page: int) -> list[tuple[Any, int]]:
        """Read the lists of the trigrams whole and order what holds the words."""
        past = self._past(self._cursor())
        asked = self._listed(could).where(*past).order_by(*self._order()).limit(page)
        return [(value, number) for value, number in self.connection.execute(asked)]

    def _listed(self, could: Candidates) -> Any:
        """Give the statement of values and numbers of the rows that the lists name."""
        listed = text("SELECT rowid FROM search_gram WHERE search_gram MATCH :match")
        numbers = listed.bindparams(match=could.match).columns(column("rowid", Integer))
        # a plus keeps the engine from walking the organisation's rows instead
        mine = literal_column("+search_shipment.tenant") == self.tenant
        return select(self.by, NUMBER).where(
            NUMBER.in_(numbers.subquery().select()), mine, *self.filters[1:], *self.holding
        )

    def _walk(
        self, limit: int, cursor: tuple[Any, int] | None, *criteria: ColumnElement[bool]
    ) -> list[tuple[Any, int]]:
        asked = self._ordered(cursor).where(*self.holding, *criteria).limit(limit)
        return [(value, number) for value, number in self.connection.execute(asked)]

    def _ordered(self, cursor: tuple[Any, int] | None) -> Any:
        asked = select(self.by, NUMBER).where(*self.filters, *self._past(cursor))
        return asked.order_by(*self._order())

    def _order(self) -> tuple[Any, Any]:
        if self.wanted.descending:
            return self.by.desc(), NUMBER.desc()
        return self.by.asc(), NUMBER.asc()

    def _past(self, cursor: tuple[Any, int] | None) -> tuple[ColumnElement[bool], ...]:
        if cursor is None:
            return ()
        here = tuple_(self.by, NUMBER)
        return (here < cursor if self.wanted.descending else here > cursor,)

    def _before(self, end: tuple[Any, int]) -> ColumnElement[bool]:
        here = tuple_(self.by, NUMBER)
        return here > end if self.wanted.descending else here < end

    def _cursor(self) -> tuple[Any, int] | None:
        """Give value and number of the last row given; its number may be another one by now."""
        if self.wanted.after is None:
            return None
        value, subject = self.wanted.after
        asked = select(NUMBER).where(
            SHIPMENTS.c.tenant == self.tenant, SHIPMENTS.c.subject == subject
        )
        number = self.connection.execute(asked).scalar()
        return value, -1 if number is None else int(number)

    def _rows(self, met: list[tuple[Any, int]]) -> list[dict[str, Any]]:
        numbers = [number for _, number in met]
        asked = select(NUMBER, *GIVEN).where(NUMBER.in_(numbers))
        found = {row["number"]: dict(row) for row in self.connection.execute(asked).mappings()}
        return [_told(found[number]) for number in numbers]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value == NOTHING else value for name, value in row.items()}


def _within(column: ColumnElement[str], part: str, *, sqlite: bool) -> ColumnElement[bool]:
    # of the two only this looks a sign up as it is; of PostgreSQL only the other is indexed
    return func.instr(column, part) > 0 if sqlite else column.contains(part, autoescape=True)


def _filters(wanted: Wanted, *, sqlite: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    table = SHIPMENTS.c
    if wanted.modes:
        found.append(table.modes.op("&")(wanted.modes) != 0)
    if wanted.tier is not None:
        found.append(table.tier == wanted.tier)
    if wanted.findings is not None:
        found.append(table.findings > 0 if wanted.findings else table.findings == 0)
    if wanted.payer is not None:
        named = f"{PARTED}{wanted.payer}{PARTED}"
        found.append(_within(table.payers, named, sqlite=sqlite))
    if wanted.between is not None:
        # a plus keeps the engine from another index than that of the order
        when = table.start if wanted.sort == "date" else literal_column("+search_shipment.start")
        found.append(and_(when >= wanted.between[0], when < wanted.between[1]))
    return found
