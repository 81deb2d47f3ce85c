from __future__ import annotations

from fractions import Fraction

import pytest

from tanlu.factors.importers import words


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CHN", "CN"), ("Germany", "DE"), ("广东", "CN-GD"), ("CN-GRID-EAST", "CN-GRID-EAST"),
        ("GLO", "GLO"), ("Atlantis", None), (None, None),
    ],
)  # fmt: skip
def test_places_have_their_codes(text, code):
    assert words.region_of(text) == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CFC-11/R11 = trichlorofluoromethane", "R-11"), ("R1234yf*", "R-1234yf"),
        ("Perfluoroethane (PFC-116)", "R-116"), ("R290 = propane", "R-290"), ("PFPMIE", "PFPMIE"),
    ],
)  # fmt: skip
def test_a_gas_of_many_names_has_one(text, name):
    assert words.substance_of(text) == name


@pytest.mark.parametrize(
    ("text", "name", "factor"),
    [
        ("mile", "km", "1.609344"), ("short ton", "t", "0.90718474"), ("tkm", "t.km", "1"),
        ("US gal", "L", "3.785411784"), ("MWh", "GJ", "3.6"), ("kWh", "kWh", "1"),
        ("件", "item", "1"),
        ("ft3", "m3", "0.028316846592"), ("万元", "CNY", "10000"),
    ],
)  # fmt: skip
def test_a_unit_becomes_one_of_the_house_exactly(text, name, factor):
    assert words.canonical(text) == (name, Fraction(factor))


@pytest.mark.parametrize("text", ["ton", "furlong", None, ""])
def test_a_unit_that_means_nothing_or_more_is_none(text):
    assert words.canonical(text) is None


def test_the_nearest_word_is_told():
    assert words.nearest("elektricity", ["electricity", "diesel"]) == "electricity"
    assert words.near_unit("kwhh") == "kWh"
    assert "truck.rigid" in words.vocabulary("vehicle_class")
