"""Schemas are data: complete in both tongues, and tables fit them or are refused."""

from __future__ import annotations

import csv
import re
from importlib import resources

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.terms.units import RIM

PLACE = resources.files("tanlu.terms").joinpath("schema")
NAMES = sorted(file.name[:-4] for file in PLACE.iterdir() if file.name.endswith(".csv"))
FORMULAS = {"N2O"}  # words that are the same in both tongues
SUFFIXES = {"mg": "mg", "m": "m", "j": "J", "ml": "mL", "ug": "ug", "ppm": "ppm", "kgm": "kg.m"}


def _rows(name):
    return list(csv.DictReader(PLACE.joinpath(f"{name}.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_both_tongues_a_type_and_a_group(name):
    for row in _rows(name):
        assert row["meaning"], row
        assert re.search(r"[\u4e00-\u9fff]", row["含义"]) or row["含义"] in FORMULAS, row
        assert row["type"] in ("int64", "float64", "string", "date"), row
        assert row["required"] in ("yes", "no"), row
        assert row["group"] in ("result", "activity", "places", "parties"), row
        assert None not in row, row


@pytest.mark.parametrize("name", NAMES)
def test_names_are_unique_nouns_with_their_unit_last(name):
    rows = _rows(name)
    assert len({row["column"] for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", row["column"])
        suffix = row["column"].rpartition("_")[2]
        if row["type"] == "int64" and "_" in row["column"] and suffix in SUFFIXES:
            assert SUFFIXES[suffix] == row["unit"], row


@pytest.mark.parametrize("name", NAMES)
def test_every_whole_number_has_a_unit_that_people_can_be_shown(name):
    counted = {"1", "year", "smallest unit"}
    for row in _rows(name):
        if row["type"] == "int64":
            assert row["unit"] in counted | set(RIM), row


def test_an_emission_has_the_four_groups_of_its_leaves():
    groups = {column.group for column in schema("emission").columns}
    assert groups == {"result", "activity", "places", "parties"}


def test_a_column_is_found_by_name_and_an_unknown_one_lists_the_others():
    assert schema("activity")["mass_mg"].unit == "mg"
    with pytest.raises(TanluError, match=r"TL101.*mass_mg"):
        schema("activity")["mass_kg"]


@pytest.mark.parametrize("name", ["nothing", "", "../errors", "activity.csv"])
def test_an_unknown_table_is_refused(name):
    with pytest.raises(TanluError, match=r"TL101.*activity"):
        schema(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_empty_table_fits_and_passes_its_own_check(name):
    table = schema(name).empty()
    assert list(schema(name).names) == table.columns
    assert schema(name).check(table).equals(table)


def test_fit_orders_columns_and_fills_absent_ones_with_null():
    table = pl.DataFrame({"code": ["TL301"], "finding_id": ["f"], "value": [None]})
    fitted = schema("finding").fit(table)
    assert list(schema("finding").names) == fitted.columns
    assert [fitted["value"][0], fitted["hint"][0]] == [None, None]
    assert schema("finding").dtypes() == dict(fitted.schema)


def test_fit_refuses_strange_columns_and_types():
    with pytest.raises(TanluError, match="TL101"):
        schema("finding").fit(pl.DataFrame({"colour": ["red"]}))
    with pytest.raises(TanluError, match=r"TL102.*count"):
        schema("finding").fit(pl.DataFrame({"count": [1.0]}))


def test_check_refuses_a_missing_required_value_and_a_missing_column():
    whole = schema("finding").fit(
        pl.DataFrame({"finding_id": ["f"], "code": ["x"], "severity": ["info"], "count": [1]})
    )
    assert schema("finding").check(whole) is whole
    with pytest.raises(TanluError, match=r"TL102.*severity"):
        schema("finding").check(whole.with_columns(severity=pl.lit(None, pl.String)))
    with pytest.raises(TanluError, match=r"TL102.*evidence"):
        schema("finding").check(whole.drop("evidence"))
    with pytest.raises(TanluError, match=r"TL102.*finding_id.*code"):
        schema("finding").check(whole.select("code", pl.exclude("code")))
