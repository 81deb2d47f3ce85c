"""What the interface says of itself in OpenAPI: parameters, bodies and answers."""

from __future__ import annotations

from typing import Any

__all__ = ["ASKED", "ERRORS", "EVENTS_FOUND", "JOB", "NAMES", "QUERY", "SUBSCRIPTION", "body"]

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
SHOWN = (
    "eventType", "GE_eventTime", "LT_eventTime", "GE_recordTime", "LT_recordTime", "EQ_action",
    "EQ_bizStep", "EQ_disposition", "EQ_readPoint", "WD_readPoint", "EQ_bizLocation",
    "WD_bizLocation", "EQ_eventID", "MATCH_epc", "MATCH_parentID", "MATCH_anyEPC",
    "MATCH_anyEPCClass", "orderBy", "orderDirection", "eventCountLimit", "maxEventCount",
    "nextPageToken",
)  # fmt: skip
# of the parameters of SimpleEventQuery those that are most asked for; the page tells all
ASKED: dict[str, Any] = {
    "openapi_extra": {
        "parameters": [
            *(
                {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
                for name in SHOWN
            ),
            {
                "name": "perPage", "in": "query", "required": False,
                "schema": {"type": "integer", "minimum": 1, "default": 30},
            },
        ]
    }
}  # fmt: skip


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
