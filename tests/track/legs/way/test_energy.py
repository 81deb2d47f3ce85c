"""Counters: what lies between two times, whatever they do."""

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.legs.way.energy import between, counted, fallen


def counter(values: list[float], device: str = "d") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "device": [device] * len(values),
            "at": [k * 10 for k in range(len(values))],
            "energy_j": values,
        }
    )


def spans(*bounds: tuple[int, int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "device": ["d"] * len(bounds), "low": [a for a, _ in bounds],
            "high": [b for _, b in bounds], "start": [a for a, _ in bounds],
            "end": [b for _, b in bounds],
        }
    )  # fmt: skip


@given(
    st.lists(st.floats(0, 1e9), min_size=6, max_size=30),
    st.lists(st.integers(1, 49), min_size=1, max_size=5, unique=True),
)
def test_spans_that_meet_have_together_all_that_was_counted(steps, cuts):
    values = pl.Series(steps).cum_sum().to_list()
    bounds = [-(2**40), *sorted(cuts), 2**40]
    total = counted(counter(values), "energy_j")

    rows = spans(*itertools.pairwise(bounds)).with_columns(start=-1, end=10 * len(values) - 10)
    found = between(total, rows)

    assert found.sum() == pytest.approx(values[-1] - values[0], rel=1e-9, abs=1e-3)


def test_a_counter_that_falls_far_began_anew_and_a_little_is_noise():
    anew = counted(counter([0.0, 100.0, 10.0, 30.0]), "energy_j")
    noise = counted(counter([0.0, 100.0, 99.0, 130.0]), "energy_j")

    assert anew["total"][-1] == 130.0
    assert fallen(anew).rows() == [("d", 1)]
    assert noise["total"][-1] == 130.0
    assert fallen(noise).height == 0


def test_without_two_readings_nothing_is_known():
    total = counted(counter([0.0, 10.0, 20.0]), "energy_j")

    assert between(total, spans((0, 20), (12, 18), (100, 200))).to_list() == [20.0, None, None]


def test_the_order_of_readings_changes_nothing():
    rows = counter([0.0, 5.0, 9.0, 11.0])

    assert counted(rows.reverse(), "energy_j").equals(counted(rows, "energy_j"))


def test_streams_are_told_apart():
    rows = pl.DataFrame(
        {
            "device": ["d"] * 4, "at": [0, 10, 0, 10], "value": [0.0, 7.0, 0.0, 9.0],
            "stream": ["energy_j", "energy_j", "fuel_ml", "fuel_ml"],
        }
    )  # fmt: skip

    assert [counted(rows, each)["total"][-1] for each in ("energy_j", "fuel_ml")] == [7.0, 9.0]


def test_a_counter_that_falls_to_more_than_half_takes_nothing_back():
    total = counted(counter([5.0, 100.0, 60.0, 65.0]), "energy_j")

    assert total["total"].to_list() == [0.0, 95.0, 95.0, 100.0]
    assert fallen(total).rows() == [("d", 1)]


def test_one_reading_that_leaps_and_comes_back_is_none():
    total = counted(counter([50.0, 51.0, 90_000.0, 52.0, 53.0]), "energy_j")

    assert total["total"][-1] == 3.0
    assert fallen(total).rows() == [("d", 1)]


def test_noise_is_no_energy_below_nought():
    total = counted(counter([100.0, 99.5, 99.4, 100.0]), "energy_j")

    assert total["total"].to_list() == [0.0] * 4
    assert counted(counter([-5.0, -100.0, -3.0]), "energy_j").height == 0


def test_some_minutes_of_a_leg_are_not_its_energy():
    total = counted(counter([0.0, 10.0, 20.0]), "energy_j")

    assert between(total, spans((0, 200), (0, 22), (5, 20))).to_list() == [None, 20.0, 15.0]


def test_of_two_readings_of_one_time_the_lower_counts_whatever_their_order():
    rows = counter([0.0, 10.0, 20.0])
    twice = pl.concat([rows, rows.with_columns(pl.col("energy_j") + 1)])

    one, other = counted(twice, "energy_j"), counted(twice.reverse(), "energy_j")
    assert one.equals(other)
    assert one["total"].to_list() == [0.0, 10.0, 20.0]
