"""Routes of named queries: kept, shown, asked, taken away with those who are told of them."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.exchange.epcis.asking import READERS, SIMPLE, asked_of, events_found
from tanlu.serve.exchange.epcis.bodies import read_object
from tanlu.serve.exchange.epcis.documenting import (
    ASKED,
    EVENTS_FOUND,
    MADE,
    NAMED,
    PAGED,
    QUERY,
    body,
    router_at,
)
from tanlu.serve.exchange.epcis.headers import agreed, answer, discovery, extensions
from tanlu.serve.exchange.epcis.paging import paging, turned
from tanlu.store.relational.tables.epcis import EPCIS_QUERIES, EPCIS_SUBSCRIPTIONS
from tanlu.track.events.queries import Query, read_query

__all__ = ["MAKERS", "named", "router"]

MAKERS = ("manager", "operator", "developer")
READ, WRITE = "epcis:read", "epcis:write"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}", re.ASCII)
MOST = 1000

router = router_at()


@router.options("/queries", status_code=204, summary="What named queries can")
def options_queries(asked: Asked = allow()) -> Response:  # noqa: ARG001
    """Give versions and forms in headers."""
    return discovery("GET", "POST", "OPTIONS")


@router.get("/queries", summary="Named queries", responses=QUERY, **PAGED)
def queries(asked: Asked = allow(*READERS, scope=READ)) -> Response:
    """Give a page of the named queries of the organisation."""
    agreed(asked.request)
    wished = paging(asked)
    criteria = [EPCIS_QUERIES.c.name > wished.token[0]] if wished.token else []
    with asked.state() as state:
        rows = state.rows(
            EPCIS_QUERIES, *criteria, order=(EPCIS_QUERIES.c.name,), limit=wished.size + 1
        )
    shown = rows[: wished.size]
    token = (shown[-1]["name"],) if len(rows) > wished.size else None
    return answer(asked.request, list(map(_shown, shown)), headers=turned(asked, token))


@router.post("/queries", status_code=201, summary="Keep a query under a name",
             response_class=Response, responses=MADE, **body(NAMED))  # fmt: skip
async def make_query(request: Request, asked: Asked = allow(*MAKERS, scope=WRITE)) -> Response:
    """Keep a query, so that it can be asked by its name and subscribed to."""
    held = await read_object(request)
    return await run_in_threadpool(_made, asked, held)


def _made(asked: Asked, held: dict[str, Any]) -> Response:
    agreed(asked.request)
    name, query = held.get("name"), held.get("query")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        why = "a name has 1 to 100 letters, digits and . _ ~ -"
        raise TanluError("TL443", column="name", value=str(name)[:100], why=why)
    if not isinstance(query, dict):
        raise TanluError("TL443", column="query", value=str(query)[:100], why="it is no object")
    prefixes = extensions(asked.request)
    read_query(query, prefixes=prefixes)
    if prefixes:
        # what the header declared holds whenever the query is asked
        own = query.get("@context", [])
        query = {**query, "@context": [*(own if isinstance(own, list) else [own]), prefixes]}
    who = asked.principal.identity if asked.principal else ""
    row = {
        "name": name, "query": json.dumps(query), "who": who,
        "created_us": time.time_ns() // 1000,
    }  # fmt: skip
    with asked.state() as state:
        if name == SIMPLE or state.one(EPCIS_QUERIES, EPCIS_QUERIES.c.name == name):
            raise TanluError("TL926", what="query", value=name)
        if state.count(EPCIS_QUERIES) >= MOST:
            raise TanluError("TL423", value=MOST, why="named queries")
        state.add(EPCIS_QUERIES, row)
    return answer(asked.request, _shown(row), 201, {"Location": f"/epcis/queries/{name}"})


@router.options("/queries/{queryName}", status_code=204, summary="What a named query can")
def options_query(queryName: str, asked: Asked = allow()) -> Response:  # noqa: ARG001, N803
    """Give versions and forms in headers."""
    return discovery("GET", "DELETE", "OPTIONS")


@router.get("/queries/{queryName}", summary="A named query", responses=QUERY)
def query(
    queryName: str,  # noqa: N803 - the name in the standard
    asked: Asked = allow(*READERS, scope=READ),
) -> Response:
    """Give what a named query asks."""
    return answer(asked.request, _shown(named(asked, queryName)))


@router.delete("/queries/{queryName}", status_code=204, summary="Take a named query away")
def drop_query(
    queryName: str,  # noqa: N803 - the name in the standard
    asked: Asked = allow(*MAKERS, scope=WRITE),
) -> Response:
    """Take a query away; nobody is told of it any more."""
    named(asked, queryName)
    with asked.state() as state:
        state.drop(EPCIS_SUBSCRIPTIONS, EPCIS_SUBSCRIPTIONS.c.query == queryName)
        state.drop(EPCIS_QUERIES, EPCIS_QUERIES.c.name == queryName)
    return Response(None, 204)


@router.options("/queries/{queryName}/events", status_code=204, summary="What its events can")
def options_query_events(queryName: str, asked: Asked = allow()) -> Response:  # noqa: ARG001, N803
    """Give versions and forms in headers."""
    return discovery("GET", "OPTIONS")


@router.get("/queries/{queryName}/events", summary="Events that a named query finds",
            responses=EVENTS_FOUND, **ASKED)  # fmt: skip
def query_events(
    queryName: str,  # noqa: N803 - the name in the standard
    asked: Asked = allow(*READERS, scope=READ),
) -> Response:
    """Give a page of what a named query finds; parameters beside it narrow it further."""
    more = asked_of(asked.request)
    if queryName == SIMPLE:
        return events_found(asked, more, name=SIMPLE)
    kept = read_query(json.loads(named(asked, queryName)["query"]))
    return events_found(asked, _both(kept, more), name=queryName)


def _both(kept: Query, more: Query) -> Query:
    """Give a query that asks what both ask; order and size are the kept one's where it has any."""
    plain = kept.order is None
    return Query(
        kept.conditions + more.conditions,
        more.order if plain else kept.order,
        more.descending if plain else kept.descending,
        _least(kept.limit, more.limit),
        _least(kept.most, more.most),
    )


def _least(one: int | None, other: int | None) -> int | None:
    said = [count for count in (one, other) if count is not None]
    return min(said) if said else None


def named(asked: Asked, name: str) -> dict[str, Any]:
    """Give the row of a named query; TL925 when there is none."""
    with asked.state() as state:
        row = state.one(EPCIS_QUERIES, EPCIS_QUERIES.c.name == name)
    if row is None:
        raise TanluError("TL925", what="query", value=name[:200])
    return row


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {"name": row["name"], "query": json.loads(row["query"])}
