"""A document as data: JSON that can be read back, and its tables as Parquet."""

from __future__ import annotations

import io
import json
import math
from decimal import Decimal
from typing import Any

from tanlu.report.numbers import plain
from tanlu.terms import Chart, Document, Section

__all__ = ["as_json", "from_json", "parquet"]


def as_json(document: Document) -> str:
    """Give a document as JSON; amounts are decimal strings, so that nothing is rounded."""
    value = {
        "title": document.title,
        "language": document.language,
        "facts": document.facts,
        "sections": [_section(section) for section in document.sections],
    }
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(text: str) -> Document:
    """Give the document of a JSON text that `as_json` made."""
    value = json.loads(text)
    return Document(
        value["title"],
        value["language"],
        tuple(_section_of(section) for section in value["sections"]),
        value["facts"],
    )


def parquet(document: Document) -> bytes:
    """Give all tables of a document in long form: section, row, column, text, number."""
    import polars as pl

    cells = [
        (section.title, number, name, *_cell(value))
        for section in document.sections
        for number, row in enumerate(section.rows, 1)
        for name, value in zip(section.columns, row, strict=True)
    ]
    table = pl.DataFrame(
        cells,
        schema={
            "section": pl.String, "row": pl.Int64, "column": pl.String, "text": pl.String,
            "number": pl.Float64,
        },
        orient="row",
    )  # fmt: skip
    file = io.BytesIO()
    table.write_parquet(file)
    return file.getvalue()


def _cell(value: object) -> tuple[str | None, float | None]:
    if value is None:
        return None, None
    if isinstance(value, Decimal):
        return plain(value), float(value)
    if isinstance(value, int | float):
        return str(value), float(value)
    return str(value), None


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "text": section.text,
        "figures": [list(figure) for figure in section.figures],
        "columns": list(section.columns),
        "rows": [[_value(cell) for cell in row] for row in section.rows],
        "chart": None if section.chart is None else _chart(section.chart),
    }


def _value(cell: object) -> object:
    if isinstance(cell, Decimal):
        return {"decimal": plain(cell)}
    return cell


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "kind": chart.kind,
        "title": chart.title,
        "unit": chart.unit,
        "categories": list(chart.categories),
        "series": [
            [name, [None if math.isnan(value) else value for value in values]]
            for name, values in chart.series
        ],
        "links": [list(link) for link in chart.links],
    }


def _section_of(value: dict[str, Any]) -> Section:
    chart = value["chart"]
    return Section(
        value["title"],
        value["text"],
        tuple((a, b, c) for a, b, c in value["figures"]),
        tuple(value["columns"]),
        tuple(
            tuple(Decimal(c["decimal"]) if isinstance(c, dict) else c for c in row)
            for row in value["rows"]
        ),
        None if chart is None else _chart_of(chart),
    )


def _chart_of(value: dict[str, Any]) -> Chart:
    return Chart(
        value["kind"],
        value["title"],
        value["unit"],
        tuple(value["categories"]),
        tuple(
            (name, tuple(math.nan if v is None else float(v) for v in values))
            for name, values in value["series"]
        ),
        tuple((a, b, float(c)) for a, b, c in value["links"]),
    )
