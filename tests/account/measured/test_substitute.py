"""Hours without a valid reading are filled on the safe side by a rule that is named."""

from __future__ import annotations

import statistics
from typing import Any

import pytest
from tests.account.measured.stacks import stack

from tanlu.account.measured import hours, rule, substitute
from tanlu.errors import TanluError


def filled(*changes: dict[str, Any], by: str = "mrr") -> list[float]:
    found = substitute(hours(stack(*changes)), by).sort("start")
    return [round(value, 9) for value in found["conc_g_nm3"]]


def test_a_missing_hour_is_the_mean_and_two_deviations() -> None:
    told = [{"conc_mg_m3": value} for value in (90_000.0, 100_000.0, 110_000.0, None)]
    mean, spread = 100, statistics.stdev([90, 100, 110])

    assert filled(*told)[-1] == mean + 2 * spread


def test_an_hour_of_79_percent_of_its_readings_is_missing_and_one_of_80_is_not() -> None:
    few = {"points": 79, "points_possible": 100, "conc_mg_m3": 1.0}
    enough = {**few, "points": 80}

    assert filled({}, {}, few)[-1] == 100
    assert filled({}, {}, enough)[-1] == 0.001


def test_an_hour_that_does_not_run_emits_nothing_and_is_not_missing() -> None:
    found = substitute(hours(stack({}, {"running": 0, "conc_mg_m3": None, "flow_m3": None})))

    assert found["flow_nm3"].to_list() == [1000, 0]
    assert found["substituted"].to_list() == [0, 0]
    assert set(found["valid_ppm"]) == {10**6}


def test_the_largest_of_the_last_180_valid_hours_fills_a_short_gap() -> None:
    # the peak of hour 0 is 200 valid hours away, so 120 of hour 50 holds
    told = [{"conc_mg_m3": 100_000.0} for _ in range(200)]
    told[0] = {"conc_mg_m3": 500_000.0}
    told[50] = {"conc_mg_m3": 120_000.0}

    assert filled(*told, {"conc_mg_m3": None}, by="hj75")[-1] == 120


def test_the_last_720_hours_fill_a_gap_of_more_than_a_day() -> None:
    told: list[dict[str, Any]] = [{"conc_mg_m3": 100_000.0} for _ in range(400)]
    told[0] = {"conc_mg_m3": 500_000.0}
    gap = [{"conc_mg_m3": None}] * 25

    assert filled(*told, *gap, by="hj75")[-25:] == [500] * 25
    assert filled(*told, *gap[:24], by="hj75")[-24:] == [100] * 24


def test_below_90_percent_the_last_2160_hours_hold() -> None:
    told: list[dict[str, Any]] = [{"conc_mg_m3": 100_000.0} for _ in range(800)]
    told[0] = {"conc_mg_m3": 500_000.0}
    gap = [{"conc_mg_m3": None}, {}] * 120

    assert filled(*told, *gap, by="hj75")[800] == 500


def test_sources_do_not_fill_each_other() -> None:
    other = [{"source": "K2", "conc_mg_m3": 1000.0}] * 2
    found = substitute(hours(stack({}, {"conc_mg_m3": None}, *other)))

    assert found.filter(source="K1")["conc_g_nm3"].to_list() == [100, 100]


def test_a_rule_says_where_it_is_from_and_what_was_not_checked() -> None:
    assert rule("mrr").status == "official"
    assert rule("hj75").status == "assumption"
    assert "not checked" in rule("hj75").clause
    with pytest.raises(TanluError, match="TL502"):
        rule("guess")
