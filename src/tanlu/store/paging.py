"""Pages: rows that hold at a version, a few at a time, in an order that never changes.

A place is the number of a row among all rows of the table up to a version, those that no longer
hold among them. Parts never change and a version never gets others, so that whoever goes on from a
place at the same version meets each row once, whatever is appended in the meantime.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.store.ledger.current import PLACE, current, overlapping, within
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from tanlu.store.ledger.manifest import PartEntry
    from tanlu.store.workspace import Workspace

__all__ = ["Page", "page"]

# so many rows are looked through at first; where few match, twice as many the next time
STEP, MOST = 131_072, 4_194_304


class Page(NamedTuple):
    """Rows, and the place from which on the next ones stand; None after the last."""

    rows: pl.DataFrame
    after: int | None


def page(
    workspace: Workspace,
    table: str,
    *,
    version: int,
    after: int = 0,
    limit: int,
    columns: Sequence[str] | None = None,
    matching: pl.Expr | None = None,
    subject: str | None = None,
    between: tuple[int, int] | None = None,
) -> Page:
    """Give the next rows of a table that hold, without reading further than they stand.

    Parameters
    ----------
    version
        Ledger version, the same for all pages.
    after
        Where the page before ended; 0 for the first.
    limit
        Greatest count of rows.
    columns
        Columns to give, all of the schema if not said.
    matching
        Which rows.
    subject, between
        As for `Workspace.scan`.
    """
    import polars as pl

    wanted = list(columns or schema(table).names)
    found = [schema(table).empty().select(wanted)]
    missing = limit
    for start, parts in _steps(workspace, table, version, after, (subject, between)):
        first = max(after - start, 0)
        rows = current(workspace.path, workspace.manifest, table, parts, version, first=first)
        if subject is not None:
            rows = rows.filter(pl.col("subject") == subject)
        if between is not None:
            rows = rows.filter(overlapping(table, between))
        if matching is not None:
            rows = rows.filter(matching)
        some = rows.select(*wanted, PLACE).head(missing + 1).collect(engine="streaming")
        if some.height > missing:
            found.append(some.head(missing).select(wanted))
            return Page(pl.concat(found), start + int(some[PLACE][missing]))
        found.append(some.select(wanted))
        missing -= some.height
    return Page(pl.concat(found), None)


def _steps(
    workspace: Workspace,
    table: str,
    version: int,
    after: int,
    asked: tuple[str | None, tuple[int, int] | None],
) -> Iterator[tuple[int, list[PartEntry]]]:
    """Give runs of parts to look through, each with the place of its first row."""
    every = workspace.manifest.parts(table, version)
    there = {part.file for part in within(every, *asked)} - workspace.manifest.retired
    start = place = 0
    run: list[PartEntry] = []
    step, rows = STEP, 0
    for part in every:
        if part.file in there and place + part.rows > after:
            if not run:
                start = place
            run.append(part)
            rows += part.rows
        place += part.rows
        ended = part.file not in there
        if run and (ended or rows >= step):
            yield start, run
            run, rows, step = [], 0, min(step * 2, MOST)
    if run:
        yield start, run
