"""Columns in JSON: what is an amount is a text, and the schema says so."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tanlu.serve.resources.telling.cells import amounts, items, row_schema
from tanlu.terms import schema


def test_amounts_are_texts_and_counts_places_and_times_are_not():
    assert {"co2e_ug", "mass_mg", "energy_j", "transport_kgm"} <= amounts("emission")
    assert not {"start", "leg_no", "daf_ppm", "count"} & amounts("emission")
    assert not {"origin_lat_e7", "quality", "load_ppm", "source_line"} & amounts("activity")


def test_the_largest_amount_loses_nothing():
    row = {"emission_id": "a", "co2e_ug": 2**63 - 1, "start": 1}
    frame = schema("emission").fit(pl.DataFrame([row]))
    told = json.loads(items("emission", frame))[0]
    assert told["co2e_ug"] == "9223372036854775807"
    assert told["start"] == 1
    assert set(told) == set(schema("emission").names)


@pytest.mark.parametrize("table", ["activity", "emission", "factor", "edition", "quality"])
def test_the_schema_of_a_row_has_each_column_with_its_meaning(table):
    told = row_schema(table)["properties"]
    assert list(told) == list(schema(table).names)
    for column in schema(table).columns:
        assert column.meaning in told[column.name]["description"]
        assert told[column.name].get("x-unit", "") == column.unit
