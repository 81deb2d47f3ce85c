"""Motion keeps its limits, stands where it stops, and its way is the integral of its speed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.simulate.journeys.speed import Course, Stops, Way, bend, driven, of_places

STEP = 10.0


def course(seed: int, count: int = 400, stops: Stops | None = None) -> tuple[Course, np.ndarray]:
    rng = np.random.default_rng(seed)
    s = np.arange(count) * STEP
    places = np.column_stack([s / 110_574.0, np.zeros(count)])
    limit = rng.uniform(3, 25, count)
    flat = np.ones(count)
    stops = Stops.none() if stops is None else stops
    return driven(Way(places, s, flat), limit, 0.8 * flat, 1.2 * flat, stops), limit


@given(st.integers(0, 10_000))
def test_no_limit_of_speed_or_acceleration_is_broken(seed: int) -> None:
    stops = Stops(np.array([90, 250]), np.array([9.0, 1.0]), np.ones(2, bool), ("a", "b"))
    made, limit = course(seed, stops=stops)
    pull = np.diff(made.v**2) / (2 * np.diff(made.s))

    assert (made.v <= limit + 1e-9).all()
    assert pull.max() <= 0.8 + 1e-6
    assert pull.min() >= -1.2 - 1e-6


@given(st.integers(0, 10_000))
def test_the_way_is_the_integral_of_the_speed(seed: int) -> None:
    made, _ = course(seed)
    at = np.linspace(0, made.seconds, 40_000)
    way, speed = made.at(at)

    assert np.trapezoid(speed, at) == pytest.approx(made.distance_m, rel=1e-3)
    assert (np.diff(way) >= -1e-9).all()
    assert (way[0], way[-1]) == (0, pytest.approx(made.distance_m))


def test_it_stands_as_long_as_it_stops() -> None:
    stops = Stops(np.array([100, 300]), np.array([60.0, 25.0]), np.ones(2, bool), ("a", "b"))
    stopped, _ = course(1, stops=stops)
    way, speed = stopped.at(np.arange(0, stopped.seconds, 0.5))

    for vertex, seconds in ((100, 60.0), (300, 25.0)):
        standing = (np.abs(way - vertex * STEP) < 1e-6) & (speed < 1e-9)
        assert standing.sum() * 0.5 == pytest.approx(seconds, abs=1.0)


def test_stops_that_crowd_are_moved_apart_and_those_at_the_end_left_out() -> None:
    stops = Stops(np.array([50, 10, 11, 99]), np.ones(4), np.ones(4, bool), ("c", "a", "b", "d"))
    found = stops.sorted(100)

    assert (found.vertex.tolist(), found.why) == ([10, 14, 50], ("a", "b", "c"))


def test_a_time_before_the_start_and_after_the_end_stands() -> None:
    made, _ = course(2)
    way, speed = made.at(np.array([-5.0, made.seconds + 100]))

    assert way.tolist() == [0, pytest.approx(made.distance_m)]
    assert speed.tolist() == [0, 0]


def test_the_bend_of_a_circle_is_one_over_its_radius() -> None:
    angle = np.linspace(0, 1.5, 300)
    circle = np.column_stack([600 * np.sin(angle) / 110_574, 600 * np.cos(angle) / 111_320])
    places, s = of_places(circle)

    assert bend(places, s)[5:-5] == pytest.approx(np.full(290, 1 / 600), rel=1e-3)


def test_places_that_double_one_are_left_out() -> None:
    places, s = of_places(np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.001]]))

    assert (places.shape[0], round(float(s[-1]), 1)) == (2, 111.3)
