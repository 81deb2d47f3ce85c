from __future__ import annotations

import csv
from collections import Counter
from importlib import resources

import pytest

from tanlu.errors import TanluError
from tanlu.terms import kinds, taxonomy


def test_every_leaf_has_a_kind_that_an_activity_may_have() -> None:
    known = set(kinds.leaves())

    assert set() == {leaf.kind for leaf in taxonomy.taxonomy().values()} - known


def test_every_kind_of_activity_has_a_leaf() -> None:
    assert set() == set(kinds.leaves()) - {leaf.kind for leaf in taxonomy.taxonomy().values()}


def test_every_leaf_is_named_in_both_tongues() -> None:
    for leaf in taxonomy.taxonomy().values():
        assert leaf.en
        assert any("\u4e00" <= sign <= "\u9fff" for sign in leaf.zh)


def test_no_two_leaves_hold_the_same() -> None:
    told = Counter((leaf.kind, leaf.facet, leaf.value) for leaf in taxonomy.taxonomy().values())

    assert {1} == set(told.values())


def test_the_longest_beginning_decides_the_leaf() -> None:
    rigid = taxonomy.leaf_of("transport.road", {"vehicle_class": "truck.rigid.7t5"})
    oil = taxonomy.leaf_of("energy.fuel", {"energy_carrier": "marine_fuel_oil"})

    assert rigid is not None
    assert oil is not None
    assert (rigid.name, oil.name) == ("transport.road.truck.rigid", "energy.fuel.marine_fuel_oil")


def test_a_value_that_only_begins_with_the_same_letters_is_elsewhere() -> None:
    assert taxonomy.leaf_of("transport.road", {"vehicle_class": "vanilla"}) is None


def test_a_dotted_name_asks_for_a_kind_and_its_facet() -> None:
    asked = taxonomy.asked("transport.road.truck.artic.44t")

    assert asked == ("transport.road", {"vehicle_class": "truck.artic.44t"})
    assert taxonomy.asked("energy.fuel.diesel") == ("energy.fuel", {"energy_carrier": "diesel"})
    assert taxonomy.asked("energy.electricity") == ("energy.electricity", {})


def test_an_unknown_name_tells_the_nearest() -> None:
    with pytest.raises(TanluError) as raised:
        taxonomy.asked("energy.fuel.diesle")

    assert raised.value.code == "TL115"
    assert "energy.fuel.diesel" in str(raised.value)


def test_the_values_of_a_facet_are_told_once_and_in_both_tongues() -> None:
    text = resources.files("tanlu.terms").joinpath("facets.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))

    assert len(rows) == len({(row["facet"], row["value"]) for row in rows})
    assert all(row["en"] and row["zh"] for row in rows)
