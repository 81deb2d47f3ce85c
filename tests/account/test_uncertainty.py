"""Intervals of sums."""

from __future__ import annotations

import math

import polars as pl
import pytest

from tanlu.account import combine
from tanlu.account.uncertainty import relative_sum, spread


def rows(factors: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "co2e_ug": [100_000_000, 50_000_000, 25_000_000],
            "sigma_ln_ppm": [100_000] * 3,
            "factor_hash": factors,
            "mode": ["a", "a", "b"],
        }
    )


def test_what_shares_a_factor_errs_together() -> None:
    same, apart = combine(rows(["f"] * 3)), combine(rows(["f", "g", "h"]))

    assert same["sigma_ln_ppm"][0] == 100_000
    assert apart["sigma_ln_ppm"][0] == round(1e6 * relative_sum([100, 50, 25], [0.1] * 3))


def test_the_interval_is_lognormal() -> None:
    found = combine(rows(["f"] * 3)).row(0, named=True)

    assert found["upper_ug"] == pytest.approx(175_000_000 * math.exp(0.196), abs=1)
    assert found["lower_ug"] == pytest.approx(175_000_000 / math.exp(0.196), abs=1)


def test_groups_are_combined_apart() -> None:
    found = combine(rows(["f"] * 3), ["mode"]).sort("mode")

    assert found["co2e_ug"].to_list() == [150_000_000, 25_000_000]


def test_a_sum_of_nothing_has_no_width() -> None:
    assert relative_sum([1, -1], [0.1, 0.1]) == 0
    assert spread(0, 0.5)[:3] == (0, 0, 0)
