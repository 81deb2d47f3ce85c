from __future__ import annotations

import pytest

from tanlu.factors.grams import grams, nothing, unknown
from tanlu.terms import gases

ROW = {"numerator": "kg", "denominator": "kWh", "co2_fossil": "3.6", "ch4_fossil": "0.0036"}


@pytest.mark.parametrize("gwp_set", ["AR4", "AR5", "AR6"])
def test_co2e_is_the_sum_of_the_gases_under_the_set(gwp_set):
    made = grams([ROW], "ttw", gwp_set)
    weight = gases.gwp(gwp_set)["CH4_fossil"]
    assert made["ttw_co2_fossil_g"] == 1000.0
    assert made["ttw_ch4_fossil_g"] == 1.0
    assert made["ttw_co2e_g"] == pytest.approx(1000.0 + weight, rel=1e-15)


def test_a_gas_that_the_source_does_not_give_is_null_not_zero():
    assert grams([ROW], "ttw", "AR6")["ttw_n2o_g"] is None


def test_a_value_published_without_gases_stays_unsplit():
    row = {"numerator": "kg", "denominator": "MJ", "co2e_published": "0.0135"}
    made = grams([row], "wtt", "AR6")
    assert made["wtt_unsplit_g"] == made["wtt_co2e_g"] == 13.5


def test_biogenic_co2_is_kept_and_counts_nothing():
    row = {"numerator": "kg", "denominator": "MJ", "co2_bio": "0.07"}
    made = grams([row], "ttw", "AR6")
    assert (made["ttw_co2_bio_g"], made["ttw_co2e_g"]) == (70.0, 0.0)


def test_nothing_is_zero_and_unknown_is_null():
    assert set(nothing("ttw").values()) == {0.0}
    assert set(unknown("wtt").values()) == {None}
