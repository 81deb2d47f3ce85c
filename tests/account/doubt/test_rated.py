"""Primary share, tiers and ratings, weighed by contribution."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.doubt.rows import emissions

from tanlu.account.doubt import primary_share, quality, ratings
from tanlu.account.doubt.rated import TIERS, level
from tanlu.factors import library


def factor(pedigree: str) -> str:
    """A factor of the library with this pedigree."""
    return str(library().factors.filter(pl.col("pedigree") == pedigree)["factor_id"][0])


def test_the_primary_share_is_that_of_the_emissions_and_not_of_the_rows() -> None:
    rows = emissions(
        {"tier": "measured", "co2e_ug": 750}, {"co2e_ug": 200}, {"tier": "default", "co2e_ug": 50}
    )

    assert primary_share(rows) == 750_000
    found = quality(rows).row(0, named=True)
    assert [found[f"{name}_ppm"] for name in ("primary", "modelled", "default")] == [
        750_000, 200_000, 50_000,
    ]  # fmt: skip


def test_a_supplier_s_own_share_counts_as_told() -> None:
    rows = emissions(
        {"co2e_ug": 800, "primary_share_ppm": 500_000}, {"co2e_ug": 200, "tier": "measured",
                                                         "primary_share_ppm": None},
    )  # fmt: skip

    assert primary_share(rows) == 600_000


@given(st.lists(st.tuples(st.integers(-(10**15), 10**15), st.sampled_from(sorted(TIERS)))))
def test_every_share_lies_between_nothing_and_all(listed: list[tuple[int, str]]) -> None:
    rows = emissions({}, *({"co2e_ug": amount, "tier": tier} for amount, tier in listed))
    found = quality(rows).row(0, named=True)
    shares = [found[name] for name in ("primary_ppm", "modelled_ppm", "default_ppm")]

    assert all(0 <= each <= 10**6 for each in (*shares, found["primary_share_ppm"]))
    assert sum(shares) == pytest.approx(10**6, abs=2)


def test_a_learned_row_is_modelled_and_an_unknown_tier_is_default() -> None:
    rows = emissions({"tier": "learned"}, {"tier": "guessed"})
    found = quality(rows).row(0, named=True)

    assert (found["modelled_ppm"], found["default_ppm"]) == (500_000, 500_000)


def test_the_rating_is_the_mean_of_four() -> None:
    # 22431: technology 1, geography 3, time 4, reliability 2
    rows = ratings(emissions({"factor_id": factor("22431")}).drop("quality"), library())

    assert rows.select("technology", "geography", "time", "precision").row(0) == (1, 3, 4, 2)
    assert rows["dqr"].item() == 2.5


def test_the_data_s_own_quality_is_the_precision() -> None:
    rows = ratings(emissions({"factor_id": factor("22431"), "quality": 5}), library())

    assert rows["precision"].item() == 5


def test_of_curve_and_carrier_the_worse_counts() -> None:
    both = f"{factor('21232')}/{factor('22431')}"
    rows = ratings(emissions({"factor_id": both}).drop("quality"), library())

    assert rows.select("technology", "geography", "time", "precision").row(0) == (2, 3, 4, 2)


def test_ratings_are_weighed_by_contribution() -> None:
    # technology 2 on 900 and 1 on 100; what no one rated has no say
    rows = emissions(
        {"factor_id": factor("21232"), "co2e_ug": 900},
        {"factor_id": factor("22431"), "co2e_ug": -100},
        {"factor_id": "nobody", "co2e_ug": 1000},
    )
    found = quality(rows, library=library()).row(0, named=True)

    assert found["technology"] == pytest.approx(1.9)
    assert found["rated_ppm"] == 500_000
    assert quality(rows)["dqr"].item() is None


def test_a_cut_has_the_quality_of_its_rows() -> None:
    rows = emissions({"kind": "x", "tier": "measured"}, {"kind": "y"})

    assert quality(rows, ["kind"])["primary_share_ppm"].to_list() == [1_000_000, 0]


@pytest.mark.parametrize(
    ("dqr", "expected"),
    [(1.0, "excellent"), (1.5, "excellent"), (1.75, "very_good"), (3.0, "good"), (3.25, "fair"),
     (4.25, "poor")],
)  # fmt: skip
def test_the_class_of_a_rating(dqr: float, expected: str) -> None:
    assert level(dqr) == expected
