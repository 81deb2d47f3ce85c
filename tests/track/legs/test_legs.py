"""Activities of devices: mass, metres and joules are neither lost nor told twice."""

import subprocess
import sys

import polars as pl
import pytest

from tanlu.terms import schema
from tanlu.track.legs import finished, legs, loaded, moving
from tests.track.legs.made import HOUR, MINUTE, START, events, leg, moves, node, scan

BERLIN, HAM, PORT, SEA = (52.5, 13.4), (53.5, 10.0), (53.54, 9.95), (51.9, 4.1)
KG = 1_000_000
T0, T1, T2, T3 = START, START + 3 * HOUR, START + 5 * HOUR, START + 25 * HOUR


def journey(device: str = "d"):
    """Give a device by truck to a port, then by ship."""
    return moves(
        [
            leg(device, 1, "truck", (BERLIN, PORT), (T0, T1)),
            leg(device, 3, "sea", (PORT, SEA), (T2, T3)),
        ],
        [
            node(device, 1, (T0 - HOUR, T0), BERLIN, kind="end", place="DEBER"),
            node(device, 2, (T1, T2), PORT, place="DEHAM", terminal="port"),
            node(device, 3, (T3, T3 + HOUR), SEA, kind="end", place="NLRTM"),
        ],
    )


def told(device: str = "d") -> pl.DataFrame:
    """Give two waybills on the truck, one of which goes on by ship."""
    return events(
        scan("waybill:1", device, T0 - 5 * MINUTE, "add", mass_mg=300 * KG),
        scan("waybill:2", device, T0 - 5 * MINUTE, "add", mass_mg=700 * KG),
        scan("waybill:2", device, T1 + 5 * MINUTE, "delete"),
        scan("waybill:1", device, T3 + 5 * MINUTE, "delete"),
    )


def energy(device: str = "d") -> pl.DataFrame:
    at = list(range(T0 - HOUR, T3 + HOUR, 10 * MINUTE))
    return pl.DataFrame(
        {
            "device": [device] * len(at),
            "at": at,
            "energy_j": [k * 1e6 + 0.4 for k in range(len(at))],
        }
    )


def of(found: pl.DataFrame, kind: str) -> pl.DataFrame:
    return found.filter(pl.col("kind").str.starts_with(kind))


def test_activities_and_elements_are_of_their_schemas():
    moved, fixes = journey()

    found = legs(moved, fixes, events=told(), energy=energy(), zone="Europe/Berlin")

    schema("activity").check(found.activities)
    schema("leg").check(found.elements)
    schema("finding").check(found.findings)
    assert found.activities["activity_id"].is_unique().all()


def test_each_thing_has_an_activity_on_each_leg_that_carried_it():
    moved, fixes = journey()

    found = of(legs(moved, fixes, events=told()).activities, "transport.")

    assert found.sort("kind", "consignment").select("kind", "consignment", "mass_mg").rows() == [
        ("transport.road", "1", 300 * KG), ("transport.road", "2", 700 * KG),
        ("transport.sea", "1", 300 * KG),
    ]  # fmt: skip
    assert found["distance_type"].unique().to_list() == ["actual"]


def test_metres_of_elements_are_those_of_segments_and_joules_those_of_the_counter():
    moved, fixes = journey()

    found = legs(moved, fixes, events=told(), energy=energy())
    rows = energy()["energy_j"]

    assert found.elements["distance_m"].sum() == moved.segments["distance_m"].sum()
    used = of(found.activities, "energy.")
    assert used["energy_j"].sum() == round(rows[-1] - rows[0])
    assert of(found.activities, "transport.")["energy_j"].null_count() == 3


def test_energy_and_the_legs_that_share_it_have_one_round():
    moved, fixes = journey()

    found = legs(moved, fixes, events=told(), energy=energy()).activities
    shared = set(of(found, "energy.")["round"])

    assert shared == set(of(found, "transport.")["round"])
    assert len(shared) == 2


def test_a_hub_between_two_legs_has_the_mass_that_went_on():
    moved, fixes = journey()

    found = of(legs(moved, fixes, events=told()).activities, "hub.")

    assert found.select("kind", "consignment", "mass_mg", "assumptions", "start", "end").rows() == [
        ("hub.container", "1", 300 * KG, "A-TRACK-HUB", T1, T2)
    ]


def test_legs_of_a_thing_are_numbered_along_its_chain():
    moved, fixes = journey()

    found = legs(moved, fixes, events=told()).activities.filter(chain="1").sort("leg_no")

    assert found.select("leg_no", "kind").rows() == [
        (1, "transport.road"), (2, "hub.container"), (3, "transport.sea"),
    ]  # fmt: skip


def test_a_device_of_which_no_event_tells_carried_nobody_knows_what():
    moved, fixes = journey()

    found = of(legs(moved, fixes).activities, "transport.")

    assert found["mass_mg"].null_count() == found.height == 2
    assert found["empty_ppm"].null_count() == 2


def test_an_empty_way_back_belongs_to_the_round():
    back = leg("d", 5, "truck", (PORT, BERLIN), (T2, T2 + 3 * HOUR))
    moved, fixes = moves([leg("d", 1, "truck", (BERLIN, PORT), (T0, T1)), back],
                         [node("d", 2, (T1, T2), PORT, kind="end")])  # fmt: skip
    table = events(
        scan("waybill:1", "d", T0 - MINUTE, "add", mass_mg=KG),
        scan("waybill:1", "d", T1 + MINUTE, "delete"),
    )

    found = of(legs(moved, fixes, events=table, energy=energy()).activities, "transport.")

    assert found.sort("start").select("mass_mg", "empty_ppm").rows() == [
        (KG, 500_000), (0, 1_000_000),
    ]  # fmt: skip
    assert found["round"].n_unique() == 1


def test_a_round_with_several_drops_is_told_by_great_circle():
    first, second = (52.6, 13.5), (52.7, 13.6)
    moved, fixes = moves(
        [leg("d", 1, "van", (BERLIN, first), (T0, T0 + HOUR)),
         leg("d", 2, "van", (first, second), (T0 + 2 * HOUR, T0 + 3 * HOUR))],
        [node("d", 1, (T0 + HOUR, T0 + 2 * HOUR), first, kind="stop")],
    )  # fmt: skip
    table = events(
        *(scan(f"waybill:{k}", "d", T0 - MINUTE, "add", mass_mg=KG) for k in (1, 2)),
        scan("waybill:1", "d", T0 + 90 * MINUTE, "delete"),
        scan("waybill:2", "d", T0 + 3 * HOUR + MINUTE, "delete"),
    )

    found = of(legs(moved, fixes, events=table).activities, "transport.").sort("consignment")

    assert found["distance_type"].to_list() == ["gcd", "gcd"]
    assert found["round"].n_unique() == 1
    assert found["distance_m"][0] < found["distance_m"][1]
    assert found["distance_m"].to_list() == pytest.approx([13_000, 26_000], rel=0.1)


def test_the_same_input_in_any_order_gives_the_same_identities():
    moved, fixes = journey()
    mixed = moved._replace(segments=moved.segments.reverse(), nodes=moved.nodes.reverse())
    shuffled = fixes.sample(fraction=1.0, shuffle=True, seed=5)

    first = legs(moved, fixes, events=told(), energy=energy()).activities
    second = legs(
        mixed, shuffled, events=told().reverse(), energy=energy().reverse()
    ).activities  # fmt: skip

    assert first.equals(second)


def test_batches_of_devices_give_what_one_batch_gives():
    both, fixes = [journey("a"), journey("b")], []
    table = pl.concat([told("a"), told("b")])
    loads = loaded(table, ["a", "b"])
    parts = [moving(moved, fixes, loads=loads) for moved, fixes in both]
    moved = both[0][0]._replace(
        segments=pl.concat([each.segments for each, _ in both]),
        nodes=pl.concat([each.nodes for each, _ in both]),
    )
    fixes = pl.concat([each for _, each in both])

    assert finished(parts, loads).activities.equals(legs(moved, fixes, events=table).activities)


def test_no_activity_holds_a_raw_position_but_its_ends():
    moved, fixes = journey()

    found = legs(moved, fixes, events=told()).activities

    ends = set(moved.segments["origin_lat_e7"]) | set(moved.segments["destination_lat_e7"])
    assert set(found["origin_lat_e7"]) | set(found["destination_lat_e7"]) <= ends
    assert found["vehicle"].null_count() == found.height


def test_the_door_gives_the_verb_whatever_was_asked_first():
    asked = (
        "from tanlu.track.legs import finished\nfrom tanlu.track.legs import legs\nlegs.__code__"
    )

    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
