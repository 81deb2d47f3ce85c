"""Which column is which field, and which unit its header declares."""

from __future__ import annotations

import re
import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.propose.columns import Found, last_word, recognise, settled


def field_of(header: str) -> tuple[str | None, str | None]:
    found = recognise([header])
    return (found[0].field, found[0].unit) if found else (None, None)


@pytest.mark.parametrize(
    ("header", "field", "unit"),
    [
        ("Weight (kg)", "mass_mg", "kg"),
        ("Weight[t]", "mass_mg", "t"),
        ("weight_kg", "mass_mg", "kg"),
        ("Weight, kg", "mass_mg", "kg"),
        ("WEIGHT KG", "mass_mg", "KG"),
        ("grossWeight_kg", "mass_mg", "kg"),
        ("重量(吨)", "mass_mg", "吨"),
        ("重量（公斤）", "mass_mg", "公斤"),
        ("毛重/kg", "mass_mg", "kg"),
        ("毛重kg", "mass_mg", "kg"),
        ("重量【KG】", "mass_mg", "KG"),
        ("Weight (Kilograms)", "mass_mg", "Kilograms"),
        ("distance_km", "distance_m", "km"),
        ("Distance (miles)", "distance_m", "miles"),
        ("里程（公里）", "distance_m", "公里"),
        ("公里数", "distance_m", "km"),
        ("km", "distance_m", "km"),
        ("kWh", "energy_j", "kWh"),
        ("用电量（度）", "energy_j", "度"),
        ("加油量(升)", "volume_ml", "升"),
        ("重量（噸）", "mass_mg", "吨"),
        ("起點", "origin", None),
        ("件数", "count", "1"),
        ("TEU", "teu_milli", "TEU"),
        ("装载率(%)", "load_ppm", "%"),
        ("运费(元)", "amount_fen", "元"),
        ("Weight", "mass_mg", None),
        ("重量", "mass_mg", None),
        ("Waybill", "activity_id", None),
        ("运单号", "activity_id", None),
        ("发货日期", "start", None),
        ("Ship Date (UTC)", "start", None),
        ("签收时间", "end", None),
        ("运输方式", "kind", None),
        ("Shipment Mode", "kind", None),
        ("始发地", "origin", None),
        ("To", "destination", None),
        ("承运商", "operator", None),
        ("司机手机", None, None),
        ("收货人", "personal", None),
        ("Blood pressure", None, None),
        ("", None, None),
    ],
)
def test_a_header_is_recognised_with_its_unit(
    header: str, field: str | None, unit: str | None
) -> None:
    assert field_of(header) == (field, unit)


@pytest.mark.parametrize(
    ("header", "choice"), [("Weight (ton)", "short ton"), ("Weight (MT)", "megatonne")]
)
def test_an_ambiguous_unit_is_left_open_with_its_choices(header: str, choice: str) -> None:
    (found,) = recognise([header])

    assert (found.field, found.unit) == ("mass_mg", None)
    assert choice in found.choices


def test_a_unit_of_another_dimension_declares_nothing() -> None:
    assert field_of("Weight (km)") == ("mass_mg", None)


def test_the_better_column_of_two_is_taken() -> None:
    found = recognise(["Net Weight (kg)", "Gross Weight (kg)"])

    assert [each.column for each in found if each.field == "mass_mg"] == ["Gross Weight (kg)"]


def test_a_column_that_declares_its_unit_is_taken_before_one_that_does_not() -> None:
    found = recognise(["Weight", "Weight (kg)"])

    assert [each.column for each in found if each.field == "mass_mg"] == ["Weight (kg)"]


def test_fuels_in_a_column_called_fuel_are_no_litres() -> None:
    found = Found("volume_ml", "fuel", "L")

    assert settled(found, pl.Series(["diesel", "LNG"])).field == "energy_carrier"
    assert settled(found, pl.Series(["12", "13.5"])).field == "volume_ml"
    assert settled(found, pl.Series([1.0, 2.0])).field == "volume_ml"


def test_a_quantity_of_which_most_is_absent_is_a_quantity() -> None:
    found = Found("mass_mg", "kg", "kg")

    assert settled(found, pl.Series(["12", "-", "无", "N/A"])) == found
    assert settled(found, pl.Series(["heavy", "light"])).field == ""


def test_a_column_called_vehicle_has_plates_or_classes() -> None:
    found = Found("vehicle", "vehicle")

    assert settled(found, pl.Series(["沪A12345", "粤B·D12345"])).field == "vehicle"
    assert settled(found, pl.Series(["AB12 CDE", "XY34 FGH"])).field == "vehicle"
    assert settled(found, pl.Series(["40 t", "van"])).field == "vehicle_class"


@given(st.text(alphabet="ab._- /：", max_size=9))
def test_the_last_word_of_a_header_is_what_the_expression_of_it_says(text: str) -> None:
    said = re.fullmatch(r"(.*?)[\s_/,，:：.\-]+([^\s_/,，:：]+)", text)
    assert last_word(text) == (said and said.groups())


@pytest.mark.parametrize("header", ["a" + "-" * 50_000 + "_", "-_" * 30_000, "a." * 30_000 + " ",
                                    "汉a" * 30_000, "(" * 50_000])  # fmt: skip
def test_a_header_of_strokes_takes_no_longer_than_it_is_long(header: str) -> None:
    begun = time.process_time()
    recognise([header])
    assert time.process_time() - begun < 3
