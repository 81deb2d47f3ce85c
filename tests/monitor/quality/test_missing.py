"""What is missing is marked; only a declared method estimates it, with an interval that holds."""

from __future__ import annotations

import random

import polars as pl
import pytest

from tanlu.monitor.quality import estimate, limits
from tanlu.monitor.quality.missing import _conformal, marks
from tanlu.monitor.quality.series import rows
from tests.monitor.quality.made import BEGIN, MINUTE, known, meter, stream, told, wave


def gap(days: float = 3, step: int = 1, **columns: object) -> pl.DataFrame:
    """Estimates of a gap of five readings."""
    readings = told({"d": wave()}, days=days, step=step, lost={"d": range(1000, 1000 + 5 * step)})
    return estimate(readings, stream(**columns))


def test_each_time_at_which_a_reading_was_expected_is_marked() -> None:
    readings = told({"d": wave()}, lost={"d": range(1000, 1005)})
    of = known(readings)
    found = marks(rows(readings, of, limits()), of)

    assert ((found["at"] - BEGIN) // MINUTE).to_list() == [1000, 1001, 1002, 1003, 1004]
    assert found["place"].to_list() == [1, 2, 3, 4, 5]


def test_a_reading_without_a_value_is_missing_too() -> None:
    readings = told({"d": wave()}, spoil={"d": lambda k, v: None if k == 1000 else v})
    of = known(readings)

    assert marks(rows(readings, of, limits()), of).height == 1


def test_nothing_is_estimated_where_no_method_is_declared() -> None:
    found = gap()

    assert found["value"].to_list() == [None] * 5
    assert set(found["method"]) == {"none"}
    assert set(found["why"]) == {"not declared"}


def test_a_line_goes_from_the_value_before_to_the_value_after() -> None:
    readings = told({"d": lambda k: float(k)}, lost={"d": range(1000, 1005)})
    found = estimate(readings, stream(estimate="linear"))

    assert found["value"].to_list() == [1000.0, 1001.0, 1002.0, 1003.0, 1004.0]
    assert found["upper"].to_list() == found["lower"].to_list() == found["value"].to_list()


def test_the_interval_is_widest_in_the_middle_and_wider_for_more_coverage() -> None:
    found = gap(estimate="linear").with_columns(wide=pl.col("upper") - pl.col("lower"))

    assert found["wide"].arg_max() == 2
    assert (found["upper_90"] - found["lower_90"] < found["wide"]).all()


def test_a_register_is_estimated_within_what_it_told_before_and_after() -> None:
    signal = meter(1)
    readings = told({"d": signal}, lost={"d": range(1000, 1005)})
    found = estimate(readings, stream(role="register", estimate="linear"))

    assert found["lower"].min() >= signal(999)
    assert found["upper"].max() <= signal(1005)


def test_few_readings_give_no_interval_and_so_no_estimate() -> None:
    readings = told({"d": wave()}, days=0.02, lost={"d": range(10, 12)})
    found = estimate(readings, stream(estimate="linear"))

    assert set(found["why"]) == {"too few"}
    assert found["value"].to_list() == [None, None]


def test_a_long_gap_and_a_register_that_began_anew_are_not_estimated() -> None:
    long = told({"d": wave()}, lost={"d": range(1000, 1200)})
    anew = told({"d": lambda k: (990_000 + 50.0 * k) % 1e6}, lost={"d": range(190, 210)})

    assert set(estimate(long, stream(estimate="linear"))["why"]) == {"too long"}
    assert set(estimate(anew, stream(role="register", rollover=1e6, estimate="linear"))["why"]) == {
        "a register begins anew"
    }


def test_the_half_width_is_the_error_that_conformal_prediction_names() -> None:
    frame = pl.DataFrame({"error": [float(n) for n in range(1, 40)]})

    assert frame.select(_conformal(pl.col("error"), 0.95)).item() == 38.0
    assert frame.head(18).select(_conformal(pl.col("error"), 0.95)).item() is None


def test_the_profile_is_the_median_of_the_same_hour_of_other_weeks() -> None:
    readings = told(
        {"d": lambda k: float(k // 60 % 168)}, days=28, step=15, lost={"d": range(15_120, 15_240)}
    )
    found = estimate(readings, stream(estimate="profile"))

    assert found["value"].to_list() == [84.0] * 4 + [85.0] * 4


def test_two_weeks_are_too_few_for_a_profile() -> None:
    readings = told({"d": wave()}, days=14, step=15, lost={"d": range(15_120, 15_240)})

    assert set(estimate(readings, stream(estimate="profile"))["why"]) == {"too few"}


def covered(method: str, days: int, gaps: int, long: int) -> tuple[float, float]:
    """The share of values taken away that lie in the intervals for 95 and 90 in a hundred."""
    inside = {"lower": 0, "lower_90": 0}
    count = 0
    drawn = random.Random(7)
    for seed in range(gaps):
        signal = walk(seed) if method == "linear" else wave(seed, noise=1.0)
        begin = drawn.randrange(1440, days * 1440 - 1440) // 15 * 15
        lost = {"d": range(begin, begin + long * 15)}
        readings = told({"d": signal}, days=days, step=15, lost=lost)
        found = estimate(readings, stream(estimate=method))
        true = pl.Series([signal(k) for k in range(begin, begin + long * 15, 15)])
        for name, upper in (("lower", "upper"), ("lower_90", "upper_90")):
            inside[name] += int(((found[name] <= true) & (true <= found[upper])).sum())
        count += true.len()
    return inside["lower"] / count, inside["lower_90"] / count


def walk(seed: int) -> object:
    """A value that wanders: each quarter of an hour a draw from where it was."""
    drawn = random.Random(seed)
    path = [20.0]

    def at(k: int) -> float:
        while len(path) <= k // 15:
            path.append(0.98 * path[-1] + 0.4 + drawn.gauss(0, 1))
        return path[k // 15]

    return at


@pytest.mark.slow
@pytest.mark.parametrize(("method", "days"), [("linear", 10), ("profile", 35)])
def test_the_intervals_cover_what_was_taken_away_as_often_as_they_say(
    method: str, days: int
) -> None:
    at_95, at_90 = covered(method, days, 100, 6)

    assert at_95 == pytest.approx(0.95, abs=0.03)
    assert at_90 == pytest.approx(0.90, abs=0.04)
