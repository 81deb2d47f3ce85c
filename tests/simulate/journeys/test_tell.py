"""The tables of a journey agree with one another and with their schemas."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.simulate.journeys.earth import lengths
from tanlu.simulate.journeys.noise import Noise
from tanlu.simulate.journeys.plans import planned
from tanlu.simulate.journeys.tell import Told, told
from tanlu.terms import schema


def made(seed: int, noise: Noise | None = None, *templates: str) -> Told:
    rng = np.random.default_rng(seed)
    return told(1, planned("world", rng, templates), noise or Noise(), rng)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_legs_and_nodes_between_them_tile_the_journey(seed: int) -> None:
    frames = made(seed).frames
    nodes = frames["nodes"].filter(pl.col("leg_no").is_null())
    legs = frames["legs"]

    assert nodes["departure"].to_list()[:-1] == legs["start"].to_list()
    assert nodes["arrival"].to_list()[1:] == legs["end"].to_list()
    assert nodes["kind"].to_list()[0] == nodes["kind"].to_list()[-1] == "end"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_sections_sum_to_their_leg_to_the_metre_and_tile_its_time(seed: int) -> None:
    frames = made(seed).frames
    sums = frames["sections"].group_by("leg_no", maintain_order=True).agg(
        pl.col("distance_m").sum(), pl.col("start").min(), pl.col("end").max(),
        length=(pl.col("end") - pl.col("start")).sum(),
    )  # fmt: skip

    assert sums["distance_m"].to_list() == frames["legs"]["distance_m"].to_list()
    assert sums["start"].to_list() == frames["legs"]["start"].to_list()
    assert sums["end"].to_list() == frames["legs"]["end"].to_list()
    assert sums["length"].to_list() == (sums["end"] - sums["start"]).to_list()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 100_000))
def test_the_true_way_second_by_second_is_the_distance_of_the_leg(seed: int) -> None:
    # nothing hides a moment: a fix each second, no outage, no tower
    noise = Noise(outage_share=0, phone_share=0, interval_high_s=1, fixes_most=10**9)
    frames = made(seed, noise, "rider", "parcel").frames
    true = frames["truth"]
    for leg in frames["legs"].iter_rows(named=True):
        here = true.filter(leg_no=leg["leg_no"])
        lat, lon = (here[name].to_numpy() / 1e7 for name in ("lat_e7", "lon_e7"))
        # the last second may be cut off
        assert lengths(lat, lon).sum() == pytest.approx(leg["distance_m"], rel=2e-3, abs=5)


def test_fixes_and_truth_are_of_the_same_moments() -> None:
    frames = made(11).frames
    keys = ["device", "seq", "at"]

    assert frames["positions"].select(keys).equals(frames["truth"].select(keys))
    assert frames["positions"]["at"].is_sorted()
    assert frames["positions"]["at"].is_unique().all()


def test_errors_of_fixes_are_those_of_the_bars() -> None:
    frames = [made(seed, None, "parcel").frames for seed in range(12)]
    both = pl.concat(
        [frame["positions"].join(frame["truth"], on=["device", "seq"]) for frame in frames]
    ).filter(source="gnss")
    north = (both["lat_e7"] - both["lat_e7_right"]).to_numpy() * 0.011085
    near = np.abs(north) < 25

    assert north[near].std() == pytest.approx(5, rel=0.03)
    assert both["accuracy_m"].unique().to_list() == [5]
    # a jump of 50 to 500 m is seen on one axis unless it went along the other
    assert (~near).mean() == pytest.approx(0.01 * 0.95, rel=0.12)


def test_a_fifth_of_the_time_has_no_fix_of_satellites() -> None:
    dark = whole = 0.0
    for seed in range(40):
        one = made(seed, Noise(phone_share=0), "parcel")
        at = one.frames["positions"]["at"].to_numpy() / 1e6
        steps = np.diff(at)
        # beyond the longest interval between fixes it was dark: less the interval itself
        gaps = steps[steps > 60.5]
        dark += float(gaps.sum())
        whole += float(at[-1] - at[0])

    assert dark / whole == pytest.approx(0.20, abs=0.02)


def test_tables_are_those_of_the_schemas() -> None:
    frames = made(5).frames
    without = [name for name in schema("node").names if name != "probability_ppm"]

    assert frames["positions"].columns == list(schema("position").names)
    assert frames["events"].columns == list(schema("event").names)
    assert frames["nodes"].columns == [*without, "leg_no"]


def test_freight_is_loaded_and_unloaded_as_it_is() -> None:
    frames = made(7, None, "container").frames
    events, legs = frames["events"], frames["legs"]
    loaded = events.filter(step="loading").group_by("parent", maintain_order=True).agg(
        pl.col("mass_mg").sum()
    )  # fmt: skip

    assert loaded["mass_mg"].to_list() == pytest.approx(legs["load_mg"].to_list(), abs=2)
    assert events.filter(step="loading").height == events.filter(step="unloading").height
    assert set(events.filter(subject="waybill:J000001")["mass_mg"]) == set(legs["mass_mg"])
    labels = [json.loads(each) for each in events["labels"]]
    assert {each["mode"] for each in labels} == set(legs["mode"])


def test_counters_rise_to_the_energy_of_all_legs() -> None:
    frames = made(7, Noise(odometer_share=1, odometer_sigma=0), "air").frames
    energy = frames["readings"].filter(stream="energy_j")
    way = frames["readings"].filter(stream="odometer_m")

    assert energy["value"].is_sorted()
    assert energy["value"].max() == pytest.approx(frames["sections"]["energy_j"].sum(), rel=1e-6)
    assert way["value"].max() == pytest.approx(frames["legs"]["distance_m"].sum(), abs=5)


def test_an_odometer_counts_some_thousandths_too_many_or_few() -> None:
    off = []
    for seed in range(30):
        frames = made(seed, Noise(odometer_share=1, odometer_sigma=0.01), "rider").frames
        way = frames["readings"].filter(stream="odometer_m")["value"].max()
        off.append(way / frames["legs"]["distance_m"].sum() - 1)

    assert np.std(off) == pytest.approx(0.01, rel=0.4)
    assert np.max(np.abs(off)) < 0.04


def test_a_border_and_a_change_of_gauge_are_nodes() -> None:
    kinds: set[tuple[str, str | None]] = set()
    for seed in range(30):
        nodes = made(seed, None, "rail").frames["nodes"]
        kinds |= set(nodes.select("kind", "terminal").iter_rows())

    assert {("border", "rail"), ("gauge", "rail"), ("transfer", "rail"), ("end", "site")} <= kinds
