"""The facts: amounts as decimal texts, intervals as account combines them."""

from __future__ import annotations

import json
import math

import pytest
from examples.trace import order

from tanlu.report.tracing.facts import moment


def test_what_shares_a_factor_errs_together(facts) -> None:
    # road legs 310 g at 0.10 and 50 g at 0.15 add up; hub 20 g at 0.5, air 10.2 kg at 0.17 and
    # parcel hub 60 g at 0.58 come in quadrature
    road = 0.310 * 0.10 + 0.050 * 0.15
    spread = math.sqrt(road**2 + 0.010**2 + (10.2 * 0.17) ** 2 + (0.060 * 0.58) ** 2) / 10.64
    told = facts["total"]

    assert told["co2e_kg"] == "10.64"
    assert float(told["lower_kg"]) == pytest.approx(10.64 * math.exp(-1.96 * spread), rel=1e-9)
    assert float(told["upper_kg"]) == pytest.approx(10.64 * math.exp(1.96 * spread), rel=1e-9)


def test_fuel_burnt_and_fuel_made_stand_apart_and_make_the_whole(facts) -> None:
    parts = facts["boundaries"]

    assert {name: each["co2e_kg"] for name, each in parts.items()} == {
        "ttw": "8.512",
        "wtt": "2.128",
    }
    assert facts["others"]["input"]["co2e_kg"] == "1.56"


def test_a_leg_that_is_not_quantified_has_no_amount_and_is_counted(facts) -> None:
    last = facts["legs"][-1]

    assert (last["emission"], last["tier"], last["quantified"]) == (None, None, "no")
    assert (facts["quantified"]["quantified"], facts["quantified"]["legs"]) == (5, 6)


def test_every_row_says_by_which_factor_and_where_it_stands(facts) -> None:
    row = facts["legs"][0]["rows"][0]

    assert row["factor_hash"] == "hash of transport.rail"
    assert row["proof"]["part"].startswith("parts/emission/")
    assert (row["co2e_ug"], facts["legs"][0]["proof"]["source_device"]) == ("96000000", "gnss-1")


def test_the_facts_are_json(facts) -> None:
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert facts["subject"] == order.ORDER


def test_a_time_keeps_its_microseconds_and_its_zone() -> None:
    assert moment(1_500_000, "Asia/Shanghai") == "1970-01-01T08:00:01.500000+08:00"
    assert moment(None, "UTC") is None


def test_a_node_of_a_track_has_its_chance_and_its_intervals(traced_by_track) -> None:
    (node,) = [each for each in traced_by_track["nodes"] if each["told_by"] == "track"]

    assert node["probability"] == "0.512345"
    assert node["arrival_95"] == [
        "2026-01-23T00:59:00.001104+00:00", "2026-01-23T01:00:59.998896+00:00",
    ]  # fmt: skip
    assert node["departure_95"][0] < node["departure"] < node["departure_95"][1]
    assert node["radius_95_m"] == "12.239"
    assert (node["proof"]["table"], node["proof"]["id"], node["proof"]["row"]) == ("node", "n", 0)


def test_a_node_that_an_event_saw_names_its_row(facts) -> None:
    proofs = [each["proof"] for each in facts["nodes"] if each["told_by"] == "event"]

    assert [each["table"] for each in proofs] == ["event"] * 3
    assert [each["id"] for each in proofs] == ["press:3", "pack:5", "recycle:11"]
    assert {each["part"] for each in proofs} == {"parts/event/00000002.parquet"}
    assert {each["proof"] for each in facts["nodes"] if each["told_by"] == "legs"} == {None}


def test_other_nodes_claim_none(facts) -> None:
    assert {node["probability"] for node in facts["nodes"]} == {None}
    assert {node["arrival_95"] for node in facts["nodes"]} == {None}
