"""What the interface says of itself in OpenAPI: parameters, bodies and answers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

__all__ = [
    "ASKED", "DOCUMENT", "ERRORS", "EVENT", "EVENTS_FOUND", "JOB", "MADE", "NAMED", "NAMES",
    "PAGED", "QUERY", "SUBSCRIPTION", "TAKEN_ON", "TOLD", "body", "router_at",
]  # fmt: skip

PROBLEM = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "required": ["type", "title", "status", "code"],
            "properties": {
                "type": {"type": "string", "pattern": "^epcisException:"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "code": {"type": "string"},
            },
        }
    }
}
SAID = {
    400: "A parameter, a header or a body that does not hold",
    401: "Nobody is known to ask",
    403: "The role may not do this",
    404: "There is no such thing",
    406: "Another version, form or media type is wished than there is",
    409: "It is there already, or is something else",
    413: "Too much at once",
    414: "The URL is too long",
    415: "The media type is not taken",
}
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": PROBLEM} for status, text in SAID.items()
}
OBJECT = {"type": "object"}


def _answered(text: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    kinds = ("application/json", "application/ld+json")
    return {200: {"description": text, "content": {kind: {"schema": schema} for kind in kinds}}}


NAMES = _answered(
    "Names",
    {
        **OBJECT,
        "required": ["@context", "type", "member"],
        "properties": {"member": {"type": "array", "items": {"type": "string"}}},
    },
)
EVENTS_FOUND = _answered(
    "An EPCISQueryDocument",
    {
        **OBJECT,
        "required": ["@context", "type", "schemaVersion", "creationDate", "epcisBody"],
        "properties": {"type": {"const": "EPCISQueryDocument"}},
    },
)
JOB = _answered("A capture job, or a list of such", {})
QUERY = _answered("A named query, or a list of such", {})
SUBSCRIPTION = _answered("A subscription, or a list of such", {})


def _made(status: int, text: str, *, empty: bool = False) -> dict[int | str, dict[str, Any]]:
    kinds = () if empty else ("application/json", "application/ld+json")
    place = {"Location": {"description": "Its place", "schema": {"type": "string"}}}
    content = {kind: {"schema": OBJECT} for kind in kinds}
    return {status: {"description": text, "headers": place, "content": content}}


MADE = _made(201, "It was made; its place is told")
TAKEN_ON = _made(202, "It was taken on; the job is told", empty=True)
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "format": "date-time"}
DOCUMENT = {
    **OBJECT,
    "required": ["@context", "type", "schemaVersion", "creationDate", "epcisBody"],
    "properties": {
        "type": {"enum": ["EPCISDocument", "EPCISQueryDocument"]},
        "schemaVersion": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)*$"},
        "creationDate": MOMENT,
        "epcisBody": OBJECT,
    },
}
EVENT = {
    **OBJECT,
    "required": ["@context", "type", "eventTime", "eventTimeZoneOffset"],
    "properties": {
        "type": TEXT, "eventTime": MOMENT, "eventID": TEXT,
        "eventTimeZoneOffset": {"type": "string", "pattern": "^[+-][01][0-9]:[0-5][0-9]$"},
        "action": {"enum": ["ADD", "OBSERVE", "DELETE"]},
    },
}  # fmt: skip
NAMED = {
    **OBJECT,
    "required": ["name", "query"],
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$"},
        "query": OBJECT,
    },
}
TOLD = {
    **OBJECT,
    "required": ["dest"],
    "properties": {
        "dest": {"type": "string", "pattern": "^https?://", "maxLength": 2000},
        "signatureToken": {**TEXT, "maxLength": 2000},
        "stream": {"type": "boolean"},
        "schedule": {**OBJECT, "minProperties": 1},
        "reportIfEmpty": {"type": "boolean"},
        "initialRecordTime": MOMENT,
    },
    "additionalProperties": False,
}
# of the parameters of SimpleEventQuery those that are most asked for; the page tells all
SHOWN = {
    "eventType": "Types of events", "GE_eventTime": "Not before", "LT_eventTime": "Before",
    "GE_recordTime": "Captured not before", "LT_recordTime": "Captured before",
    "EQ_action": "ADD, OBSERVE or DELETE", "EQ_bizStep": "Business steps",
    "EQ_disposition": "Dispositions", "EQ_readPoint": "Read points",
    "WD_readPoint": "Read points with those below", "EQ_bizLocation": "Business locations",
    "WD_bizLocation": "Business locations with those below", "EQ_eventID": "Identities",
    "MATCH_epc": "Things in the event", "MATCH_parentID": "What things were put into",
    "MATCH_anyEPC": "Things in any role", "MATCH_anyEPCClass": "Classes in any role",
    "orderBy": "eventTime or recordTime", "orderDirection": "ASC or DESC",
    "eventCountLimit": "The first so many", "maxEventCount": "At most so many, else refused",
}  # fmt: skip


def _parameter(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


PAGE = [
    _parameter("perPage", "So many to a page", {"type": "integer", "minimum": 1, "default": 30}),
    _parameter("nextPageToken", "What the link to the next page says", TEXT),
]
PAGED: dict[str, Any] = {"openapi_extra": {"parameters": PAGE}}
ASKED: dict[str, Any] = {
    "openapi_extra": {
        "parameters": [*(_parameter(name, text, TEXT) for name, text in SHOWN.items()), *PAGE]
    }
}


def router_at(path: str = "/epcis") -> APIRouter:
    """Give a router below a path whose operations have names of their own among all rooms."""
    return APIRouter(
        prefix=path, tags=["EPCIS"], responses=ERRORS,
        generate_unique_id_function=lambda route: f"epcis_{route.name}",
    )  # fmt: skip


def body(schema: dict[str, Any]) -> dict[str, Any]:
    """Give what a route says of the body that it takes."""
    kinds = ("application/json", "application/ld+json")
    return {
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "content": {kind: {"schema": schema} for kind in kinds},
            }
        }
    }
