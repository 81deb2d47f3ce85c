"""Every comparison shows six stages, what moved, what was set off, and what is left."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.shift.rows import emissions

from tanlu.account.shift import STAGES, compare
from tanlu.account.shift.induce import made
from tanlu.errors import TanluError
from tanlu.terms import schema

T = 10**12


def test_route_optimisation_that_adds_packaging_is_seen_as_a_burden_that_moved() -> None:
    # S1: fewer delivery kilometres, more packaging; 100 orders each
    before = emissions(("delivery", 100, 1000 * T), ("production", 50, 200 * T))
    after = emissions(("delivery", 80, 800 * T), ("production", 55, 220 * T))
    found = compare(before, after, volumes=(100, 100), known=())
    stages = {row["stage"]: row for row in found.stages.iter_rows(named=True)}

    assert list(stages) == list(STAGES)
    assert stages["delivery"]["activity_ug"] == -200 * T
    assert stages["production"]["saving_ug"] == -20 * T
    assert (found.summary.gross_ug, found.summary.net_ug) == (180 * T, 180 * T)
    assert found.findings["finding_id"].to_list() == ["TL558|stage:production"]


def test_a_stage_that_disappears_is_a_finding_and_no_saving_in_silence() -> None:
    before = emissions(("trunk", 10, 10 * T), ("returns", 5, 4 * T))
    found = compare(before, emissions(("trunk", 10, 10 * T)), known=())

    assert found.findings["finding_id"].to_list() == ["TL557|stage:returns"]
    assert found.findings["value"].to_list() == [f"{4 * T} µg"]


def test_another_volume_is_taken_out_first_and_both_are_shown() -> None:
    # twice the orders, twice the emission: nothing saved, nothing lost
    one, two = emissions(("trunk", 10, 10 * T)), emissions(("trunk", 20, 20 * T))
    found = compare(one, two, volumes=(100, 200), known=())
    trunk = found.stages.filter(stage="trunk").row(0, named=True)

    assert (trunk["change_ug"], trunk["volume_ug"], trunk["saving_ug"]) == (10 * T, 10 * T, 0)
    assert trunk["before_each_ug"] == trunk["after_each_ug"] == T // 10
    assert (found.summary.before_volume, found.summary.after_volume) == (100, 200)


@pytest.mark.parametrize(
    ("per", "volumes"), [(("order", "parcel"), (1, 1)), ("order", (0, 1)), ("order", (1, -1))]
)
def test_units_that_differ_and_volumes_of_nothing_are_refused(per: Any, volumes: Any) -> None:
    with pytest.raises(TanluError, match="TL556"):
        compare(emissions(), emissions(), per=per, volumes=volumes)


def test_two_profiles_are_not_compared() -> None:
    other = emissions(("trunk", 1, T)).with_columns(profile=pl.lit("iso14067"))

    with pytest.raises(TanluError, match="TL512"):
        compare(emissions(("trunk", 1, T)), other)


def test_the_direct_rebound_of_a_thriftier_truck_is_subtracted_with_its_interval() -> None:
    # 20 % less per t.km: r = 0.8, 0.8^-0.17 - 1 = 3.867 % of 800 = 30.9; 4 to 61 %: 7.2 to 116.6
    before, after = emissions(("trunk", 10, 1000 * T)), emissions(("trunk", 10, 800 * T))
    found = compare(before, after)
    effect = found.induced.filter(name="trunk.rebound").row(0, named=True)

    assert effect["state"] == "counted"
    assert effect["induced_ug"] / T == pytest.approx(800 * (0.8**-0.17 - 1), abs=1e-6)
    assert effect["lower_ug"] / T == pytest.approx(800 * (0.8**-0.04 - 1), abs=1e-6)
    assert effect["upper_ug"] / T == pytest.approx(800 * (0.8**-0.61 - 1), abs=1e-6)
    assert found.summary.net_ug == found.summary.gross_ug - effect["induced_ug"]
    assert found.summary.net_lower_ug < found.summary.net_ug < found.summary.net_upper_ug


def test_a_measured_later_state_holds_its_rebound_already() -> None:
    before, after = emissions(("trunk", 10, 1000 * T)), emissions(("trunk", 10, 800 * T))
    found = compare(before, after, planned=False)

    assert found.induced.filter(name="trunk.rebound")["state"].to_list() == ["contained"]
    assert found.summary.induced_ug == 0
    assert found.summary.net_ug == found.summary.gross_ug == 200 * T


def test_an_induced_effect_is_never_credited() -> None:
    worse = emissions(("trunk", 10, 1200 * T))
    found = compare(emissions(("trunk", 10, 1000 * T)), worse)
    effect = found.induced.filter(name="trunk.rebound").row(0, named=True)

    assert (effect["induced_ug"], effect["state"]) == (0, "not_credited")
    assert found.summary.net_ug == -200 * T


def test_an_effect_whose_driver_is_unknown_is_shown_without_a_number() -> None:
    found = compare(emissions(("returns", 1, T)), emissions(("returns", 1, T)))
    effect = found.induced.filter(name="returns.leniency").row(0, named=True)

    assert (effect["state"], effect["induced_ug"]) == ("no_driver", None)


def test_free_returns_are_a_driver_that_the_user_gives() -> None:
    rows = emissions(("returns", 1, 100 * T))
    found = compare(rows, rows, given={"return_cost": 0.5})
    effect = found.induced.filter(name="returns.leniency").row(0, named=True)

    assert effect["induced_ug"] / T == pytest.approx(100 * (0.5**-0.2 - 1), abs=1e-6)
    assert found.summary.net_ug == -effect["induced_ug"]


def test_the_ratio_of_an_intensity_is_that_of_what_a_unit_emits() -> None:
    # twice the t.km at half the rate: 100 before and after, and yet each t.km is half as dear
    found = compare(emissions(("trunk", 10, 100 * T)), emissions(("trunk", 20, 100 * T)))
    effect = found.induced.filter(name="trunk.rebound").row(0, named=True)
    trunk = found.stages.filter(stage="trunk").row(0, named=True)

    assert (trunk["activity_ratio"], trunk["intensity_ratio"]) == (2, 0.5)
    assert effect["driver_ratio"] == 0.5
    assert effect["induced_ug"] / T == pytest.approx(100 * (0.5**-0.17 - 1), abs=1e-6)


def test_the_ratio_of_an_activity_is_for_an_order() -> None:
    # half the kilometres for twice the orders, at three times the rate
    one, two = emissions(("delivery", 100, 100 * T)), emissions(("delivery", 100, 300 * T))
    found = compare(one, two, volumes=(10, 20), known=())
    delivery = found.stages.filter(stage="delivery").row(0, named=True)

    assert (delivery["activity_ratio"], delivery["intensity_ratio"]) == (0.5, 3)


def test_an_amount_that_only_some_rows_tell_is_no_measure_of_all() -> None:
    # 2 rows, one without t.km: 20 kg.m are not what both did; rows count instead
    part = emissions(("trunk", 20, 50 * T), ("trunk", 0, 50 * T)).with_columns(
        transport_kgm=pl.Series([20, None], dtype=pl.Int64)
    )
    whole = emissions(("trunk", 20, 50 * T), ("trunk", 20, 50 * T))
    trunk = compare(part, whole, known=()).stages.filter(stage="trunk").row(0, named=True)

    assert (trunk["activity_ug"], trunk["mix_ug"], trunk["factor_ug"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("given_", "code"),
    [({"retrun_cost": 0.5}, "TL502"), ({"return_cost": 0.0}, "TL555"),
     ({"return_cost": 1e-300}, "TL555"), ({"return_cost": float("nan")}, "TL555")],
)  # fmt: skip
def test_a_driver_that_nobody_knows_or_that_is_no_ratio_is_refused(
    given_: dict[str, float], code: str
) -> None:
    rows = emissions(("returns", 1, T))

    with pytest.raises(TanluError, match=code):
        compare(rows, rows, given=given_)


def test_a_missing_boundary_drops_no_row() -> None:
    rows = emissions(("trunk", 1, 7 * T)).drop("boundary")

    assert compare(rows, rows, known=()).summary.before_ug == 7 * T


WIDE = {
    "name": "one", "driver": "trunk.intensity", "to_stage": "trunk", "value": "-0.2",
    "low": "-0.6", "high": "0.1", "place": "", "source": "own study", "year": "2026",
    "status": "assumption", "en": "e", "zh": "z",
}  # fmt: skip


def test_effects_of_one_driver_err_together() -> None:
    # two effects of one driver: their doubt is added up, that of two drivers is not
    before = emissions(("trunk", 10, 1000 * T), ("delivery", 10, 1000 * T))
    after = emissions(("trunk", 10, 800 * T), ("delivery", 10, 800 * T))
    one, two = made(WIDE), made({**WIDE, "name": "two"})
    other = made({**WIDE, "driver": "delivery.intensity", "to_stage": "delivery"})
    width = [
        s.induced_upper_ug - s.induced_ug
        for s in (
            compare(before, after, known=k).summary for k in ([one], [one, two], [one, other])
        )
    ]

    assert width[1] / width[0] == pytest.approx(2)
    assert width[2] / width[0] == pytest.approx(2**0.5)


def test_a_measured_later_state_gets_no_doubt_of_what_it_holds() -> None:
    # the value would lower the emission and one end would raise it: nothing is still to come
    worse = emissions(("trunk", 10, 1200 * T))
    found = compare(emissions(("trunk", 10, 1000 * T)), worse, known=[made(WIDE)], planned=False)

    assert found.summary.net_lower_ug == found.summary.gross_lower_ug
    assert found.summary.induced_upper_ug == 0


def test_a_rebound_that_eats_the_saving_is_a_finding() -> None:
    row = {
        "name": "own", "driver": "trunk.intensity", "to_stage": "trunk", "value": "-2",
        "low": "-3", "high": "-1", "place": "", "source": "own study", "year": "2026",
        "status": "assumption", "en": "e", "zh": "z",
    }  # fmt: skip
    before, after = emissions(("trunk", 10, 1000 * T)), emissions(("trunk", 10, 800 * T))
    found = compare(before, after, known=[made(row)])

    assert "TL559|comparison" in found.findings["finding_id"].to_list()
    assert (found.summary.rebound_ppm or 0) > 10**6


def test_avoided_emissions_are_left_out_and_told() -> None:
    avoided = emissions(("trunk", 1, T)).with_columns(boundary=pl.lit("avoided"))
    negative = emissions(("trunk", 1, T)).with_columns(co2e_ug=-pl.col("co2e_ug"))
    rows = pl.concat([emissions(("trunk", 1, 7 * T)), avoided, negative])
    found = compare(rows, emissions(("trunk", 1, 7 * T)), known=())

    assert found.summary.before_ug == 7 * T
    assert found.findings.filter(code="TL560")["count"].to_list() == [2]


def test_rows_without_a_stage_are_kept_under_their_own_name() -> None:
    rows = emissions((None, 1, T))
    found = compare(rows, rows, known=())

    assert found.stages["stage"].to_list() == [*STAGES, "unassigned"]
    assert found.summary.before_ug == T
    assert found.findings["code"].to_list() == ["TL561"]


def test_two_boundaries_of_an_activity_count_its_amount_once() -> None:
    ttw = emissions(("trunk", 10, 80 * T))
    both = pl.concat([ttw, ttw.with_columns(boundary=pl.lit("wtt"), co2e_ug=pl.lit(20 * T))])
    found = compare(both, emissions(("trunk", 5, 50 * T)), known=())

    assert found.stages.filter(stage="trunk")["activity_ug"].item() == -50 * T


def test_what_rests_on_one_factor_keeps_its_error_in_the_difference() -> None:
    # 100 less 90 of one factor of 10 %: 1.96 x 10 % x 10, and not of 134
    same = compare(emissions(("trunk", 1, 100 * T)), emissions(("trunk", 1, 90 * T)), known=())
    other = emissions(("trunk", 1, 90 * T)).with_columns(factor_id=pl.lit("g"))
    apart = compare(emissions(("trunk", 1, 100 * T)), other, known=())
    width = [(f.summary.gross_upper_ug - f.summary.gross_ug) / T for f in (same, apart)]

    assert width == pytest.approx([1.96, 1.96 * (10**2 + 9**2) ** 0.5], rel=1e-9)


def test_effects_larger_than_both_states_do_not_overflow() -> None:
    before = emissions(("trunk", 1, 133_711_661_989_947))
    found = compare(before, emissions(("trunk", 138_000, 3_999_448_031)), known=())
    trunk = found.stages.filter(stage="trunk").row(0, named=True)

    assert trunk["activity_ug"] > 2**63
    assert trunk["activity_ug"] + trunk["factor_ug"] + trunk["mix_ug"] == trunk["change_ug"]


ROW = st.tuples(st.sampled_from([*STAGES, None]), st.integers(1, 10**9), st.integers(0, 10**16))


@given(st.lists(ROW, max_size=5), st.lists(ROW, max_size=5), st.integers(1, 99), st.integers(1, 99))
def test_each_stage_and_the_whole_add_up_to_the_microgram(
    was: list[Any], now: list[Any], v0: int, v1: int
) -> None:
    found = compare(emissions(*was), emissions(*now), volumes=(v0, v1))
    parts = ["volume_ug", "activity_ug", "mix_ug", "factor_ug"]
    sums = found.stages.select(pl.sum_horizontal(parts))

    assert sums.to_series().to_list() == found.stages["change_ug"].to_list()
    assert found.stages["after_ug"].sum() == sum(row[2] for row in now)
    causes = found.stages.select(pl.sum_horizontal(parts[1:])).to_series()
    assert found.stages["saving_ug"].to_list() == [-each for each in causes]
    assert found.summary.net_ug == found.summary.gross_ug - found.summary.induced_ug
    # only now and then is a source short of a word: no text has an unfilled field
    assert not any(re.search(r"<\w+>", hint) for hint in found.findings["hint"])


def test_findings_have_the_schema_of_findings() -> None:
    found = compare(emissions(), emissions(), known=())

    assert found.findings.schema == schema("finding").empty().schema
