"""One thing on several devices: its way is told once, by the best evidence."""

import json

import polars as pl
import pytest

from tanlu.track.legs import legs
from tanlu.track.legs.choosing import chosen
from tanlu.track.legs.loads import carried
from tests.track.legs.made import HOUR, START, events, leg, moves, node, scan

A, B, C, D = (52.0, 13.0), (52.0, 14.0), (52.0, 15.0), (53.0, 14.0)
T = [START + k * HOUR for k in range(12)]
KG = 1_000_000


def told(found) -> list[tuple[str, str, int]]:
    """Give device, subject and km of transports."""
    rows = found.activities.filter(pl.col("kind").str.starts_with("transport."))
    return [
        (device, subject, round(metres / 1000))
        for device, subject, metres in rows.select("source_device", "subject", "distance_m").rows()
    ]


def km(found, subject: str) -> int:
    return sum(far for _, one, far in told(found) if one == subject)


def together(*names: str, way=(A, B), span=(T[0], T[4])):
    return [leg(name, 1, "truck", way, span) for name in names]


def on_three():
    """Give a waybill in a tracked box on a tracked truck, scanned by the driver's phone."""
    return [
        scan("waybill:1", "box:9", T[0], "add", mass_mg=KG),
        scan("box:9", "vehicle:truck", T[0], "add"),
        scan("waybill:2", "vehicle:truck", T[0], "add", "phone", mass_mg=KG),
        scan("box:9", "vehicle:truck", T[4], "delete"),
        scan("waybill:2", "vehicle:truck", T[4], "delete", "phone"),
    ]


def test_devices_that_went_together_tell_one_way():
    moved, fixes = moves(together("truck", "box:9", "phone"))

    found = legs(moved, fixes, events=events(*on_three()))

    assert told(found) == [("truck", "waybill:1", 82), ("truck", "waybill:2", 82)]
    labels = [json.loads(each) for each in found.activities["labels"]]
    assert [each["track.also"] for each in labels] == ["box:9", "phone"]
    assert {each["track.chosen"] for each in labels} == {"vehicle"}
    assert found.findings.select("code", "subject", "value", "severity").rows() == [
        ("TL447", "box:9", "truck", "info"), ("TL447", "phone", "truck", "info")
    ]  # fmt: skip
    # the devices that only went along stay as evidence
    assert sorted(found.elements["device"]) == ["box:9", "phone", "truck"]
    assert found.elements.filter(device="truck")["load_mg"].to_list() == [2 * KG]


def test_a_phone_that_leaves_at_the_hub_takes_no_goods_home():
    moved, fixes = moves(
        [
            *together("truck", "phone"), leg("truck", 2, "truck", (B, C), (T[5], T[8])),
            leg("phone", 2, "van", (B, D), (T[5], T[7])),
        ],
        [node("truck", 1, (T[4], T[5]), B), node("phone", 1, (T[4], T[5]), B)],
    )  # fmt: skip
    table = events(
        scan("waybill:1", "vehicle:truck", T[0], "add", "phone", mass_mg=KG),
        scan("waybill:1", "vehicle:truck", T[8], "delete", "phone"),
    )

    found = legs(moved, fixes, events=table)

    assert told(found) == [("truck", "waybill:1", 82), ("truck", "waybill:1", 82)]
    assert [code for code in found.findings["code"] if code != "TL447"] == ["TL414"]


def test_a_box_that_goes_on_is_followed_and_the_truck_goes_back_empty():
    moved, fixes = moves(
        [
            *together("truck", "box:9"), leg("box:9", 2, "truck", (B, C), (T[5], T[8])),
            leg("truck", 2, "truck", (B, A), (T[5], T[8])),
        ],
        [node("truck", 1, (T[4], T[5]), B), node("box:9", 1, (T[4], T[5]), B)],
    )  # fmt: skip
    table = events(  # nobody scanned the box when it left the truck
        scan("waybill:1", "box:9", T[0], "add", mass_mg=KG),
        scan("box:9", "vehicle:truck", T[0], "add"),
        scan("waybill:1", "box:9", T[8], "delete"),
    )

    found = legs(moved, fixes, events=table)

    assert km(found, "waybill:1") == 164
    assert ("box:9", "waybill:1", 82) in told(found)
    assert ("truck", None, 82) in told(found)
    assert "TL414" in found.findings["code"].to_list()


def test_the_device_with_a_counter_of_energy_tells_and_its_energy_is_shared_once():
    moved, fixes = moves(together("truck", "box:9"))
    counter = pl.DataFrame({"device": ["box:9"] * 3, "at": [T[0], T[2], T[4]],
                            "energy_j": [0.0, 5e8, 1e9]})  # fmt: skip

    found = legs(moved, fixes, events=events(*on_three()[:2]), energy=counter)

    transport, energy = found.activities.sort("kind", descending=True).rows(named=True)
    assert transport["source_device"] == energy["source_device"] == "box:9"
    assert transport["round"] == energy["round"]
    assert json.loads(transport["labels"])["track.chosen"] == "energy"


def test_the_energy_of_a_trailer_beside_goes_to_the_round_that_is_told():
    moved, fixes = moves(together("trailer", "tractor"))
    table = events(
        scan("waybill:1", "trailer", T[0], "add", mass_mg=KG),
        scan("trailer", "tractor", T[0], "add"),
    )
    counter = pl.DataFrame({
        "device": ["tractor"] * 2 + ["trailer"] * 2, "at": [T[0], T[4]] * 2,
        "fuel_ml": [0.0, 3e4, 0.0, 4e3],
    })  # fmt: skip

    found = legs(moved, fixes, events=table, energy=counter)

    assert told(found) == [("tractor", "waybill:1", 82)]
    rounds = found.activities.group_by("round").agg(pl.col("volume_ml").sum(), pl.len())
    assert rounds.select("volume_ml", "len").rows() == [(34_000, 3)]


def test_who_sees_more_of_the_way_tells_it():
    seen = leg("truck", 1, "truck", (A, B), (T[0], T[4]))
    few = (seen[0], seen[1].gather([0, 1, 2, 3, 199]))
    moved, fixes = moves([few, leg("box:9", 1, "truck", (A, B), (T[0], T[4]))])

    found = legs(moved, fixes, events=events(*on_three()[:2]))

    assert told(found) == [("box:9", "waybill:1", 82)]
    assert json.loads(found.activities["labels"][0])["track.chosen"] == "coverage"


def test_empty_ways_of_a_phone_beside_are_not_told_beside_those_of_the_vehicle():
    back = [leg(name, 2, "truck", (B, A), (T[5], T[8])) for name in ("truck", "phone")]
    nodes = [node(name, 1, (T[4], T[5]), B) for name in ("truck", "phone")]
    moved, fixes = moves([*together("truck", "phone"), *back], nodes)
    table = events(
        scan("waybill:1", "vehicle:truck", T[0], "add", "phone", mass_mg=KG),
        scan("waybill:1", "vehicle:truck", T[4], "delete", "phone"),
    )

    assert told(legs(moved, fixes, events=table)) == [
        ("truck", "waybill:1", 82), ("truck", None, 82)
    ]  # fmt: skip


def test_no_hub_is_inferred_where_only_the_device_that_tells_changes():
    # the truck's device is switched off at a stop, the box goes on with it
    on = leg("box:9", 2, "truck", (B, C), (T[5], T[8]))
    nodes = [node(name, 1, (T[4], T[5]), B, kind="stop") for name in ("truck", "box:9")]
    moved, fixes = moves([*together("truck", "box:9"), on], nodes)

    found = legs(moved, fixes, events=events(*on_three()[:2]))

    assert km(found, "waybill:1") == 164
    assert {device for device, _, _ in told(found)} == {"truck", "box:9"}
    assert not found.activities["kind"].str.starts_with("hub.").any()


def test_a_tracked_box_without_waybills_on_a_tracked_truck_is_told_once():
    moved, fixes = moves(together("truck", "box:9"))
    table = events(
        scan("box:9", "vehicle:truck", T[0], "add", mass_mg=KG),
        scan("box:9", "vehicle:truck", T[4], "delete"),
    )

    assert told(legs(moved, fixes, events=table)) == [("truck", "box:9", 82)]


@pytest.mark.parametrize("turn", [False, True])
def test_of_two_trucks_far_apart_the_one_it_was_loaded_on_last_has_it(turn):
    moved, fixes = moves(
        [leg("a", 1, "truck", (A, B), (T[0], T[4])), leg("b", 1, "truck", (D, C), (T[0], T[4]))]
    )
    last, first = ("a", "b") if turn else ("b", "a")
    table = events(
        scan("waybill:1", first, T[0], "add", mass_mg=KG),
        scan("waybill:1", last, T[1], "add", mass_mg=KG),
    )

    found = legs(moved, fixes, events=table)

    assert found.findings["code"].to_list() == ["TL414"]
    one = found.activities.filter(pl.col("subject") == "waybill:1").sort("start")
    assert one.select("source_device", "start", "end").rows() == [
        (first, T[0], T[1]), (last, T[1], T[4])
    ]  # fmt: skip


def test_a_handover_that_overlaps_by_minutes_has_no_finding_and_no_metre_twice():
    moved, fixes = moves(
        [leg("a", 1, "truck", (A, B), (T[0], T[4])), leg("b", 1, "truck", (B, C), (T[5], T[8]))]
    )
    table = events(
        scan("waybill:1", "a", T[0], "add", mass_mg=KG),
        scan("waybill:1", "b", T[5] - 5, "add", mass_mg=KG),
        scan("waybill:1", "a", T[5], "delete"),
        scan("waybill:1", "b", T[8], "delete"),
    )

    found = legs(moved, fixes, events=table)

    assert km(found, "waybill:1") == 164
    assert found.findings.height == 0


def test_no_instant_is_told_twice_whatever_is_scanned_on_whichever_device():
    import random

    rng = random.Random(7)
    names = ["a", "b", "c", "box:9"]
    for _ in range(15):
        made = [leg(name, 1, "truck", (A, rng.choice([B, D])), (T[0], T[8])) for name in names]
        rows = []
        for thing in ("waybill:1", "waybill:2", "box:9"):
            for _ in range(6):
                at, where = T[0] + rng.randrange(10 * HOUR), rng.choice(names)
                rows.append(scan(thing, where, at, rng.choice(["add", "delete"]),
                                 rng.choice([None, "c"]), mass_mg=KG))  # fmt: skip
        loads = carried(events(*{row["event_id"]: row for row in rows}.values()), names)
        found = chosen(loads, pl.concat(fixes for _, fixes in made).lazy())

        assert set(found.told["subject"]) == set(loads.rows["subject"])
        for (_,), one in found.told.sort("since").group_by("subject"):
            assert (one["since"].slice(1) >= one["until"].head(one.height - 1)).all()
