from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import exp, log
from random import Random

import pytest

from tanlu.errors import TanluError
from tanlu.share.release import discrete_laplace, margin
from tanlu.share.release.noise import _exponential

DRAWS = 20_000


def chance(x: int, scale: Fraction) -> float:
    q = exp(-1 / float(scale))
    return (1 - q) / (1 + q) * q ** abs(x)


@pytest.mark.parametrize("scale", [Fraction(1, 2), Fraction(1), Fraction(7, 3), Fraction(40)])
def test_the_draws_have_the_chances_of_the_formula(scale: Fraction) -> None:
    luck = Random(20261121)
    seen = Counter(discrete_laplace(scale, luck.randrange) for _ in range(DRAWS))
    likely = [x for x in range(-400, 401) if DRAWS * chance(x, scale) >= 10]
    rest = DRAWS - sum(seen[x] for x in likely)
    expected = [DRAWS * chance(x, scale) for x in likely]
    statistic = sum((seen[x] - e) ** 2 / e for x, e in zip(likely, expected, strict=True))
    left = DRAWS - sum(expected)
    statistic += (rest - left) ** 2 / left if left > 10 else 0
    freedom = len(likely)

    # Wilson and Hilferty: a chi square of so many degrees is above this once in ten thousand
    assert statistic < freedom * (1 - 2 / (9 * freedom) + 3.72 * (2 / (9 * freedom)) ** 0.5) ** 3


def test_the_formula_is_a_distribution_and_private() -> None:
    scale = Fraction(50, 1) / Fraction(1, 2)  # Δ = 50, ε = 1/2

    assert sum(chance(x, scale) for x in range(-4000, 4001)) == pytest.approx(1, abs=1e-12)
    for x in range(-200, 200):
        assert chance(x, scale) <= exp(0.5) * chance(x + 50, scale) * (1 + 1e-12)


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(1, 3), Fraction(1)])
def test_the_coin_of_exp_is_fair(rate: Fraction) -> None:
    luck = Random(7)
    seen = sum(_exponential(rate, luck.randrange) for _ in range(DRAWS)) / DRAWS

    assert seen == pytest.approx(exp(-float(rate)), abs=4 * (0.25 / DRAWS) ** 0.5)


def test_the_coin_asks_only_for_whole_chances() -> None:
    asked = []

    def first(size: int) -> int:
        asked.append(size)
        return 0 if len(asked) < 4 else size - 1

    # heads three times at 1/3, 1/6, 1/9, then tails at 1/12: an even number of tosses
    assert _exponential(Fraction(1, 3), first) is False
    assert asked == [3, 6, 9, 12]


@pytest.mark.parametrize("scale", [Fraction(1, 10), Fraction(1), Fraction(100), Fraction(10**9)])
def test_the_margin_is_the_least_that_holds_95_percent(scale: Fraction) -> None:
    found = margin(scale)

    def beyond(n: int) -> float:
        return 2 * exp(float(-(n + 1) / scale)) / (1 + exp(float(-1 / scale)))

    assert beyond(found) <= 0.05 * (1 + 1e-12)
    assert found == 0 or beyond(found - 1) > 0.05 * (1 - 1e-12)


@pytest.mark.parametrize("scale", [Fraction(10**16), Fraction(10**18), Fraction(10**18, 7)])
def test_the_margin_of_a_wide_noise_is_that_of_the_continuous_one(scale: Fraction) -> None:
    assert margin(scale) == pytest.approx(log(20) * float(scale), rel=1e-12)


@pytest.mark.parametrize("scale", [Fraction(0), Fraction(-1)])
def test_a_scale_that_is_none_is_refused(scale: Fraction) -> None:
    with pytest.raises(TanluError, match="TL863"):
        discrete_laplace(scale)


def test_the_systems_chance_is_used_by_default() -> None:
    drawn = {discrete_laplace(Fraction(10**12)) for _ in range(20)}

    assert len(drawn) == 20
