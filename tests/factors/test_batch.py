from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.factors import match
from tanlu.factors.compose import KEY
from tanlu.terms import schema

US = 1_000_000


def at(year, month=7):
    return int(dt.datetime(year, month, 1, tzinfo=dt.UTC).timestamp()) * US


def batch(*rows):
    filled = [{"start": at(2025), "kind": "transport.road", **row} for row in rows]
    dtypes = schema("activity").dtypes()
    names = {name for row in filled for name in row}
    return pl.DataFrame(filled, schema={name: dtypes[name] for name in dtypes if name in names})


def test_a_batch_keeps_its_rows_in_order_and_gains_the_resolved_columns():
    given_ = batch(
        {"vehicle_class": "truck.artic.44t", "energy_carrier": "diesel", "place": "CN-GD"},
        {"vehicle_class": "van.class3", "energy_carrier": "electricity", "place": "CN-SH"},
    )
    found = match(given_)
    assert found["vehicle_class"].to_list() == ["truck.artic.44t", "van.class3"]
    wanted = set(schema("resolved").names) - set(KEY)
    assert wanted <= set(found.columns)
    assert found["match_code"].to_list() == [None, None]
    assert found["ttw_co2e_g"][1] == 0.0


def test_a_row_takes_the_factor_of_the_year_of_its_start():
    rows = [{"kind": "energy.electricity", "place": "CN-GD", "start": at(y)} for y in (2021, 2022)]
    found = match(batch(*rows))
    assert [round(each * 3.6, 4) for each in found["wtt_co2e_g"]] == [471.5, 440.3]


def test_the_first_microsecond_of_a_year_belongs_to_the_year():
    new_year = int(dt.datetime(2021, 12, 31, 16, tzinfo=dt.UTC).timestamp()) * US
    rows = [
        {"kind": "energy.electricity", "place": "CN-GD", "start": new_year + step}
        for step in (-1, 0)
    ]
    found = match(batch(*rows))
    assert [round(each * 3.6, 4) for each in found["wtt_co2e_g"]] == [471.5, 440.3]


def test_an_unmatched_row_stays_with_a_code_and_a_suggestion():
    found = match(batch({"vehicle_class": "truck.artik.44t"}, {"vehicle_class": "truck.average"}))
    assert found["factor_id"][0] is None
    assert found["match_code"].to_list() == ["TL201", None]
    assert found["match_nearest"][0].startswith("truck.artic.44t")


def test_a_batch_without_any_factor_stays_whole():
    found = match(batch({"kind": "transport.teleport"}))
    assert found["match_code"].to_list() == ["TL201"]
    assert found["rate_slope"].to_list() == [None]


def test_an_empty_batch_stays_empty():
    found = match(batch({}).head(0))
    assert found.height == 0
    assert "match_code" in found.columns


def test_the_place_is_the_origins_region_where_none_is_told():
    found = match(
        batch(
            {"kind": "energy.electricity", "origin": "CNSHA"},
            {"kind": "energy.electricity", "origin": "CN-GD", "place": "CN-SH"},
        )
    )
    at_2025 = [round(each * 3.6, 4) for each in found["wtt_co2e_g"]]
    assert at_2025 == [573.7, 573.7]


def test_a_flight_without_class_is_short_or_long_by_its_distance():
    rows = [{"kind": "transport.air", "distance_m": each} for each in (1_200_000, 9_000_000)]
    found = match(batch(*rows))
    assert [round(each) for each in found["ttw_co2e_g"]] == [756, 531]
    assert found["assumptions"].str.contains("F-CLASS-AIR").all()
    assert found["tier"].to_list() == ["default", "default"]


def test_heavy_freight_without_class_goes_on_an_articulated_truck():
    rows = [{"mass_mg": each} for each in (500_000_000, 20_000_000_000, None)]
    found = match(batch(*rows))
    plain = match(batch({"vehicle_class": "truck.artic.44t"}, {"vehicle_class": "truck.average"}))
    heavy, average = plain["rate_empty"]
    assert found["rate_empty"].to_list() == [average, heavy, average]
    assert (found["sigma_ln"] > plain["sigma_ln"].max()).all()
    assert found["assumptions"].str.starts_with("F-CLASS-ROAD").all()


def test_assumptions_of_the_activity_and_of_the_factor_are_joined():
    found = match(batch({"assumptions": "M-ORIGIN"}, {"assumptions": None}))
    first, second = found["assumptions"]
    assert first.startswith("M-ORIGIN;F-CLASS-ROAD")
    assert second.startswith("F-CLASS-ROAD")


def test_only_the_wanted_columns_are_joined():
    found = match(batch({}), columns=["form", "rate_slope"])
    assert found.columns[-4:] == ["form", "rate_slope", "match_code", "match_nearest"]


@given(order=st.permutations(range(6)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_a_batch_never_changes_a_row(order):
    rows = [
        {"vehicle_class": "truck.artic.44t", "place": "CN-GD", "start": at(2020)},
        {"vehicle_class": "van.class1", "energy_carrier": "electricity", "start": at(2024)},
        {"kind": "transport.sea"},
        {"kind": "transport.teleport"},
        {"kind": "transport.air", "distance_m": 100_000},
        {"mass_mg": 20_000_000_000, "temperature_class": "frozen"},
    ]
    whole = match(batch(*rows))
    mixed = match(batch(*(rows[each] for each in order)))
    assert whole["factor_hash"].gather(list(order)).to_list() == mixed["factor_hash"].to_list()


def test_a_batch_of_one_row_equals_its_row_in_a_batch_of_many():
    rows = [{"place": place, "energy_carrier": "electricity"} for place in ("CN-GD", "CN-SH", None)]
    whole = match(batch(*rows))
    for number, row in enumerate(rows):
        single = match(batch({**row, "start": at(2025)}))
        assert single["factor_hash"][0] == whole["factor_hash"][number]
        assert single["wtt_co2e_g"][0] == pytest.approx(whole["wtt_co2e_g"][number], rel=0)
