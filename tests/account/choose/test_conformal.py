"""Quantiles in which every vehicle weighs the same."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.choose.conformal import pooled, raised, scores
from tanlu.errors import TanluError

VALUES = st.lists(
    st.tuples(st.floats(-5, 5), st.sampled_from("abcdef")), min_size=1, max_size=40
)  # fmt: skip


def both(rows: list[tuple[float, str]]) -> tuple[pl.Series, pl.Series]:
    return pl.Series([v for v, _ in rows]), pl.Series([n for _, n in rows])


@given(VALUES, st.floats(0.01, 1), st.floats(0.01, 1))
def test_a_higher_level_never_gives_a_lower_value(
    rows: list[tuple[float, str]], one: float, two: float
) -> None:
    values, names = both(rows)

    assert pooled(values, names, min(one, two)) <= pooled(values, names, max(one, two))


@given(VALUES, st.floats(0.01, 1), st.randoms())
def test_the_order_of_legs_does_not_matter(
    rows: list[tuple[float, str]], level: float, chance: object
) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    assert pooled(*both(mixed), level) == pooled(*both(rows), level)


@given(VALUES, st.floats(0.01, 1))
def test_the_quantile_covers_its_level_of_vehicles(
    rows: list[tuple[float, str]], level: float
) -> None:
    values, names = both(rows)
    held = pl.DataFrame({"v": values, "n": names}).group_by("n").agg(
        (pl.col("v") <= pooled(values, names, level)).mean()
    )  # fmt: skip

    assert held["v"].mean() >= level - 1e-9


def test_a_vehicle_with_many_legs_counts_as_one() -> None:
    many = [(0.0, "a")] * 98 + [(1.0, "b"), (2.0, "c")]

    assert pooled(*both(many), 0.5) == 1.0
    assert pooled(*both(many), 1 / 3) == 0.0


def test_few_vehicles_reach_to_the_worst_of_them() -> None:
    assert raised(0.95, 10) == 1.0
    assert raised(0.95, 95) == pytest.approx(0.96)


def test_a_score_is_how_far_outside_a_truth_lies() -> None:
    low, truth, high = (pl.Series(each) for each in ([0.0] * 3, [-1.0, 0.25, 3.0], [1.0] * 3))

    assert scores(low, truth, high).to_list() == [1.0, -0.25, 2.0]


@pytest.mark.parametrize("bad", [[], [float("nan")], [None], [float("inf")]])
def test_what_is_no_number_is_refused(bad: list[float]) -> None:
    with pytest.raises(TanluError, match="TL539"):
        pooled(pl.Series(bad, dtype=pl.Float64), pl.Series(["a"] * len(bad)), 0.95)
