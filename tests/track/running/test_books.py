"""Tracking over a ledger: once, and again when positions come late."""

import polars as pl
import pytest

from tanlu.store import open_workspace
from tanlu.terms import schema
from tanlu.track.running import tracked_ledger
from tests.track.legs.made import events, scan
from tests.track.running.drives import START, drive, held


@pytest.fixture
def ledger(tmp_path):
    return open_workspace(tmp_path / "l", create=True, zone="Asia/Shanghai")


def run(ledger) -> dict[str, object]:
    return list(tracked_ledger(ledger))[-1].result


def test_what_a_device_did_is_written_once(ledger):
    ledger.append("position", drive("a"))

    first, second = run(ledger), run(ledger)

    assert first["positions"] == first["fixes"] + first["rejected"] == drive("a").height
    assert first["new"] == first["activities"] == held(ledger).height > 0
    assert (second["new"], second["known"]) == (0, first["activities"])
    assert second["version"] == first["version"]


def test_late_positions_supersede_the_legs_that_they_change_and_no_other(ledger):
    ledger.append("position", drive("a", gap=(20, 30)))
    ledger.append("position", drive("b"))
    run(ledger)
    before = held(ledger)

    late = drive("a").join(drive("a", gap=(20, 30)), on=["device", "at"], how="anti")
    ledger.append("position", late)
    facts = run(ledger)
    after = held(ledger)

    assert facts["superseded"] == facts["new"] > 0
    assert after.filter(source_device="b").equals(before.filter(source_device="b"))
    assert not set(after.filter(source_device="a")["activity_id"]) & set(
        before.filter(source_device="a")["activity_id"]
    )
    assert after.height == before.height


def test_a_vehicle_that_is_enrolled_is_a_pseudonym_in_its_activities(ledger):
    about = {"device": ["a"], "since": [0], "state": ["enrolled"], "type": ["vehicle"]}
    ledger.append("device", schema("device").fit(pl.DataFrame(about)))
    ledger.append("position", drive("a"))

    run(ledger)
    found = held(ledger)["vehicle"].unique().to_list()

    assert found == ledger.pseudonyms(pl.Series(["a"])).to_list()
    assert found != ["a"]


def test_batches_of_devices_change_nothing(ledger, tmp_path):
    other = open_workspace(tmp_path / "o", create=True, zone="Asia/Shanghai")
    for each in (ledger, other):
        each.append("position", pl.concat([drive("a"), drive("b")]))

    list(tracked_ledger(ledger))
    list(tracked_ledger(other, most=1))

    assert held(ledger).sort("activity_id").equals(held(other).sort("activity_id"))


def test_what_is_left_without_positions_stays_and_is_not_made_twice(ledger):
    ledger.append("position", drive("a"))
    ledger.append("position", drive("b"))
    run(ledger)
    before = held(ledger)
    bare = open_workspace(ledger.path / "bare", create=True, zone="Asia/Shanghai")
    bare.append("activity", before.select(schema("activity").names))
    # of one device the positions are gone, of the other the first half
    bare.append("position", drive("a")[drive("a").height // 2 :])

    facts = run(bare)

    assert (facts["retracted"], facts["superseded"]) == (0, 0)
    assert facts["settled"] >= before.filter(source_device="b").height > 0
    assert held(bare).sort("activity_id").equals(before.sort("activity_id"))


def boxed(ledger) -> None:
    """Load a waybill in a tracked box on a tracked truck."""
    rows = [
        scan("waybill:1", "box", START, "add", mass_mg=1_000_000),
        scan("box", "truck", START, "add"),
    ]
    ledger.append("event", events(*rows))


def km(ledger) -> float:
    rows = held(ledger).filter(pl.col("kind").str.starts_with("transport."))
    return rows["distance_m"].sum() / 1000


def test_a_second_device_that_comes_late_adds_no_kilometre(ledger):
    boxed(ledger)
    ledger.append("position", drive("truck", gap=(20, 60)))
    run(ledger)
    before = km(ledger)

    ledger.append("position", drive("box"))
    first, second = run(ledger), run(ledger)

    assert km(ledger) == pytest.approx(before, rel=0.05)
    assert first["findings"]["TL447"] == 1
    assert first["new"] > 0
    assert first["superseded"] + first["retracted"] > 0
    assert (second["new"], second["retracted"]) == (0, 0)


def test_a_box_does_not_tell_again_what_a_truck_told_whose_positions_are_gone(ledger):
    boxed(ledger)
    for name in ("truck", "box"):
        ledger.append("position", drive(name))
    run(ledger)
    before = held(ledger)
    bare = open_workspace(ledger.path / "bare", create=True, zone="Asia/Shanghai")
    bare.append("activity", before.select(schema("activity").names))
    boxed(bare)
    bare.append("position", drive("box"))

    run(bare)

    assert held(bare).equals(before)


def test_an_empty_ledger_has_nothing_to_track(ledger):
    facts = run(ledger)

    assert (facts["positions"], facts["activities"], facts["version"]) == (0, 0, 0)
