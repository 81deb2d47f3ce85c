"""Each mode moves as such things do: way, speed, bends, stops, heights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.simulate.journeys.earth import bearing, lengths
from tanlu.simulate.journeys.motion import MODES, RADIUS_M, End, motion, move
from tanlu.simulate.journeys.speed import Course, bend

ENDS = {
    "walk": ((31.20, 121.40), (31.21, 121.41)),
    "two_wheeler": ((31.20, 121.40), (31.25, 121.43)),
    "van": ((31.20, 121.40), (31.35, 121.60)),
    "truck": ((31.20, 121.40), (30.20, 118.10)),
    "train": ((45.22, 82.54), (43.20, 76.90)),
    "inland": ((30.50, 114.30), (31.20, 117.40)),
    "sea": ((31.20, 122.00), (35.10, 129.00)),
    "air": ((31.14, 121.80), (22.31, 113.91)),
}  # fmt: skip
# what a whole leg makes of it, stops and all [km/h]
MEAN_KMH = {
    "walk": (2.5, 6), "two_wheeler": (12, 36), "van": (20, 70), "truck": (30, 88),
    "train": (35, 108), "inland": (5, 18), "sea": (12, 38), "air": (380, 900),
}  # fmt: skip


def course(mode: str, seed: int) -> Course:
    ends = tuple(End(*place) for place in ENDS[mode])
    return move(mode, ends, np.random.default_rng(seed))


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 5_000))
def test_the_way_second_by_second_is_the_distance(mode: str, seed: int) -> None:
    made = course(mode, seed)
    way, _ = made.at(np.arange(0, made.seconds + 1, 1.0))
    lat, lon, _ = made.place(way)

    # a second cuts a corner of a street, nothing more
    assert lengths(lat, lon).sum() == pytest.approx(made.distance_m, rel=2e-3)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 5_000))
def test_it_begins_and_ends_at_its_places_at_a_speed_of_its_kind(mode: str, seed: int) -> None:
    made = course(mode, seed)
    found = [(made.lat[0], made.lon[0]), (made.lat[-1], made.lon[-1])]
    low, high = MEAN_KMH[mode]

    assert np.array(found) == pytest.approx(np.array(ENDS[mode]), abs=1e-5)
    assert low < made.distance_m / made.seconds * 3.6 < high
    assert made.v.max() <= motion(mode).high * 1.17
    assert made.distance_m >= bearing(*ENDS[mode])[0] * 0.994  # sphere and ellipsoid


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 5_000))
def test_no_track_bends_more_than_it_may(seed: int) -> None:
    made = course("train", seed)
    places = np.column_stack([made.lat, made.lon])

    assert 1 / bend(places, made.s).max() >= RADIUS_M


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 5_000))
def test_a_flight_climbs_cruises_and_comes_down(seed: int) -> None:
    made = course("air", seed)
    high = np.flatnonzero(made.height > 5_000)
    step = np.diff(made.height)[np.diff(made.s) > 50] / np.diff(made.s)[np.diff(made.s) > 50]

    assert 7_000 < made.height.max() < 12_000
    assert made.height[[0, -1]].max() < 400
    assert (np.diff(high) == 1).all()
    # six per cent down is three degrees and some ground; no freighter climbs at a fifth
    assert (step.min() > -0.07, step.max() < 0.2) == (True, True)


def test_a_track_has_no_corner_where_it_passes_a_town() -> None:
    ends = (End(45.2, 82.5), End(44.0, 80.0), End(44.9, 78.5))
    for seed in range(6):
        made = move("train", ends, np.random.default_rng(seed))
        places = np.column_stack([made.lat, made.lon])
        assert 1 / bend(places, made.s).max() >= RADIUS_M


def test_a_driver_rests_before_four_and_a_half_hours_at_the_wheel() -> None:
    for seed in range(12):
        made = course("truck", seed)
        rests = [
            float(made.leaves[vertex])
            for vertex, why in zip(made.stops.vertex, made.stops.why, strict=True)
            if why == "rest"
        ]
        marks = np.array([0.0, *rests, made.seconds])
        assert np.diff(marks).max() < (4.5 + 0.8) * 3600


def test_a_stop_on_the_way_is_made_where_it_was_asked_for() -> None:
    middle = End(30.8, 119.9, 3_600.0, "border")
    ends = (End(31.2, 121.4), middle, End(30.2, 118.1))
    made = move("truck", ends, np.random.default_rng(4))
    (place,) = [n for n, why in enumerate(made.stops.why) if why == "border"]
    vertex = made.stops.vertex[place]
    here = (float(made.lat[vertex]), float(made.lon[vertex]))

    assert made.stops.seconds[place] == 3_600.0
    assert bearing(here, middle.place)[0] < 200


def test_a_ship_keeps_to_the_line_that_it_is_given() -> None:
    line = np.array([[31.2, 122.0], [30.0, 123.0], [33.0, 127.0], [35.1, 129.0]])
    made = move("sea", (End(31.2, 122.0), End(35.1, 129.0)), np.random.default_rng(1), line=line)
    near = np.hypot(made.lat - 30.0, made.lon - 123.0).min()

    assert near * 111 < 5
