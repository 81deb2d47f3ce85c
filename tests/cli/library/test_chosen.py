"""Which factor a key gets and why, in both tongues and as data."""

from __future__ import annotations

import pytest

from tests.cli.books import Tongue

TRUCK = (
    *("factors", "why", "transport.road", "--class", "truck.artic.44t"),
    *("--carrier", "electricity", "--place", "CN-GD", "--when", "2026-03-01"),
)


def test_people_read_the_source_and_the_clause_of_what_was_chosen(empty: Tongue) -> None:
    shown = empty.say(*TRUCK)

    assert "transport.road · truck.artic.44t · electricity · CN-GD · 2026-03-01" in shown
    assert "公告2025年第47号; annex, table 3: 广东; 2023; CN-GD; official" in shown
    assert "generation [kg/kWh]: co2_fossil 0.4419" in shown


def test_people_read_who_lost_and_where_first(empty: Tongue) -> None:
    shown = empty.say(*TRUCK)

    assert "lost by time: years away (later years count ten times) (4 against 3)" in shown
    assert "lost by place" in shown


def test_people_read_which_filter_kept_others_out(empty: Tongue) -> None:
    shown = empty.say(*TRUCK)

    assert "rejected" in shown
    assert "holds for AE, AF, AG" in shown
    assert "energy carrier is diesel" in shown


def test_people_read_both_intervals_and_every_assumption(empty: Tongue) -> None:
    shown = empty.say(*TRUCK)

    assert "95 % interval of the composed value: × ÷" in shown
    assert "chosen from 2024-01-01 to 2200-01-01" in shown
    assert "F-ABROAD: the value was made for another country" in shown
    assert "F-GENERATION" in shown


def test_the_same_is_said_in_chinese(empty: Tongue) -> None:
    shown = empty.say(*TRUCK, language="zh")

    assert "选用" in shown
    assert "落选于“时间差（较晚年份按十倍计）”（4 对 3）" in shown
    assert "筛除" in shown
    assert "适用于 AE" in shown
    assert "holds for" not in shown
    assert "energy carrier is" not in shown


def test_programs_get_the_explanation_as_one_object(empty: Tongue) -> None:
    facts = empty.ask(*TRUCK)
    vehicle, carrier = facts["steps"]

    assert (facts["status"], facts["key"]["place"]) == ("chosen", "CN-GD")
    assert vehicle["energy"]
    assert carrier["losers"][0]["lost_by"] == "time"
    assert carrier["others"] >= 1
    assert {each["component"] for each in carrier["because"]} == set(carrier["rank"])
    assert {"filter", "filter_zh"} <= set(carrier["rejected"][0])
    assert facts["resolved"]["sigma_ln"] > 0


def test_a_port_tells_its_region(empty: Tongue) -> None:
    asked = ("factors", "why", "energy.electricity", "--place", "CNSHA")

    assert empty.ask(*asked)["key"]["place"] == "CN-SH"


def test_a_biofuel_shows_its_biogenic_carbon_apart(empty: Tongue) -> None:
    shown = empty.say("factors", "why", "energy.fuel", "--carrier", "hvo", "--place", "CN")

    assert "ttw [kg/GJ]: co2_bio 70.83, co2e_published 1.03677" in shown


def test_a_profile_and_a_gwp_set_may_be_asked_for(empty: Tongue) -> None:
    asked = ("factors", "why", "energy.fuel", "--carrier", "diesel", "--place", "CN")
    facts = empty.ask(*asked, "--profile", "cn_inventory", "--gwp", "SAR")

    assert facts["steps"][0]["source"]["source_id"] == "ndrc-2015"
    assert facts["gwp_set"] == "SAR"


def test_nothing_found_fails_with_the_nearest_name(empty: Tongue) -> None:
    asked = ("factors", "why", "transport.road", "--class", "truck.artik.44t")

    assert "TL201" in empty.say(*asked, expect=1)
    assert empty.ask(*asked, expect=1)["status"] == "none"


def test_a_place_that_tells_no_region_is_refused(empty: Tongue) -> None:
    asked = ("factors", "why", "energy.electricity", "--place", "nowhere")

    assert empty.ask(*asked, expect=2)["error"]["code"] == "TL203"


def test_without_a_kind_the_usage_is_said(
    empty: Tongue, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        empty.say("factors", "why")

    assert stopped.value.code == 2
    assert "TL001" in capsys.readouterr().err


def test_a_facet_that_is_no_word_of_the_house_is_refused_with_the_nearest(empty: Tongue) -> None:
    asked = ("factors", "why", "energy.electricity", "--technology", "residuel")
    error = empty.ask(*asked, expect=2)["error"]

    assert error["code"] == "TL203"
    assert "residual" in error["message"]
