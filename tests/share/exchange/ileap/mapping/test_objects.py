"""Objects of legs: parallel legs, legs without an order, goods that only lay in a hub."""

from __future__ import annotations

from typing import Any

from tanlu.factors import library
from tanlu.share.exchange.ileap import check
from tanlu.share.exchange.ileap.mapping.clusters import FACETS
from tanlu.share.exchange.ileap.mapping.legs import Leg
from tanlu.share.exchange.ileap.mapping.objects import Made, made

DAY = 1_790_896_800_000_000


def leg(name: str, number: int | None, *, mode: str | None = "Road", **more: Any) -> Leg:
    row = {
        **dict.fromkeys(FACETS), "activity_id": name, "share_key": None, "shipment": "S",
        "consignment": None, "kind": "transport.road", "energy_carrier": "diesel",
        "energy_j": 1_000_000, "burnt_wtw_ug": 90_000_000, "burnt_ttw_ug": 75_000_000,
        "wtw_ug": 90_000_000, "ttw_ug": 75_000_000, "mass_mg": 10**6, "distance_m": 1000,
        "distance_type": "actual", "bio_ppm": None, "place": "CN-BJ", "origin": "CN-BJ",
        "destination": "CN-SH", "start": DAY, "end": DAY + 3_600_000_000, "leg_no": number,
        "tier": "measured", "gwp_set": "AR6", "load_ppm": None, "empty_ppm": None,
    }  # fmt: skip
    return Leg({**row, **more}, mode, None if mode else "Warehouse")


def tces(found: Made) -> dict[str, Any]:
    (shipment,) = found.shipments
    return {tce["tceId"]: tce for tce in shipment.body["tces"]}


def test_legs_of_one_number_run_side_by_side() -> None:
    found = tces(made([leg("a", 1), leg("b", 1), leg("c", 2), leg("d", 5)], library()))

    assert {name: tce["prevTceIds"] for name, tce in found.items()} == {
        "a": [], "b": [], "c": ["a", "b"], "d": ["c"]
    }  # fmt: skip


def test_legs_without_a_number_claim_no_order() -> None:
    found = tces(made([leg("a", 1), leg("b", None)], library()))

    assert not any("prevTceIds" in tce for tce in found.values())


def test_what_moved_nothing_and_yet_emitted_is_left_with_its_reason() -> None:
    found = made([leg("a", 1), leg("b", 2, distance_m=0)], library())

    assert [(each.activity_id, each.why) for each in found.left] == [
        ("b", "it moved nothing and yet emitted")
    ]
    assert list(tces(found)) == ["a"]


def test_goods_that_only_lay_in_a_hub_hold_too() -> None:
    from datetime import UTC, datetime

    from tanlu.share.exchange.ileap import Company
    from tanlu.share.exchange.ileap.mapping.footprints import footprint

    hub = leg("h", 1, mode=None, kind="hub.warehouse", distance_m=None)
    found = made([hub], library())
    held = [
        footprint(each, Company("C", ("urn:c:1",)), "x", datetime(2026, 1, 1, tzinfo=UTC))
        for each in (*found.shipments, *found.categories)
    ]

    assert check(held).findings == []
    assert held[0]["pcf"]["unitaryProductAmount"] == "0.000000000001"
    assert found.tads == []


def test_a_category_says_what_was_assumed() -> None:
    found = made([leg("a", 1, energy_carrier=None, energy_j=None)], library())

    assert "assumed" in found.categories[0].body["description"]
