"""What lay where and when."""

import pytest

from tanlu.track.legs.loads import FOREVER, carried
from tests.track.legs.made import HOUR, START, events, scan

T = [START + k * HOUR for k in range(8)]
KG = 1_000_000


def rows(found) -> list[tuple[str, str, int, int, int | None]]:
    return found.rows.select("device", "subject", "since", "until", "mass_mg").rows()


def test_a_waybill_in_a_box_on_a_pallet_is_aboard_while_all_hold():
    table = events(
        scan("waybill:1", "box:1", T[0], "add", mass_mg=2 * KG),
        scan("box:1", "pallet:1", T[1], "add"),
        scan("pallet:1", "vehicle:t", T[2], "add", mass_mg=900 * KG),
        scan("pallet:1", "vehicle:t", T[6], "delete"),
        scan("box:1", "pallet:1", T[5], "delete"),
    )

    assert rows(carried(table, ["t"])) == [("t", "waybill:1", T[2], T[5], 2 * KG)]


def test_a_repeated_scan_changes_nothing():
    once = [scan("waybill:1", "t", T[0], "add", mass_mg=KG), scan("waybill:1", "t", T[3], "delete")]
    twice = [
        *once, scan("waybill:1", "t", T[1], "add"), scan("waybill:1", "t", T[4], "delete"),
    ]  # fmt: skip

    assert rows(carried(events(*twice), ["t"])) == rows(carried(events(*once), ["t"]))


def test_the_device_of_a_scan_tells_the_vehicle_and_a_load_may_stay_on():
    table = events(scan("waybill:1", "vehicle:x", T[0], "add", "t", mass_mg=KG))

    assert rows(carried(table, ["t"])) == [("t", "waybill:1", T[0], FOREVER, KG)]


def test_a_load_of_no_tracked_device_is_adrift():
    table = events(scan("waybill:1", "vehicle:x", T[0], "add", mass_mg=KG))

    found = carried(table, ["t"])

    assert found.rows.height == 0
    assert found.adrift["subject"].to_list() == ["waybill:1"]


def test_unloaded_before_loaded_is_told_and_loads_nothing():
    table = events(scan("waybill:1", "t", T[1], "delete"), scan("waybill:2", "t", T[1], "add"))

    found = carried(table, ["t"])

    assert found.early["subject"].to_list() == ["waybill:1"]
    assert found.rows["subject"].to_list() == ["waybill:2"]


def test_who_empties_a_vehicle_unloads_all_that_was_in_it():
    emptied = scan("vehicle:t", None, T[2], "delete")
    table = events(
        scan("waybill:1", "vehicle:t", T[0], "add", mass_mg=KG),
        scan("waybill:2", "vehicle:t", T[3], "add", mass_mg=KG),
        {**emptied, "role": "parent", "type": "aggregation", "event": "e"},
    )

    found = carried(table, ["t"])

    assert rows(found) == [
        ("t", "waybill:1", T[0], T[2], KG),
        ("t", "waybill:2", T[3], FOREVER, KG),
    ]
    assert found.early.height == 0


def test_a_circle_of_boxes_ends_and_is_told():
    table = events(
        scan("box:1", "box:2", T[0], "add"),
        scan("box:2", "box:1", T[0], "add"),
        scan("box:1", "t", T[0], "add"),
    )

    found = carried(table, ["t"])

    assert set(found.circular["subject"]) <= {"box:1", "box:2"}
    assert found.circular.height > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_events_changes_nothing(seed):
    table = events(
        scan("waybill:1", "box:1", T[0], "add", mass_mg=KG),
        scan("waybill:2", "box:1", T[1], "add", mass_mg=3 * KG),
        scan("box:1", "t", T[2], "add"),
        scan("waybill:1", "box:1", T[3], "delete"),
        scan("box:1", "t", T[5], "delete"),
    )

    mixed = table.sample(fraction=1.0, shuffle=True, seed=seed)

    assert rows(carried(mixed, ["t"])) == rows(carried(table, ["t"]))


def test_a_vehicle_in_what_it_carries_is_circular_though_no_device_has_its_name():
    table = events(
        scan("waybill:1", "vehicle:x", T[0], "add", "t", mass_mg=KG),
        scan("vehicle:x", "waybill:1", T[1], "add"),
        scan("box:1", "box:1", T[0], "add"),
        scan("box:2", "box:3", T[0], "add"), scan("box:2", "box:3", T[1], "delete"),
        scan("box:3", "box:2", T[2], "add"),
    )  # fmt: skip

    found = carried(table, ["t"])

    assert found.circular["subject"].to_list() == ["box:1", "vehicle:x", "waybill:1"]
