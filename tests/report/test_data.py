"""A document goes out as data and comes back the same."""

from __future__ import annotations

import io
import json

import polars as pl
from tests.report.ledger import network

from tanlu.report import transport
from tanlu.report.data import as_json, from_json, parquet


def test_a_document_comes_back_from_its_json() -> None:
    text = as_json(transport(network(60), by=("month",)))

    assert text == as_json(from_json(text))


def test_amounts_in_json_are_decimal_strings() -> None:
    facts = json.loads(as_json(transport(network(60))))["facts"]

    amounts = [key for key in facts if key.endswith(("_kg", "_tkm")) and key != "gases_kg"]
    assert all(isinstance(facts[key], str) for key in amounts)


def test_all_cells_of_all_tables_are_in_the_parquet_file() -> None:
    document = transport(network(60))
    table = pl.read_parquet(io.BytesIO(parquet(document)))

    assert sum(len(s.rows) * len(s.columns) for s in document.sections) == table.height
