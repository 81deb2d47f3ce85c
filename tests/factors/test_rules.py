from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.factors.rules import assumption, bands, default, defaults, profile


def test_every_default_names_its_reason_in_two_tongues():
    for row in defaults():
        assert row.en
        assert row.zh
        assert row.sigma_ln >= 0


def test_every_class_that_is_assumed_exists():
    classes = set(library().vehicles["class"])
    assumed = {row.value for row in defaults() if row.facet == "vehicle_class"}
    assert assumed <= classes


def test_a_train_in_china_is_assumed_electric_and_elsewhere_diesel():
    china = default("transport.rail", "energy_carrier", ("CN-GD", "CN-GRID-SOUTH", "CN", "GLO"))
    other = default("transport.rail", "energy_carrier", ("DE", "GLO"))
    assert (china.value, other.value) == ("electricity", "diesel")


def test_an_unknown_profile_names_the_known_ones():
    with pytest.raises(TanluError) as caught:
        profile("iso14038")
    assert caught.value.code == "TL203"
    assert "iso14083" in str(caught.value)


def test_an_unknown_code_is_an_error():
    with pytest.raises(TanluError):
        assumption("F-NONE")


def test_a_source_outside_the_order_of_a_profile_comes_last():
    rule = profile("iso14083")
    assert rule.order("somebody") == len(rule.sources)
    assert rule.order("mee-2023") < rule.order("ember-2025")


def test_the_bands_are_the_marks_at_which_an_untold_class_changes():
    assert bands()["distance_m"] == (3_700_000,)
    assert bands()["mass_mg"][0] == 12 * 10**9
