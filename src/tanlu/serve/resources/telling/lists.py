"""Lists of a table's rows: a page of JSON, or all rows in a form for many of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi.responses import Response, StreamingResponse

from tanlu.serve.api.following import linked
from tanlu.serve.resources.asking.look import Look
from tanlu.serve.resources.telling.cells import chosen, items
from tanlu.serve.resources.telling.forms import BULK, form_of, streamed
from tanlu.store import page
from tanlu.terms import schema, time

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Cut", "listed", "page_of"]

JSON = "application/json"
# a row has some sixty columns: more at once is no faster, and several copies of it are held
BATCH = 8_192


class Cut(NamedTuple):
    """Which rows of a table are asked for."""

    equal: Mapping[str, str | None]
    period: str | None = None
    columns: str | None = None

    def matching(self, zone: str) -> tuple[pl.Expr | None, tuple[int, int] | None]:
        """Give the condition, and the half-open time [us UTC] where a period is asked for.

        As in reports a row belongs to the period in which it starts; a kind has those below it.
        """
        import polars as pl

        found = [_is(name, value) for name, value in self.equal.items() if value is not None]
        span = None
        if self.period is not None:
            span = time.period(self.period, zone)
            found.append(pl.col("start").is_between(*span, closed="left"))
        return (pl.all_horizontal(found) if found else None), span


def _is(name: str, value: str) -> pl.Expr:
    import polars as pl

    if name == "kind":
        return (pl.col(name) == value) | pl.col(name).str.starts_with(f"{value}.")
    return pl.col(name) == value


def listed(look: Look, table: str, cut: Cut) -> Response:
    """Give rows of a table as the asker wants them: a page, or all in one stream."""
    form = form_of(look.asked.request)
    columns = chosen(table, cut.columns, schema(table).names[0])
    matching, span = cut.matching(look.workspace.zone)
    asked: dict[str, Any] = {"columns": columns, "matching": matching, "between": span}
    if form not in BULK:
        return page_of(look, table, asked)
    if look.known is not None:
        return look.known

    def sink(path: Path) -> None:
        rows = look.workspace.scan(table, as_of=look.version, between=span)
        kept = rows if matching is None else rows.filter(matching)
        kept.select(columns).sink_parquet(path)

    found = streamed(form, table, _batches(look, table, asked), sink)
    return StreamingResponse(found, headers=look.headers(), media_type=form)


def _batches(look: Look, table: str, asked: Mapping[str, Any]) -> Iterator[pl.DataFrame]:
    after: int | None = int(look.place)
    while after is not None:
        rows, after = page(
            look.workspace, table, version=look.version, after=after, limit=BATCH, **asked
        )
        yield rows


def page_of(look: Look, table: str, asked: Mapping[str, Any]) -> Response:
    """Give a page of a table's rows as JSON, with where the next one is."""
    if look.known is not None:
        return look.known
    rows, after = page(
        look.workspace, table, version=look.version, after=int(look.place), limit=look.limit,
        **asked,
    )  # fmt: skip
    return paged_answer(look, items(table, rows), after)


def paged_answer(look: Look, found: bytes, after: int | str | None) -> Response:
    """Give a page of JSON around items that are ready, with Link and cursor."""
    following = None if after is None else look.next(after)
    headers = {**look.headers(), **linked(following)}
    tail = json.dumps({"next": following, "ledger_version": look.version})
    body = b'{"items":' + found + b"," + tail[1:].encode()
    return Response(body, headers=headers, media_type=JSON)
