"""Waste is found in what was recorded, and only there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.account.hidden.rows import activities

from tanlu.account.hidden import evidence, targets
from tanlu.account.rules import rows
from tanlu.errors import TanluError


def found(*told: dict[str, Any], **against: float) -> dict[tuple[str, str], int]:
    table = evidence(activities(*told), against or None).rows
    return {(a, cause): ppm for a, cause, ppm in table.drop("told").iter_rows()}


def labels(**told: Any) -> str:
    return json.dumps({name: str(value) for name, value in told.items()})


def test_a_box_two_thirds_full_wastes_what_the_text_says() -> None:
    # S0: from 65 to 95 % is 31.6 % of the volume
    box = {"kind": "packaging.carton", "labels": labels(fill=0.65)}

    assert found(box) == {("a0", "overpackaging"): 315_789}
    assert found({**box, "labels": labels(fill=0.97)}) == {}
    assert found(box, fill=0.65) == {}


def test_air_that_is_packed_is_carried_too() -> None:
    told = labels(fill=0.65)

    assert found({"labels": told}, {"kind": "hub.parcel", "labels": told}) == {
        ("a0", "overpackaging"): 315_789
    }


def test_empty_kilometres_beyond_the_target_are_wasted() -> None:
    # 1 + 0.7 x 0.4/0.6 = 1.46667; at 15 %: 1.12353; wasted 1 - 1.12353/1.46667 = 23.396 %
    assert found({"empty_ppm": 400_000}) == {("a0", "empty"): 233_957}
    assert found({"empty_ppm": 150_000}) == {}
    assert found({"empty_ppm": 1_000_000}) == {("a0", "empty"): 1_000_000}


def test_a_detour_is_what_was_driven_beyond_the_shortest_way() -> None:
    told = {"distance_type": "actual", "distance_m": 125_000, "labels": labels(shortest_m=100_000)}

    assert found(told) == {("a0", "detour"): 200_000}
    assert found({**told, "distance_type": "sfd"}) == {}


def test_a_detour_is_seen_from_coordinates_and_the_stated_circuity() -> None:
    ends = {
        "origin_lat_e7": 312_000_000, "origin_lon_e7": 1_215_000_000,
        "destination_lat_e7": 302_000_000, "destination_lon_e7": 1_202_000_000,
        "distance_type": "actual", "place": "CN",
    }  # fmt: skip
    far = found({**ends, "distance_m": 400_000})[("a0", "detour")]
    near = found({**ends, "distance_m": 300_000})[("a0", "detour")]

    # the same shortest way: 400 (1 - far) = 300 (1 - near)
    assert 400 * (10**6 - far) == pytest.approx(300 * (10**6 - near), abs=400)
    assert found({**ends, "distance_m": 150_000}) == {}


def test_hub_operations_beyond_those_needed_are_handled_twice() -> None:
    hubs = [{"kind": "hub.parcel", "chain": "c", "leg_no": n} for n in (2, 4, 6)]
    other = {"kind": "hub.parcel", "chain": "d", "leg_no": 9}

    assert found(*hubs, other) == {("a2", "double_handling"): 1_000_000}
    assert len(found(*hubs, touches=1)) == 2


def test_stock_that_lies_for_a_month_is_idle_for_three_weeks() -> None:
    lain = {"kind": "hub.warehouse", "labels": labels(storage_days=28)}

    assert found(lain) == {("a0", "idle_stock"): 750_000}


def test_a_running_engine_that_stands_moves_nothing() -> None:
    assert found({"labels": labels(idle=0.08)}) == {("a0", "idling"): 80_000}


def test_a_return_that_was_avoidable_is_wasted_and_an_outbound_leg_is_not() -> None:
    back = {"stage": "returns", "labels": labels(avoidable=1)}

    assert found(back, {**back, "stage": "delivery"}) == {("a0", "returns"): 1_000_000}


def test_nothing_told_is_no_evidence() -> None:
    assert found({}, {"kind": "packaging.carton"}, {"labels": labels(fill="half")}) == {}


def test_a_share_that_cannot_be_is_a_finding() -> None:
    made = evidence(activities({"kind": "packaging.carton", "labels": labels(fill=1.4)}))

    assert made.rows.height == 0
    assert made.findings.select("finding_id", "value").rows() == [("TL555|a0", "fill")]


def test_a_target_has_a_source_and_a_name_that_is_known() -> None:
    assert all(row["source"] and row["zh"] for row in rows("hidden/targets.csv"))
    with pytest.raises(TanluError, match="TL502"):
        evidence(activities(), {"fullness": 1.0})
    assert targets()["fill"] == 0.95


@pytest.mark.parametrize(
    "label",
    ['{"fill": "65%"}', '{"fill": 1.2}', '{"idle": "NaN"}', '{"storage_days": -3}',
     '{"storage_days": "inf"}', '{"shortest_m": -5}', '{"shortest_m": 0}'],
)  # fmt: skip
def test_a_label_that_cannot_be_is_a_finding_and_neither_waste_nor_silence(label: str) -> None:
    told = {"labels": label, "distance_type": "actual", "distance_m": 100}
    found = evidence(activities({**told, "kind": "hub.warehouse"}, told))

    assert found.rows.height == 0
    assert found.findings["code"].to_list() == ["TL555", "TL555"]
    assert found.findings["value"][0] in label


def test_a_consignment_with_numbered_legs_is_a_chain_where_none_is_named() -> None:
    hub = {"kind": "hub.parcel", "consignment": "c1"}
    told = [{**hub, "leg_no": n} for n in (1, 3, 5)]

    assert found(*told) == {("a2", "double_handling"): 1_000_000}
    assert found(*({**row, "consignment": None} for row in told)) == {}


def test_a_label_of_nothing_is_no_label() -> None:
    assert evidence(activities({"labels": '{"fill": null}'})).findings.height == 0
