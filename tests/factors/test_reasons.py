from __future__ import annotations

import datetime as dt
import json

from tanlu.factors import explain, library
from tanlu.factors.reasons import WORDS
from tanlu.factors.rules import profile
from tanlu.factors.select import COMPONENTS, components

AT = int(dt.datetime(2026, 3, 1, tzinfo=dt.UTC).timestamp()) * 1_000_000
TRUCK = {
    "kind": "transport.road",
    "vehicle_class": "truck.artic.44t",
    "energy_carrier": "electricity",
    "place": "CN-GD",
}


def test_an_electric_truck_is_explained_in_two_steps():
    said = explain(TRUCK, AT)
    vehicle, carrier = said["steps"]
    assert said["status"] == "chosen"
    assert vehicle["energy"]
    assert carrier["source"]["doc_no"] == "公告2025年第47号"
    assert carrier["source"]["clause"] == "annex, table 3: 广东"
    assert carrier["values"][0]["co2_fossil"] == "0.4419"


def test_losers_name_the_first_component_in_which_they_lost():
    carrier = explain(TRUCK, AT)["steps"][1]
    assert 1 <= len(carrier["losers"]) <= 3
    for loser in carrier["losers"]:
        at = components(profile("iso14083")).index(loser["lost_by"])
        ours, theirs = list(carrier["rank"].values()), list(loser["rank"].values())
        assert ours[:at] == theirs[:at]
        assert ours[at] < theirs[at]
        assert loser["en"]
        assert loser["zh"]


def test_every_rejection_keeps_its_reason():
    carrier = explain(TRUCK, AT)["steps"][1]
    reasons = {each["filter"] for each in carrier["rejected"]}
    assert "method is footprint" in reasons
    assert any(each.startswith("holds for AE") for each in reasons)


def test_assumptions_are_said_in_two_tongues():
    said = explain({"kind": "transport.road"}, AT)
    codes = {each["code"] for each in said["assumptions"]}
    assert {"F-CLASS-ROAD", "F-CARRIER-ROAD"} <= codes
    assert all(each["en"] and each["zh"] for each in said["assumptions"])


def test_an_unknown_class_is_a_finding_with_a_suggestion():
    said = explain({"kind": "transport.road", "vehicle_class": "truck.artik.44t"}, AT)
    assert (said["status"], said["resolved"]) == ("none", None)
    assert said["finding"]["code"] == "TL201"
    assert "truck.artic.44t" in said["finding"]["en"]
    assert "truck.artic.44t" in said["finding"]["zh"]


def test_an_explanation_is_plain_data_pinned_to_the_packs():
    said = explain(TRUCK, AT)
    assert json.loads(json.dumps(said, ensure_ascii=False))["library"] == library().hash
    assert set(said["packs"]) == {pack.pack_id for pack in library().packs}


def test_a_refrigerant_is_explained_without_steps():
    said = explain({"kind": "refrigerant.leak", "energy_carrier": "R-134a"}, AT)
    assert said["status"] == "chosen"
    assert said["steps"] == []


def test_every_component_of_the_rank_has_words():
    assert set(WORDS) == set(COMPONENTS)
