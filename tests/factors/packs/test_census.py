"""How many factors there are, each counted once."""

from __future__ import annotations

from tanlu.factors import library
from tanlu.factors.packs import census, leaves, made_of, without
from tanlu.terms import taxonomy
from tests.factors.packs.own import own


def test_the_bars_of_the_library_are_met_without_any_outside_data() -> None:
    found = census()

    assert found["factors"] > 5_000
    assert found["distinct_logistics"] >= 2_500
    assert found["classes"] >= 48


def test_a_second_edition_of_the_same_value_counts_once() -> None:
    again = own({"source_id": "own-meter", "published": "2026-03-01", "denominator": "MJ"})
    found = census(made_of([own(), again]))

    assert (found["factors"], found["distinct"]) == (2, 1)


def test_a_bulk_table_is_counted_apart() -> None:
    found = census(made_of([own(bulk="yes")]))

    assert (found["factors"], found["distinct"], found["distinct_logistics"]) == (1, 1, 0)


def test_gwp_values_are_no_factors() -> None:
    assert not [row for row in library().rows if row["activity"] == "gwp"]


def test_every_leaf_has_a_factor_or_says_why_none_is_open() -> None:
    none = without()
    lacking = {name for name, number in leaves().items() if not number}

    assert lacking == set(none["leaf"])
    assert set(none["leaf"]) <= set(taxonomy.taxonomy())
    assert none.filter((none["en"] == "") | (none["zh"] == "")).is_empty()
