"""Units: exact scales, honest refusals, symmetric rounding."""

from __future__ import annotations

import csv
import math
from decimal import Decimal
from fractions import Fraction
from importlib import resources

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms import units


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("kg", "kg"),
        ("KG", "kg"),
        ("Kilograms", "kg"),
        ("公斤", "kg"),
        ("千克", "kg"),
        ("㎏", "kg"),
        ("kgs.", "kg"),
        ("吨", "t"),
        ("T", "t"),
        ("metric tons", "t"),
        ("lbs", "lb"),
        ("km", "km"),
        ("公里", "km"),
        ("海里", "nmi"),
        ("NM", "nmi"),
        ("度", "kWh"),
        ("KWH", "kWh"),
        ("Kwh", "kWh"),
        ("吨标煤", "tce"),
        ("美制加仑", "US gal"),
        ("m³", "m3"),
        ("m^3", "m3"),
        ("t·km", "t.km"),
        ("t * km", "t.km"),
        ("吨·公里", "t.km"),
        ("40'", "FEU"),
        ("％", "%"),
        ("票", "1"),
        ("万元", "万元"),
    ],
)
def test_spellings_people_use_mean_the_unit(spelling, name):
    assert name == units.unit(spelling).name


@pytest.mark.parametrize(
    ("spelling", "choices"),
    [
        ("ton", "t, short ton, long ton"),
        ("TONS", "t, short ton, long ton"),
        ("MT", "t, megatonne"),
        ("gal", "US gal, imp gal"),
        ("加仑", "US gal, imp gal"),
        ("箱", "1, TEU, FEU"),
        ("$", "USD, HKD, AUD, CAD, SGD"),
        ("M", "m, mi"),
        ("MG", "mg, t"),
    ],
)
def test_an_ambiguous_spelling_is_refused_with_its_choices(spelling, choices):
    with pytest.raises(TanluError, match="TL110") as caught:
        units.unit(spelling)
    assert choices == caught.value.fields["choices"]
    assert "请写明" in caught.value.say("zh")
    assert not units.is_unit(spelling)


def test_an_unknown_unit_names_the_nearest():
    with pytest.raises(TanluError, match="TL103") as caught:
        units.unit("kilogrmas")
    assert caught.value.fields["nearest"] == "kg"
    assert units.is_unit("kilograms")


@given(st.text(max_size=8))
def test_any_text_is_a_unit_or_one_of_two_refusals(text):
    try:
        found = units.unit(text)
    except TanluError as error:
        assert error.code in ("TL103", "TL110")  # noqa: PT017 -- the law is about either outcome
    else:
        assert found.name in units.units()


def test_a_very_long_spelling_is_refused_at_once():
    assert not units.is_unit("kilograms" * 100_000)


# NIST SP 811 (2008) appendix B.8; GB/T 2589-2020 annex A; research/standards.md section 3.2
@pytest.mark.parametrize(
    ("value", "from_", "to", "expected"),
    [
        (1, "lb", "kg", Fraction("0.45359237")),
        (1, "short ton", "lb", 2000),
        (1, "long ton", "lb", 2240),
        (1, "mi", "m", Fraction("1609.344")),
        (1, "nmi", "m", 1852),
        (1, "US gal", "L", Fraction("3.785411784")),
        (1, "imp gal", "L", Fraction("4.54609")),
        (1, "bbl", "US gal", 42),
        (1, "kWh", "MJ", Fraction("3.6")),
        (1, "tce", "GJ", Fraction("29.3076")),
        (1, "MMBtu", "GJ", Fraction("1.05505585262")),
        (1, "short ton-mile", "t.km", Fraction("907.18474") * Fraction("1609.344") / 10**6),
        (1, "FEU", "TEU", 2),
        (1, "40HC", "TEU", Fraction("2.25")),
        (0.1, "t", "kg", 100),
        (Decimal("12.5"), "%", "ppm", 125000),
        (1, "万吨公里", "t.km", 10000),
        (1, "万元", "元", 10000),
    ],
)
def test_conversions_are_exact(value, from_, to, expected):
    assert expected == units.convert(value, from_, to)


def test_a_short_ton_mile_is_the_published_figure():
    # GLEC v3 prints 1.46; six decimals from research/standards.md section 3.2
    assert f"{float(units.convert(1, 'short ton-mile', 't.km')):.6f}" == "1.459972"


def test_units_of_different_things_do_not_convert():
    for pair in [("kg", "km"), ("CNY", "USD"), ("t.km", "TEU.km"), ("1", "fraction")]:
        with pytest.raises(TanluError, match="TL104"):
            units.convert(1, *pair)


@given(st.fractions(), st.sampled_from(sorted(units.units())), st.data())
def test_a_conversion_there_and_back_is_the_same_value(value, name, data):
    here = units.unit(name)
    kin = sorted(key for key, of in units.units().items() if of.dimension == here.dimension)
    there = data.draw(st.sampled_from(kin))
    assert value == units.convert(units.convert(value, name, there), there, name)


def test_every_unit_has_both_tongues_a_reference_and_its_own_spellings():
    owners: dict[str, set[str]] = {}
    text = resources.files("tanlu.terms").joinpath("units.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert row["meaning"]
        assert row["含义"]
        assert row["reference"]
        assert Fraction(row["scale"]) > 0
        for spelling in (row["unit"], *row["aliases"].split("|")):
            assert row["unit"] == units.unit(spelling).name
            owners.setdefault(spelling, set()).add(row["unit"])
    assert [spelling for spelling, of in owners.items() if len(of) > 1] == []


def test_every_choice_offered_for_a_refused_spelling_is_a_unit():
    text = resources.files("tanlu.terms").joinpath("units_refused.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert all(units.is_unit(choice) for choice in row["choices"].split("|"))
        assert not any(units.is_unit(spelling) for spelling in row["spelling"].split("|"))


def _half_away(x: Fraction) -> int:
    size = math.floor(abs(x) + Fraction(1, 2))
    return -size if x < 0 else size


def test_stored_rounds_a_half_away_from_zero():
    table = pl.DataFrame({"x": [50.0, -50.0, 0.5, -0.5, 0.0]})
    kept = table.select(units.stored(pl.col("x"), "lb"))["x"].to_list()
    assert kept == [22679619, -22679619, 226796, -226796, 0]


def test_stored_is_null_where_int64_cannot_hold_it():
    values = [None, math.nan, math.inf, -math.inf, 1e30, -1e30, 9.3e12]
    kept = pl.DataFrame({"x": values}).select(units.stored(pl.col("x"), "kg"))["x"]
    assert kept.to_list() == [None] * 7
    assert pl.Int64 == kept.dtype


def test_stored_keeps_whole_stored_units_up_to_two_to_the_53():
    values = [2**53, 2**53 - 1, 2**52 + 1, -(2**52) - 1]
    kept = pl.DataFrame({"x": values}).select(units.stored(pl.col("x"), "mg"))["x"]
    assert values == kept.to_list()


@given(
    st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=20),
    st.sampled_from(["kg", "t", "lb", "short ton", "mi", "km", "kWh", "US gal", "imp gal", "Btu"]),
)
def test_stored_agrees_with_the_exact_fraction_on_whole_numbers(values, name):
    scale = units.unit(name).scale
    kept = pl.DataFrame({"x": values}).select(units.stored(pl.col("x"), name))["x"].to_list()
    assert [_half_away(value * scale) for value in values] == kept


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (12345678, "mg", ("12.345678", "kg")),
        (-5, "ug", ("-0.000000005", "kg")),
        (0, "mg", ("0", "kg")),
        (1500, "m", ("1.5", "km")),
        (250000, "ppm", ("25", "%")),
        (2250, "0.001 TEU", ("2.25", "TEU")),
        (123456, "1/100 of currency", ("1234.56", "")),
        (7, "1", ("7", "1")),
    ],
)
def test_shown_is_exact_decimal_text_at_the_rim(value, unit, expected):
    assert expected == units.shown(value, unit)


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(["mg", "ug", "m", "J", "mL", "kg.m"]))
def test_shown_loses_nothing(value, unit):
    text, name = units.shown(value, unit)
    assert value == units.convert(Fraction(text), name, unit)
    assert "e" not in text.lower()
