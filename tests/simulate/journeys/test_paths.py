"""Shapes have the stated length, begin and end where they should, and are smooth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.simulate.journeys.earth import lengths
from tanlu.simulate.journeys.paths import (
    curved,
    even,
    joined,
    laid,
    noise,
    rounded,
    smooth,
    streets,
    swayed,
)

SCALES = ((500.0, 0.5), (3_000.0, 1.0), (20_000.0, 0.8))


def way(z: np.ndarray) -> float:
    return float(np.abs(np.diff(z)).sum())


@given(st.integers(0, 10_000), st.floats(2_000, 300_000), st.floats(1.01, 1.35))
def test_a_curve_is_as_much_longer_than_its_chord_as_stated(
    seed: int, chord: float, tortuosity: float
) -> None:
    z = curved(chord, tortuosity, 50.0, SCALES, np.random.default_rng(seed))

    assert (z[0], abs(z[-1] - chord)) == (0, pytest.approx(0, abs=1e-6))
    assert way(z) / chord == pytest.approx(tortuosity, rel=0.01)


@given(st.integers(0, 10_000), st.floats(800, 12_000), st.floats(1.05, 1.4))
def test_streets_are_as_long_as_a_grid_makes_them(
    seed: int, chord: float, tortuosity: float
) -> None:
    z = streets(chord, tortuosity, 250.0, np.random.default_rng(seed), 4.0)

    assert abs(z[-1] - chord) == pytest.approx(0, abs=1e-6)
    # corners are cut by rounding, never lengthened
    assert 0.9 < way(z) / chord / tortuosity <= 1.0 + 1e-6


def test_noise_is_smooth_and_of_unit_spread() -> None:
    s = np.arange(0, 4e6, 50.0)
    found = noise(s, 1_000.0, np.random.default_rng(1))

    # between knots the variance of the mix is 1 at them and 1/2 half way: about 0.77 in the mean
    assert found.std() == pytest.approx(np.sqrt(0.77), abs=0.05)
    assert np.abs(np.diff(found)).max() < 0.6


def test_rounding_keeps_the_ends_and_cuts_the_corner() -> None:
    z = np.concatenate([np.arange(0, 101.0), 100 + 1j * np.arange(1, 101.0)])
    found = smooth(z, 10)

    assert (found[0], found[-1]) == (z[0], z[-1])
    assert 0 < way(z) - way(found) < 10


def test_a_shape_is_laid_between_the_places() -> None:
    start, end = (31.0, 121.0), (34.0, 113.0)
    z = curved(800_000.0, 1.1, 100.0, SCALES, np.random.default_rng(3))
    found = laid(z, start, end)

    assert found[[0, -1]] == pytest.approx(np.array([start, end]), abs=1e-9)


def test_pieces_are_joined_without_doubling_a_place() -> None:
    one, other = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 1.0], [2.0, 3.0]])

    assert joined(one, other).tolist() == [[0, 0], [1, 1], [2, 3]]


def test_even_steps_are_even() -> None:
    line = np.array([[10.0, 10.0], [10.0, 10.5], [10.3, 10.5]])
    steps = lengths(*even(line, 500.0).T)

    assert steps.max() / np.median(steps) < 1.001
    assert steps.max() <= 500.5


def test_a_swayed_line_is_so_far_to_the_left() -> None:
    line = np.column_stack([np.full(50, 20.0), np.linspace(10, 11, 50)])
    found = swayed(line, np.full(50, 1_000.0))

    # eastwards, left is north
    assert (found[:, 0] - 20.0) * 110_704 == pytest.approx(np.full(50, 1_000.0), rel=1e-3)


def test_a_rounded_course_keeps_its_ends() -> None:
    line = even(np.array([[10.0, 10.0], [10.0, 10.1], [10.1, 10.1]]), 50.0)
    found = rounded(line, 20)

    assert found[[0, -1]].tolist() == line[[0, -1]].tolist()
