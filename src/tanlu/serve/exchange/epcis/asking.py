"""Routes that give events and what they are about: events, types, things, steps, places."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException, Response

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.exchange.epcis.documenting import ASKED, EVENTS_FOUND, NAMES, PAGED, router_at
from tanlu.serve.exchange.epcis.headers import (
    agreed,
    answer,
    collection,
    discovery,
    extensions,
)
from tanlu.serve.exchange.epcis.paging import PAGING, paging, turned
from tanlu.track.events.queries import (
    RESOURCES,
    Place,
    Query,
    listed,
    page,
    query_document,
    read_query,
)

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["READERS", "SIMPLE", "asked_of", "events_found", "router"]

READERS = ("manager", "operator", "verifier", "viewer", "developer")
SIMPLE = "SimpleEventQuery"
TOP = (
    "queries", "capture", "events", "eventTypes", "epcs", "readPoints", "bizLocations",
    "dispositions", "bizSteps",
)  # fmt: skip
LONGEST_URL = 16_384
SCOPE = "epcis:read"

router = router_at()


@router.options("", status_code=204, summary="What this repository can")
def options_root(asked: Asked = allow()) -> Response:  # noqa: ARG001
    """Give versions and forms in headers."""
    return discovery("GET", "OPTIONS")


@router.get("", summary="The resources of this repository", responses=NAMES)
def root(asked: Asked = allow(*READERS, scope=SCOPE)) -> Response:
    """Give the names of the resources at the top."""
    return answer(asked.request, collection(list(TOP)))


@router.options("/events", status_code=204, summary="What the events can")
def options_events(asked: Asked = allow()) -> Response:  # noqa: ARG001
    """Give versions and forms in headers."""
    return discovery("GET", "POST", "OPTIONS")


@router.get("/events", summary="Events that a query finds", responses=EVENTS_FOUND, **ASKED)
def events(asked: Asked = allow(*READERS, scope=SCOPE)) -> Response:
    """Give a page of the events that meet all parameters, in the order of their capture."""
    return events_found(asked, asked_of(asked.request), name=SIMPLE)


@router.options("/events/{eventID:path}", status_code=204, summary="What an event can")
def options_event(eventID: str, asked: Asked = allow()) -> Response:  # noqa: ARG001, N803
    """Give versions and forms in headers."""
    return discovery("GET", "OPTIONS")


@router.get("/events/{eventID:path}", summary="One event by its identity", responses=EVENTS_FOUND)
def event(
    eventID: str,  # noqa: N803 - the name in the standard
    asked: Asked = allow(*READERS, scope=SCOPE),
) -> Response:
    """Give an event, with the declaration that it was wrong where there is one."""
    found = page(asked.workspace, read_query({"EQ_eventID": [eventID]}), size=100)
    if found.epcis.is_empty():
        raise TanluError("TL925", what="event", value=eventID[:200])
    document = query_document(found.epcis, name=SIMPLE, created_us=time.time_ns() // 1000)
    return answer(asked.request, document)


def asked_of(request: Request) -> Query:
    """Give what the parameters of a URL ask.

    Raises
    ------
    HTTPException
        414 for a URL that is too long.
    """
    if len(request.url.query) > LONGEST_URL:
        raise HTTPException(414, f"at most {LONGEST_URL} bytes; make it a named query")
    found: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name in PAGING:
            continue
        if name in found:
            found[name] = [*_split(found[name]), *_split(value)]
        else:
            found[name] = value
    return read_query(found, prefixes=extensions(request))


def _split(value: Any) -> list[str]:
    return value if isinstance(value, list) else str(value).split("|")


def events_found(asked: Asked, query: Query, *, name: str) -> Response:
    """Give the page of a query that a request is for, with the way to the next."""
    # what cannot be answered as wished is not looked for
    agreed(asked.request)
    wished = paging(asked)
    after, version = None, None
    if wished.token is not None:
        version, *place = wished.token
        after = Place(*place)
    found = page(asked.workspace, query, size=wished.size, after=after, as_of=version)
    document = query_document(found.epcis, name=name, created_us=time.time_ns() // 1000)
    token = None if found.following is None else (found.version, *found.following)
    return answer(asked.request, document, headers=turned(asked, token))


# ── what the events are about ──


def _declare(resource: str) -> None:
    """Declare the routes of a resource: its names, one of them, and the events of one."""
    parameter = RESOURCES[resource].parameter

    def named(asked: Asked = allow(*READERS, scope=SCOPE)) -> Response:
        """Give a page of the names that the repository knows."""
        agreed(asked.request)
        wished = paging(asked)
        version, after = wished.token or (asked.workspace.version, None)
        names, following = listed(
            asked.workspace, resource, size=wished.size, after=after, as_of=version
        )
        token = None if following is None else (version, following)
        return answer(asked.request, collection(names), headers=turned(asked, token))

    def one(name: str, asked: Asked = allow(*READERS, scope=SCOPE)) -> Response:
        """Give what there is below a name: its events."""
        agreed(asked.request)
        _there(asked, resource, name)
        return answer(asked.request, collection(["events"]))

    def of_one(name: str, asked: Asked = allow(*READERS, scope=SCOPE)) -> Response:
        """Give a page of the events of a name; parameters narrow it further."""
        agreed(asked.request)
        _there(asked, resource, name)
        mine = read_query({parameter: [name]}, prefixes=extensions(asked.request))
        query = asked_of(asked.request)
        query = query._replace(conditions=mine.conditions + query.conditions)
        return events_found(asked, query, name=SIMPLE)

    def options(asked: Asked = allow()) -> Response:  # noqa: ARG001
        """Give versions and forms in headers."""
        return discovery("GET", "OPTIONS")

    def options_of_one(name: str, asked: Asked = allow()) -> Response:  # noqa: ARG001
        """Give versions and forms in headers."""
        return discovery("GET", "OPTIONS")

    add = router.add_api_route
    whole, single = f"/{resource}", f"/{resource}/{{name:path}}"
    add(whole, named, methods=["GET"], summary=f"Known {resource}", responses=NAMES, **PAGED,
        operation_id=f"epcis_{resource}")  # fmt: skip
    add(whole, options, methods=["OPTIONS"], status_code=204, summary=f"What {resource} can",
        operation_id=f"epcis_options_{resource}")  # fmt: skip
    add(f"{single}/events", of_one, methods=["GET"], summary=f"Events of one of {resource}",
        responses=EVENTS_FOUND, operation_id=f"epcis_{resource}_events", **ASKED)  # fmt: skip
    add(single, one, methods=["GET"], summary=f"What one of {resource} has", responses=NAMES,
        operation_id=f"epcis_{resource}_one")  # fmt: skip
    add(f"{single}/events", options_of_one, methods=["OPTIONS"], status_code=204,
        summary=f"What the events of one of {resource} can",
        operation_id=f"epcis_options_{resource}_events")  # fmt: skip
    add(single, options_of_one, methods=["OPTIONS"], status_code=204,
        summary=f"What one of {resource} can",
        operation_id=f"epcis_options_{resource}_one")  # fmt: skip


def _there(asked: Asked, resource: str, name: str) -> None:
    try:
        names, _ = listed(asked.workspace, resource, size=1, name=name)
    except TanluError as error:
        raise TanluError("TL925", what=resource, value=name[:200]) from error
    if not names:
        raise TanluError("TL925", what=resource, value=name[:200])


for _resource in RESOURCES:
    _declare(_resource)
