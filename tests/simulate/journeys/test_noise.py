"""What a device tells is off by what was stated, no more and no less often."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.simulate.journeys.earth import radii
from tanlu.simulate.journeys.noise import (
    CONDITIONS,
    Moments,
    Noise,
    Seen,
    inside,
    intervals,
    observed,
    outages,
    under,
)

COUNT = 400_000
NONE = np.zeros((0, 2))


def seen(noise: Noise, *, phone: bool = False, dark: np.ndarray = NONE) -> Seen:
    at = np.arange(COUNT, dtype=np.float64)
    lat, lon = np.full(COUNT, 40.0), np.full(COUNT, 116.0)
    true = Moments(at, lat, lon, np.full(COUNT, 50.0), np.ones(COUNT, bool))
    return observed(true, dark, noise, np.random.default_rng(1), phone=phone)


def off(found: Seen) -> tuple[np.ndarray, np.ndarray]:
    north, east = radii(np.array([40.0]))
    return (found.lat - 40.0) * north[0], (found.lon - 116.0) * east[0]


def test_the_error_of_an_axis_is_five_metres() -> None:
    north, east = off(seen(Noise(jump_share=0)))

    for axis in (north, east):
        assert axis.mean() == pytest.approx(0, abs=0.05)
        assert axis.std() == pytest.approx(5, rel=0.01)
        assert (axis**4).mean() / 5**4 == pytest.approx(3, rel=0.03)
    assert abs(np.corrcoef(north, east)[0, 1]) < 0.01
    assert abs(np.corrcoef(north[1:], north[:-1])[0, 1]) < 0.01


def test_one_fix_in_a_hundred_jumps_50_to_500_metres_any_way() -> None:
    north, east = off(seen(Noise(sigma_m=0.0)))
    far = np.hypot(north, east)
    jumped = far > 1

    assert jumped.mean() == pytest.approx(0.01, rel=0.05)
    assert (far[jumped].min() >= 49.9, far[jumped].max() <= 500.1) == (True, True)
    assert far[jumped].mean() == pytest.approx(275, rel=0.02)
    assert abs(north[jumped].mean()) < 10


def test_fixes_of_towers_are_off_by_what_they_tell_with_heavy_tails() -> None:
    found = seen(Noise(cell_share=0.5, outage_share=0), phone=True)
    cell = found.cell
    north, east = off(found)
    scaled = np.concatenate([north[cell], east[cell]]) / np.tile(found.accuracy[cell], 2)

    assert cell.mean() == pytest.approx(0.5, rel=0.01)
    assert (found.accuracy[cell].min() >= 300, found.accuracy[cell].max() <= 2_000) == (True, True)
    # the told accuracy holds an axis in 68.27 %; beyond three of it there are far more than 0.27 %
    assert (np.abs(scaled) < 1).mean() == pytest.approx(0.6827, abs=0.004)
    assert 0.02 < (np.abs(scaled) > 3).mean() < 0.035
    assert np.isnan(found.altitude[cell]).all()


def test_nothing_is_told_in_an_outage_but_by_towers_of_a_phone() -> None:
    dark = np.array([[1_000.0, 1_300.0]])
    quiet = seen(Noise(), dark=dark)
    phone = seen(Noise(cell_share=0), phone=True, dark=dark)
    told = phone.row[phone.cell]

    assert inside(quiet.row.astype(float), dark).sum() == 0
    assert told.tolist() == list(range(1_020, 1_300, 30)) or told.tolist()[0] == 1_000
    assert 10 <= told.size <= 11


@given(st.integers(0, 1_000), st.floats(600, 200_000))
def test_outages_last_one_to_ten_minutes_and_follow_one_another(seed: int, seconds: float) -> None:
    found = outages(seconds, Noise(), np.random.default_rng(seed))
    long = found[:, 1] - found[:, 0]

    assert ((long >= 60) & (long <= 600)).all()
    assert (np.diff(found.ravel()) >= 0).all()


def test_outages_cover_a_fifth_of_the_time_of_many_journeys() -> None:
    covered = 0.0
    for seed in range(3_000):
        spans = np.clip(outages(7_200, Noise(), np.random.default_rng(seed)), 0, 7_200)
        covered += float((spans[:, 1] - spans[:, 0]).sum())

    assert covered / (3_000 * 7_200) == pytest.approx(0.20, abs=0.005)


def test_each_moment_is_as_often_dark_as_any() -> None:
    early = [
        bool(inside(np.array([1.0]), outages(3_600, Noise(), np.random.default_rng(seed)))[0])
        for seed in range(4_000)
    ]

    assert np.mean(early) == pytest.approx(0.20, abs=0.02)


def test_a_long_leg_is_told_less_often_and_a_node_too() -> None:
    noise = Noise(interval_low_s=1, interval_high_s=60)
    found = intervals([600.0, 3e6, 36_000.0], [False, False, True], noise, np.random.default_rng(5))

    assert all(1 <= step <= 60 for step in found)
    assert found[1] == 60
    assert found[2] >= min(60, 36_000 / 600)


@pytest.mark.parametrize(
    "told",
    [
        {"jump_share": 1.2}, {"outage_share": -0.1}, {"outage_share": 0.95}, {"sigma_m": -1.0},
        {"jump_low_m": 600.0}, {"cell_low_m": 0.0}, {"interval_low_s": 0},
    ],
)  # fmt: skip
def test_noise_that_cannot_be_is_refused(told: dict[str, float]) -> None:
    with pytest.raises(TanluError) as caught:
        Noise(**told)

    assert caught.value.code == "TL905"


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_every_condition_changes_the_noise(name: str) -> None:
    assert under([name]) != Noise() == under([])


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(TanluError) as caught:
        under(["snow"])

    assert caught.value.code == "TL905"
