"""Kinds: every one has both tongues, a family and quantities that the schema can hold."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.terms import kinds, schema


def test_every_kind_has_both_tongues_a_reference_and_a_family():
    every = kinds.kinds()
    for name, each in every.items():
        assert each.en
        assert each.zh
        assert each.reference
        assert not each.parent or each.parent in every, name
        assert bool(each.forms) == bool(each.parent), name


def test_every_form_is_made_of_columns_that_an_activity_has():
    columns = set(schema("activity").names)
    assert all(columns.issuperset(of) for of in kinds.FORMS.values())
    assert all(form in kinds.FORMS for each in kinds.kinds().values() for form in each.forms)


def test_the_kinds_of_the_first_journey_are_there():
    wanted = {f"transport.{mode}" for mode in ("road", "rail", "air", "sea", "inland", "parcel")}
    wanted |= {
        f"hub.{of}" for of in ("transshipment", "warehouse", "parcel", "container", "liquid")
    }
    wanted |= {"transport.pipeline", "transport.ropeway", "energy.fuel", "energy.electricity"}
    assert wanted | {"refrigerant.leak"} <= set(kinds.leaves())


def test_the_best_complete_quantity_is_chosen():
    road = kinds.kind("transport.road")
    assert road.form_for(frozenset({"mass_mg", "distance_m", "count"})) == "tkm"
    assert road.form_for(frozenset({"count"})) == "item"
    assert road.form_for(frozenset({"amount_fen"})) is None


def test_a_kind_is_within_its_family_and_itself_only():
    road = kinds.kind("transport.road")
    assert road.within("transport")
    assert road.within("transport.road")
    assert not road.within("trans")
    assert not kinds.kind("transport").within("transport.road")


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(TanluError, match=r"TL115.*transport\.road"):
        kinds.kind("transport.raod")


def test_names_are_unique_in_both_tongues():
    every = list(kinds.kinds().values())
    assert len({each.en for each in every}) == len({each.zh for each in every}) == len(every)
