"""What OpenAPI says of an answer, from the tables themselves."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

from tanlu.serve.resources.telling.cells import component, page_schema
from tanlu.serve.resources.telling.forms import ARROW, CSV, NDJSON, PARQUET

__all__ = ["HEADERS", "PageOf", "file_of", "modelled", "one_of", "page_of", "said"]

JSON = "application/json"

T = TypeVar("T")

HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "Strong: the same while the ledger and the query are the same",
        "schema": {"type": "string"}, "required": True,
    },
    "Tanlu-Ledger-Version": {
        "description": "The ledger version that was read", "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}  # fmt: skip
LINK = {"description": 'The next page: <URL>; rel="next"', "schema": {"type": "string"}}
NOT_MODIFIED = {"description": "The asker has it already (If-None-Match)"}


def said(description: str, schema: dict[str, Any], **media: dict[str, Any]) -> dict[Any, Any]:
    """Give the responses of a route that answers JSON read from a ledger."""
    content = {"application/json": {"schema": schema, **media}}
    return {
        200: {"description": description, "headers": HEADERS, "content": content},
        304: NOT_MODIFIED,
    }


class PageOf(BaseModel, Generic[T]):
    """A page of items, at one ledger version on all pages."""

    items: list[T]
    next: str | None = Field(description="The next page, as the Link has it; null on the last")
    ledger_version: int


def modelled(description: str, model: Any) -> dict[Any, Any]:
    """Give the responses of a route that answers with a model read from a ledger."""
    return {
        200: {"description": description, "headers": HEADERS, "model": model},
        304: NOT_MODIFIED,
    }


def page_of(table: str) -> dict[Any, Any]:
    """Give the responses of a list of a table's rows, as a page and in one stream."""
    ref = {"$ref": f"#/components/schemas/{component(table)}"}
    content = {
        JSON: {"schema": page_schema(component(table))},
        NDJSON: {"schema": ref},
        CSV: {"schema": {"type": "string"}},
        ARROW: {"schema": {"type": "string", "contentMediaType": ARROW}},
        PARQUET: {"schema": {"type": "string", "contentMediaType": PARQUET}},
    }
    told = f"A page of rows of {table}; in the other forms all rows that match, in one stream"
    return {
        200: {"description": told, "headers": {**HEADERS, "Link": LINK}, "content": content},
        304: NOT_MODIFIED,
    }


def one_of(table: str) -> dict[Any, Any]:
    """Give the responses of one row of a table."""
    return said(f"The row of {table}", {"$ref": f"#/components/schemas/{component(table)}"})


def file_of(description: str, *media: str) -> dict[Any, Any]:
    """Give the responses of a route that answers with a file."""
    content: dict[str, Any] = {
        each: {"schema": {"type": "string", "contentMediaType": each}} for each in media
    }
    if JSON in content:
        content[JSON] = {"schema": {"type": "object"}}
    return {
        200: {"description": description, "headers": HEADERS, "content": content},
        304: NOT_MODIFIED,
    }
