"""What the whole application offers, as OpenAPI 3.1: routes, tables, problems, who may what."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response

from tanlu.serve.api import PUBLIC, Asked, allow, permissions
from tanlu.serve.resources.rooms.tables import TABLES
from tanlu.serve.resources.telling.cells import component, referring, row_schema

__all__ = ["describe", "router"]

router = APIRouter()
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457), with one of our codes",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:tanlu:problem:TL484"]},
        "title": {"type": "string", "description": "In the language of who asked"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": "^TL[0-9]{3}$", "examples": ["TL484"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}
SCHEMES = {
    "bearer": {
        "type": "http", "scheme": "bearer",
        "description": "An API key, or the token that /auth/token gives",
    },
    "session": {
        "type": "apiKey", "in": "cookie", "name": "__Host-tanlu",
        "description": "A browser's session; what changes something needs X-CSRF-Token too",
    },
}  # fmt: skip
REFUSED = {"401": "Nobody known asks", "403": "The role or the key may not do this"}


@router.get(
    "/openapi.json", tags=["api"], summary="This API as OpenAPI 3.1", operation_id="openapi",
    response_class=Response,
    responses={200: {
        "description": "OpenAPI 3.1",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }},
)  # fmt: skip
def openapi(asked: Asked = allow(PUBLIC)) -> Any:
    """Give the description of all routes."""
    from fastapi.responses import JSONResponse

    return JSONResponse(describe(asked.request.app))


def describe(app: FastAPI) -> dict[str, Any]:
    """Give the description of an application; it is made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> Any:
    made = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes,
        openapi_version="3.1.0",
    )  # fmt: skip
    parts = made.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas |= {component(table): row_schema(table) for table in (*TABLES, "factor", "edition")}
    schemas["Problem"] = PROBLEM
    parts["securitySchemes"] = SCHEMES
    for method, path, roles, scope in permissions(app):
        operation = made["paths"].get(path.replace(":path}", "}"), {}).get(method.lower())
        if operation is not None:
            _secured(operation, roles, scope)
            said = words().get(operation["operationId"])
            if said is not None:
                operation["x-summary-zh"] = said
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return referring(made)


@cache
def words() -> dict[str, str]:
    """Give the summary of each operation in Chinese."""
    text = resources.files("tanlu.serve.resources").joinpath("operations.csv")
    rows = csv.DictReader(text.read_text(encoding="utf-8").splitlines())
    return {row["operation"]: row["zh"] for row in rows}


def _present(parameter: dict[str, Any]) -> None:
    """Say of a parameter that may be left off what it is when it is there: never null."""
    told = parameter.get("schema", {})
    some = [each for each in told.get("anyOf", ()) if each != {"type": "null"}]
    if parameter["in"] != "path" and len(some) == 1:
        del told["anyOf"]
        told |= some[0]
        told.pop("description", None)


def _secured(operation: dict[str, Any], roles: tuple[str, ...], scope: str | None) -> None:
    """Add who may call an operation, and the problems that it can answer."""
    responses = operation["responses"]
    for each in operation.get("parameters", ()):
        _present(each)
    public = PUBLIC in roles
    told = {} if public else dict(REFUSED)
    if operation.get("parameters") or operation.get("requestBody"):
        told["422"] = "The request cannot be read"
    for status, description in told.items():
        responses[status] = _problem(description)
    responses["4XX"] = _problem("Another request that can be mended")
    responses["5XX"] = _problem("A fault of the server, kept in its log by the number it names")
    operation["security"] = [] if public else [{"bearer": []}, {"session": []}]
    if not public:
        operation["x-tanlu-roles"] = list(roles)
        if scope is not None:
            operation["x-tanlu-scope"] = scope


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}
