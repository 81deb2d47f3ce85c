"""Segments and nodes: they tile a device's time, keep its way, and depend on it alone."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tanlu.errors import TanluError
from tanlu.simulate.journeys import journeys
from tanlu.terms import schema
from tanlu.track.fuse import fuse
from tanlu.track.modes import modes
from tests.track.modes.made import fixes, simulated

SHIFTED = ["start", "end", "arrival", "departure", "segment_id", "node_id"]


def test_segments_tile_the_time_of_each_device() -> None:
    _, given_ = simulated()
    found = modes(given_).segments.sort("device", "start")
    ends = given_.group_by("device").agg(first=pl.col("at").min(), last=pl.col("at").max())
    told = found.group_by("device").agg(first=pl.col("start").min(), last=pl.col("end").max())
    gaps = found.select(pl.col("start") - pl.col("end").shift().over("device")).to_series()

    assert_frame_equal(told.sort("device"), ends.sort("device"))
    assert gaps.drop_nulls().unique().to_list() == [0]
    assert (found["end"] > found["start"]).all()


def test_the_way_and_the_fixes_of_segments_are_those_of_the_device() -> None:
    _, given_ = simulated()
    found = modes(given_).segments
    way = given_.group_by("device").agg(pl.col("way_mm").sum() / 1e3, pl.len()).sort("device")
    told = found.group_by("device").agg(
        pl.col("distance_m", "fixes").sum(), segments=pl.len()
    ).sort("device")  # fmt: skip
    off = (told["distance_m"] - way["way_mm"]).abs()

    # each segment is rounded to a metre
    assert (off <= told["segments"] * 0.5 + 1e-6).all()
    assert told["fixes"].to_list() == way["len"].to_list()


def test_a_device_is_told_alone() -> None:
    _, given_ = simulated()
    whole = modes(given_)
    for name in given_["device"].unique(maintain_order=True):
        alone = modes(given_.filter(device=name))
        assert_frame_equal(alone.segments, whole.segments.filter(device=name))
        assert_frame_equal(alone.nodes, whole.nodes.filter(device=name))


def test_the_same_fixes_in_any_order_give_the_same_tables() -> None:
    _, given_ = simulated()
    one, other = modes(given_), modes(given_.sample(fraction=1, shuffle=True, seed=3))

    for table, again in zip(one, other, strict=True):
        assert_frame_equal(table, again)


def test_a_journey_at_another_time_is_the_same_journey() -> None:
    _, given_ = simulated()
    by = 86_400_000_000 * 365
    one, other = modes(given_), modes(given_.with_columns(pl.col("at") + by))

    assert_frame_equal(one.segments.drop(SHIFTED, strict=False),
                       other.segments.drop(SHIFTED, strict=False))  # fmt: skip
    assert_frame_equal(one.nodes.drop(SHIFTED, strict=False),
                       other.nodes.drop(SHIFTED, strict=False))  # fmt: skip
    assert (other.segments["start"] - one.segments["start"]).unique().to_list() == [by]


def test_an_interval_holds_its_way_and_chances_are_at_most_one() -> None:
    found = modes(simulated()[1]).segments

    assert (found["lower_m"] <= found["distance_m"]).all()
    assert (found["distance_m"] <= found["upper_m"]).all()
    assert (found["bridged_m"] <= found["distance_m"]).all()
    assert (found["mode_ppm"] + found["second_ppm"].fill_null(0)).max() <= 1_000_001  # type: ignore[operator]


def test_why_is_canonical_and_names_every_group() -> None:
    moving = modes(simulated()[1]).segments.filter(pl.col("mode") != "still")
    told = [json.loads(why) for why in moving["why"]]

    assert {tuple(each) for each in told} == {
        ("ground", "motion", "speed", "stops", "terminals", "usual", "way")
    }
    assert moving["why"].to_list() == [
        json.dumps({k: int(v) if v == int(v) else v for k, v in each.items()},
                   separators=(",", ":")) for each in told
    ]  # fmt: skip


def test_nodes_begin_and_end_a_device_and_stand_between_segments() -> None:
    _, given_ = simulated()
    found = modes(given_)
    first = found.nodes.group_by("device", maintain_order=True).first()
    last = found.nodes.group_by("device", maintain_order=True).last()
    changes = found.nodes.filter(kind="transfer")

    assert first["kind"].unique().to_list() == last["kind"].unique().to_list() == ["end"]
    assert (changes["mode_before"] != changes["mode_after"]).all()
    assert (found.nodes["departure"] >= found.nodes["arrival"]).all()
    assert found.nodes["probability_ppm"].is_between(0, 1_000_000).all()


def test_riders_change_to_their_feet() -> None:
    made = journeys(3, 1501, region="test", templates=("rider",))
    found = modes(fuse(made.positions).fixes)
    moving = found.segments.filter(pl.col("mode") != "still")
    changes = found.nodes.filter(kind="transfer")

    assert moving["mode"].to_list() == ["two_wheeler", "walk"] * 3
    assert changes.select("mode_before", "mode_after").rows() == [("two_wheeler", "walk")] * 3


def test_a_device_that_only_stands_has_one_segment_without_way() -> None:
    found = modes(fixes((900, 0, 10)))

    assert found.segments.select("mode", "distance_m", "stops").rows() == [("still", 0, 0)]
    assert found.nodes["kind"].to_list() == ["end"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(30, 900), st.sampled_from([0, 1, 7, 60]), st.sampled_from([5, 30])),
        min_size=1, max_size=7,
    )
)  # fmt: skip
def test_whatever_a_device_does_its_time_is_tiled(parts: list[tuple[float, float, int]]) -> None:
    given_ = fixes(*parts)
    found = modes(given_).segments

    if given_.height > 1:
        assert found["start"][0] == given_["at"][0]
        assert found["end"][-1] == given_["at"][-1]
        assert (found["start"][1:] == found["end"][:-1]).all()
    assert found["distance_m"].sum() == pytest.approx(
        (given_["way_mm"].sum() or 0) / 1e3, abs=0.5 * found.height + 1e-6
    )


def test_a_voyage_that_nobody_saw_goes_by_the_lanes() -> None:
    before = fixes((1_800, 0, 30), lat=31.2, lon=122.0)
    after = fixes((1_800, 0, 30), lat=33.7, lon=-118.3).with_columns(
        pl.col("at") + 14 * 86_400_000_000,
        way_mm=pl.when(pl.int_range(pl.len()) == 0).then(9_600_000_000).otherwise("way_mm"),
        bridged=pl.when(pl.int_range(pl.len()) == 0).then(1).otherwise("bridged"),
    )
    found = modes(pl.concat([before, after]))
    voyage = found.segments.row(1, named=True)

    assert voyage["mode"] == "sea"
    assert voyage["distance_m"] == voyage["bridged_m"]
    # Shanghai to Los Angeles: about 5,700 nautical miles in tables of distances between ports
    assert 9_900_000 < voyage["distance_m"] < 11_200_000
    assert voyage["upper_m"] - voyage["lower_m"] > 0.05 * voyage["distance_m"]
    assert "TL408" in found.findings["code"].to_list()


def test_no_fixes_give_no_segments() -> None:
    found = modes(schema("fix").empty())

    assert [table.height for table in found] == [0, 0, 0]


def test_fixes_without_a_column_and_unknown_ratios_are_refused() -> None:
    with pytest.raises(TanluError) as caught:
        modes(fixes((60, 0, 5)).drop("still_ppm"))
    assert caught.value.code == "TL407"
    for wrong in ({"hovercraft": 1.2}, {"truck": 0.9}, {"truck": float("nan")}):
        with pytest.raises(TanluError) as caught:
            modes(fixes((60, 0, 5)), tortuosity=wrong)
        assert caught.value.code == "TL407"


def test_devices_of_a_single_fix_have_neither_segment_nor_node() -> None:
    found = modes(fixes((10, 0.0, 10)))

    assert (found.segments.height, found.nodes.height, found.findings.height) == (0, 0, 0)
