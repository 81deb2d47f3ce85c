"""Columns of tables in JSON: amounts as decimal strings, and the JSON Schema that says so."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import WithJsonSchema

from tanlu.terms import Column, schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

__all__ = ["component", "for_json", "items", "page_schema", "referring", "row_of", "row_schema"]

# whole numbers of these units are no amounts: times, places, shares, counts and ordinals, which
# every JSON reader takes without loss
ROW = "x-tanlu-row"
PLAIN = ("", "1", "us", "year", "ppm", "1e-7 deg", "1e-3 degC")


def is_amount(column: Column) -> bool:
    """Tell whether a column is an amount, which JSON has as a decimal string."""
    return column.type == "int64" and column.unit not in PLAIN


@cache
def amounts(table: str) -> frozenset[str]:
    """Give the columns of a table that are amounts."""
    return frozenset(column.name for column in schema(table).columns if is_amount(column))


def for_json(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows with their amounts as texts."""
    import polars as pl

    return rows.with_columns(
        pl.col(name).cast(pl.String) for name in rows.columns if name in amounts(table)
    )


def items(table: str, rows: pl.DataFrame) -> bytes:
    """Give rows as a JSON array."""
    return for_json(table, rows).write_json().encode() if rows.height else b"[]"


def component(table: str) -> str:
    """Give the name under which OpenAPI has the rows of a table."""
    return "".join(part.capitalize() for part in table.split("_"))


def row_of(table: str) -> WithJsonSchema:
    """Give what marks a row of a table within a model; OpenAPI refers to that of the table."""
    return WithJsonSchema({"type": "object", ROW: component(table)})


def referring(value: Any) -> Any:
    """Give a description with references in the place of the marks of `row_of`."""
    if isinstance(value, dict):
        if ROW in value:
            return {"$ref": f"#/components/schemas/{value[ROW]}"}
        return {name: referring(each) for name, each in value.items()}
    if isinstance(value, list):
        return [referring(each) for each in value]
    return value


def row_schema(table: str, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Give the JSON Schema of a row: each column with type, unit and meaning."""
    wanted = set(names or schema(table).names)
    columns = [column for column in schema(table).columns if column.name in wanted]
    return {
        "title": component(table),
        "type": "object",
        "description": f"A row of the table {table}; columns that were not asked for are absent",
        "additionalProperties": False,
        "properties": {column.name: _cell(column) for column in columns},
    }


def _cell(column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {"description": f"{column.meaning} · {column.meaning_zh}"}
    if is_amount(column):
        said |= {"type": ["string", "null"], "pattern": "^-?[0-9]+$"}
    elif column.type == "int64":
        said |= {"type": ["integer", "null"], "format": "int64"}
    elif column.type == "float64":
        said |= {"type": ["number", "null"]}
    elif column.type == "date":
        said |= {"type": ["string", "null"], "format": "date"}
    else:
        said |= {"type": ["string", "null"]}
    if column.unit:
        said["x-unit"] = column.unit
    if column.reference:
        said["x-reference"] = column.reference
    return said


def page_schema(ref: str | dict[str, Any]) -> dict[str, Any]:
    """Give the JSON Schema of a page of items."""
    item = {"$ref": f"#/components/schemas/{ref}"} if isinstance(ref, str) else ref
    return {
        "type": "object",
        "required": ["items", "next", "ledger_version"],
        "additionalProperties": False,
        "properties": {
            "items": {"type": "array", "items": item, "maxItems": 1000},
            "next": {
                "type": ["string", "null"], "format": "uri",
                "description": "The next page, as the Link has it; null on the last",
            },
            "ledger_version": {
                "type": "integer", "minimum": 0,
                "description": "The version that all pages of this query show",
            },
        },
    }  # fmt: skip


def chosen(table: str, asked: str | None, key: str) -> Sequence[str]:
    """Give the columns that are asked for, the identity always among them.

    Raises
    ------
    TanluError
        TL101 for one that the table does not have.
    """
    if asked is None:
        return schema(table).names
    wanted = {schema(table)[name.strip()].name for name in asked.split(",")} | {key}
    return [name for name in schema(table).names if name in wanted]
