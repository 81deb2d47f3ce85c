"""Pages of events that a query finds, at one version of the ledger, and where the next begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tanlu.errors import TanluError
from tanlu.store.index import find
from tanlu.terms import schema
from tanlu.track.events.hashing import namespaces
from tanlu.track.events.queries.narrowing import FEW, Narrowed, narrowed
from tanlu.track.events.queries.parameters import Query

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace

__all__ = ["Page", "Place", "page"]

ROW = "_row"
# events looked into at once, at first and at most
FIRST, LAST = 64, 1 << 14
# so many events may be looked into for one page before a query is too complex
LOOKED = 2_000_000


class Place(NamedTuple):
    """Where a page ended: the value that it is ordered by, the row, how many events are left."""

    value: int
    row: int
    left: int | None = None


class Page(NamedTuple):
    """Events of one page in the schema ``epcis``, and where the next one begins if there is one.

    ``version`` is that of the ledger: the next page is asked of the same.
    """

    epcis: pl.DataFrame
    following: Place | None
    version: int


def page(
    workspace: Workspace,
    query: Query,
    *,
    size: int,
    after: Place | None = None,
    as_of: int | None = None,
    since: int = 0,
) -> Page:
    """Give a page of the events that a query finds.

    Parameters
    ----------
    workspace
        The ledger.
    query
        What `read_query` gives.
    size
        Events of a page at most.
    after
        Where the page before ended, with its version in ``as_of``.
    since
        Only events that came into the ledger after this version.

    Raises
    ------
    TanluError
        TL444 when more events are found than the query's maxEventCount, or when more would have
        to be looked into than one page may cost.
    """
    version = workspace.at(as_of)
    left = query.limit if after is None else after.left
    size = size if left is None else min(size, left)
    sought = narrowed(workspace, query, version)
    source = _source(workspace, sought, (since, version))
    if query.most is not None and after is None:
        held = len(list(_found(source, query, sought, (query.most + 1, None))))
        if held > query.most:
            raise TanluError("TL444", value=f"> {query.most}", why="maxEventCount")
    found = list(_found(source, query, sought, (size + 1, after)))
    taken = found[:size]
    more = len(found) > size and (left is None or left > size)
    following = None
    if more:
        value, row = taken[-1]
        following = Place(value, row, None if left is None else left - size)
    return Page(source.rows([row for _, row in taken]), following, version)


# ── where the rows come from ──


class _Held:
    """Some events, read by their identities."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self._rows = rows

    def lazy(self) -> pl.LazyFrame:
        return self._rows.lazy()

    def rows(self, numbers: Sequence[int]) -> pl.DataFrame:
        return self._rows[list(numbers)].drop(ROW)


class _Whole:
    """All events of a version; what a page needs of them is read from their parts."""

    def __init__(
        self, workspace: Workspace, versions: tuple[int, int], ids: frozenset[str] | None
    ) -> None:
        import polars as pl

        since, version = versions
        self._workspace, self._version, self._ids = workspace, version, ids
        parts = workspace.parts("epcis", version)
        self._parts = [part for part in parts if part.version > since]
        gone = workspace.scan("retraction", columns=["of"], as_of=version)
        # rows are numbered as they stand in the parts, unless some of them no longer hold
        self._plain = gone.filter(pl.col("of") == "epcis").head(1).collect().is_empty()

    def lazy(self) -> pl.LazyFrame:
        import polars as pl

        rows = self._workspace.scan(
            "epcis", as_of=self._version, raw=self._plain, only=self._parts
        ).with_row_index(ROW)
        if self._ids is None:
            return rows
        return rows.filter(pl.col("event_id").is_in(list(self._ids)))

    def rows(self, numbers: Sequence[int]) -> pl.DataFrame:
        """Give rows by their numbers, in that order."""
        import polars as pl

        if not numbers:
            return schema("epcis").empty()
        asked = pl.Series(ROW, numbers, dtype=pl.UInt32)
        found = pl.concat(self._pieces(asked)) if self._plain else (
            self.lazy().filter(pl.col(ROW).is_in(asked.implode())).collect()
        )  # fmt: skip
        order = pl.DataFrame({ROW: asked})
        return order.join(found, on=ROW, how="left", maintain_order="left").drop(ROW)

    def _pieces(self, asked: pl.Series) -> Iterator[pl.DataFrame]:
        """Give the rows part by part: only the parts that hold some are opened."""
        import polars as pl

        first = 0
        for part in self._parts:
            mine = asked.filter((asked >= first) & (asked < first + part.rows))
            if mine.len():
                rows = self._workspace.scan("epcis", raw=True, only=[part]).with_row_index(ROW)
                low, high = int(mine.min()) - first, int(mine.max()) - first  # type: ignore[arg-type]
                near = rows.slice(low, high - low + 1)
                here = (mine - first).implode()
                yield (
                    near.filter(pl.col(ROW).is_in(here)).with_columns(pl.col(ROW) + first).collect()
                )
            first += part.rows


def _source(workspace: Workspace, sought: Narrowed, versions: tuple[int, int]) -> _Held | _Whole:
    import polars as pl

    if sought.ids is None or len(sought.ids) > FEW:
        return _Whole(workspace, versions, sought.ids)
    since, version = versions
    asked = {"event_id": sorted(sought.ids)}
    rows = find(workspace, "epcis", asked, as_of=version, placed=True)
    rows = rows.filter(pl.col("_version") > since).select(schema("epcis").names)
    return _Held(rows.with_row_index(ROW))


# ── what of it fits ──


def _found(
    source: _Held | _Whole, query: Query, sought: Narrowed, bounds: tuple[int, Place | None]
) -> Iterator[tuple[int, int]]:
    """Give the order's value and the row of each event that fits, in order, so many at most."""
    import polars as pl

    most, after = bounds
    rows = source.lazy().filter(*sought.filters, *_told(sought)) if (
        sought.filters or sought.texts
    ) else source.lazy()  # fmt: skip
    value = pl.lit(0, pl.Int64) if query.order is None else pl.col(query.order)
    keys = rows.select(value.alias("_value"), ROW)
    if after is not None:
        keys = keys.filter(_behind(query, after))
    if query.order is not None:
        descending = [query.descending, False]
        keys = keys.sort("_value", ROW, descending=descending)
    if not sought.checks:
        yield from keys.head(most).collect().rows()
        return
    yield from _checked(source, keys.collect(), sought, most)


def _told(sought: Narrowed) -> Iterator[pl.Expr]:
    """Give the filters on what stands in the documents."""
    import polars as pl

    for group in sought.texts:
        if len(group) == 1:
            yield pl.col("document").str.contains(group[0], literal=True)
        else:
            yield pl.col("document").str.contains_any(list(group))


def _behind(query: Query, after: Place) -> pl.Expr:
    import polars as pl

    value, later = pl.col("_value"), pl.col(ROW) > after.row
    if query.order is None:
        return later
    beyond = value < after.value if query.descending else value > after.value
    return beyond | ((value == after.value) & later)


def _checked(
    source: _Held | _Whole, keys: pl.DataFrame, sought: Narrowed, most: int
) -> Iterator[tuple[int, int]]:
    """Give those of some events that hold what only the whole event tells."""
    given = start = 0
    size = FIRST
    while start < keys.height:
        if start >= LOOKED:
            raise TanluError("TL444", value=f"> {LOOKED}", why="events to be looked into")
        piece = keys[start : start + size]
        rows = source.rows(piece[ROW].to_list())
        held = zip(piece.rows(), rows["document"], rows["context"], strict=True)
        for key, document, context in held:
            if _holds(document, context, sought):
                yield key
                given += 1
                if given >= most:
                    return
        start, size = start + size, min(2 * size, LAST)


def _holds(document: str, context: str | None, sought: Narrowed) -> bool:
    event = msgspec.json.decode(document)
    prefixes = _prefixes(context)
    own = event.get("@context")
    if own is not None:
        prefixes = {**prefixes, **namespaces(own)}
    return all(check(event, prefixes) for check in sought.checks)


_CONTEXTS: dict[str, dict[str, str]] = {}


def _prefixes(context: str | None) -> dict[str, Any]:
    """Give the prefixes of a document's context, from memory where it was met a moment ago."""
    if context is None:
        return {}
    found = _CONTEXTS.get(context)
    if found is None:
        if len(_CONTEXTS) > FEW:
            _CONTEXTS.clear()
        found = _CONTEXTS[context] = namespaces(msgspec.json.decode(context))
    return found
