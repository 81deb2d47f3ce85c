"""Routes of subscriptions: who is told of what a named query finds, and when."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.exchange.epcis.asking import READERS
from tanlu.serve.exchange.epcis.bodies import read_object
from tanlu.serve.exchange.epcis.documenting import MADE, PAGED, SUBSCRIPTION, TOLD, body, router_at
from tanlu.serve.exchange.epcis.headers import agreed, answer, discovery
from tanlu.serve.exchange.epcis.naming import MAKERS, named
from tanlu.serve.exchange.epcis.paging import paging, said, turned
from tanlu.serve.exchange.epcis.schedules import read_schedule
from tanlu.serve.exchange.epcis.telling import due_of
from tanlu.store.relational.tables.epcis import EPCIS_SUBSCRIPTIONS
from tanlu.track.events.queries import read_query

__all__ = ["router", "subscribe_routes"]

READ, WRITE = "epcis:read", "epcis:write"
MOST = 1000
FIELDS = frozenset(
    ("dest", "signatureToken", "stream", "schedule", "reportIfEmpty", "initialRecordTime")
)
LONGEST = 2000

PLACE = "/epcis/queries/{queryName}"

router = router_at(PLACE)


@router.options("/subscriptions", status_code=204, summary="What subscriptions can")
def options_subscriptions(queryName: str, asked: Asked = allow()) -> Response:  # noqa: ARG001, N803
    """Give versions and forms in headers."""
    return discovery("GET", "POST", "OPTIONS")


@router.get("/subscriptions", summary="Who is told of a query", responses=SUBSCRIPTION, **PAGED)
def subscriptions(
    queryName: str,  # noqa: N803 - the name in the standard
    asked: Asked = allow(*READERS, scope=READ),
) -> Response:
    """Give a page of the subscriptions of a named query."""
    agreed(asked.request)
    named(asked, queryName)
    wished = paging(asked)
    table = EPCIS_SUBSCRIPTIONS.c
    criteria = [table.query == queryName]
    if wished.token:
        criteria.append(table.subscription > wished.token[0])
    with asked.state() as state:
        rows = state.rows(
            EPCIS_SUBSCRIPTIONS, *criteria, order=(table.subscription,), limit=wished.size + 1
        )
    shown = rows[: wished.size]
    token = (shown[-1]["subscription"],) if len(rows) > wished.size else None
    return answer(asked.request, list(map(_shown, shown)), headers=turned(asked, token))


def subscribe_routes(told: bool) -> APIRouter:
    """Give the route by which one subscribes; ``told`` where there is somebody who sends."""
    made = router_at(PLACE)

    @made.post("/subscriptions", status_code=201, summary="Be told of what a query finds",
               response_class=Response, responses=MADE, **body(TOLD))  # fmt: skip
    async def subscribe(
        queryName: str,  # noqa: N803 - the name in the standard
        request: Request,
        asked: Asked = allow(*MAKERS, scope=WRITE),
    ) -> Response:
        """Subscribe: messages come to ``dest``, signed under ``signatureToken``."""
        held = await read_object(request)
        if not told:
            raise HTTPException(501, "messages are not sent from here")
        return await run_in_threadpool(_subscribed, asked, queryName, held)

    return made


def _subscribed(asked: Asked, name: str, held: dict[str, Any]) -> Response:
    agreed(asked.request)
    named(asked, name)
    now_us = time.time_ns() // 1000
    workspace = asked.workspace
    plan = _plan(held)
    schedule = None if plan is None else json.dumps(plan)
    initial = _initial(held.get("initialRecordTime"))
    row = {
        "subscription": uuid4().hex, "query": name,
        "who": asked.principal.identity if asked.principal else "",
        "dest": _dest(held.get("dest")), "secret": _secret(held.get("signatureToken")),
        "schedule": schedule, "if_empty": int(held.get("reportIfEmpty") is True),
        "initial_us": initial, "since": workspace.version if initial is None else 0,
        "due_us": due_of(schedule, now_us, workspace.zone), "failures": 0, "created_us": now_us,
        "told_us": None,
    }  # fmt: skip
    with asked.state() as state:
        if state.count(EPCIS_SUBSCRIPTIONS) >= MOST:
            raise TanluError("TL423", value=MOST, why="subscriptions")
        state.add(EPCIS_SUBSCRIPTIONS, row)
    place = f"/epcis/queries/{name}/subscriptions/{row['subscription']}"
    return answer(asked.request, _shown(row), 201, {"Location": place})


@router.options("/subscriptions/{subscriptionID}", status_code=204, summary="What one can")
def options_subscription(
    queryName: str,  # noqa: ARG001, N803
    subscriptionID: str,  # noqa: ARG001, N803
    asked: Asked = allow(),  # noqa: ARG001
) -> Response:
    """Give versions and forms in headers."""
    return discovery("GET", "DELETE", "OPTIONS")


@router.get("/subscriptions/{subscriptionID}", summary="A subscription", responses=SUBSCRIPTION)
def subscription(
    queryName: str,  # noqa: N803 - the name in the standard
    subscriptionID: str,  # noqa: N803
    asked: Asked = allow(*READERS, scope=READ),
) -> Response:
    """Give a subscription without its secret."""
    with asked.state() as state:
        row = state.one(EPCIS_SUBSCRIPTIONS, *_mine(queryName, subscriptionID))
    if row is None:
        raise TanluError("TL925", what="subscription", value=subscriptionID[:200])
    return answer(asked.request, _shown(row))


@router.delete("/subscriptions/{subscriptionID}", status_code=204, summary="End a subscription")
def unsubscribe(
    queryName: str,  # noqa: N803 - the name in the standard
    subscriptionID: str,  # noqa: N803
    asked: Asked = allow(*MAKERS, scope=WRITE),
) -> Response:
    """End a subscription."""
    with asked.state() as state:
        if not state.drop(EPCIS_SUBSCRIPTIONS, *_mine(queryName, subscriptionID)):
            raise TanluError("TL925", what="subscription", value=subscriptionID[:200])
    return Response(None, 204)


def _mine(query: str, subscription_: str) -> tuple[Any, Any]:
    table = EPCIS_SUBSCRIPTIONS.c
    return table.query == query, table.subscription == subscription_


def _plan(held: dict[str, Any]) -> dict[str, str] | None:
    """Give the schedule of a subscription; None for a stream."""
    unknown = held.keys() - FIELDS
    if unknown:
        raise HTTPException(400, f"no field of a subscription: {', '.join(sorted(unknown))[:200]}")
    if (held.get("stream") is True) == ("schedule" in held):
        raise HTTPException(400, "a subscription has either stream: true or a schedule")
    return read_schedule(held["schedule"]) if "schedule" in held else None


def _dest(given: Any) -> str:
    try:
        parts = urlsplit(given) if isinstance(given, str) and len(given) <= LONGEST else None
        holds = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        holds = False
    if not holds:
        raise HTTPException(400, "dest is no URL of http or https")
    return str(given)


def _secret(given: Any) -> str | None:
    if given is not None and not (isinstance(given, str) and 0 < len(given) <= LONGEST):
        raise HTTPException(400, "signatureToken is no text")
    return given


def _initial(given: Any) -> int | None:
    if given is None:
        return None
    return read_query({"GE_recordTime": given}).conditions[0].values[0].us


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Give a subscription as the standard shows it, without its secret."""
    found = {
        "subscriptionID": row["subscription"], "queryName": row["query"], "dest": row["dest"],
        "createdAt": said(row["created_us"]),
    }  # fmt: skip
    if row["schedule"] is None:
        found["stream"] = True
    else:
        found |= {
            "schedule": json.loads(row["schedule"]), "reportIfEmpty": bool(row["if_empty"])
        }  # fmt: skip
    if row["initial_us"] is not None:
        found["initialRecordTime"] = said(row["initial_us"])
    if row["told_us"] is not None:
        found["lastNotifiedAt"] = said(row["told_us"])
    return found
