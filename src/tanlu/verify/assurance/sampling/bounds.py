"""How much may be wrong when a sample found so much: Poisson factors, Stringer's bound, sizes.

All in whole numbers, so that two machines never disagree about an opinion: factors in millionths,
rounded up; amounts in micrograms, rounded up.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ONE",
    "at_look",
    "binomial_size",
    "errorless_size",
    "factor",
    "stringer",
    "textbook_size",
]

ONE = 1_000_000
# how much the textbook enlarges an expected misstatement, by confidence: guide of the AICPA,
# Audit Sampling, table of expansion factors (from memory, not checked against the guide)
EXPANSION = ((990_000, 1_900_000), (950_000, 1_600_000), (900_000, 1_500_000), (0, 1_300_000))


@cache
def factor(errors: int, confidence_ppm: int) -> int:
    """Give the Poisson factor [1e-6]: the mean at which so few errors are just too rare.

    The least λ for which ``P(X ≤ errors | λ) ≤ 1 − confidence``, X Poisson; 2.995733 for no error
    at 95 %. By decimals of 40 digits: no machine rounds otherwise.
    """
    risk = Decimal(ONE - confidence_ppm) / ONE
    low, high = 0, ONE
    while _at_most(errors, high) > risk:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _at_most(errors, middle) > risk else (low, middle)
    return high


def _at_most(errors: int, mean_ppm: int) -> Decimal:
    with localcontext() as context:
        context.prec = 40
        mean = Decimal(mean_ppm) / ONE
        term = total = Decimal(1)
        for k in range(1, errors + 1):
            term = term * mean / k
            total += term
        return total * (-mean).exp()


def stringer(
    interval_ug: int, projections_ug: Sequence[int], confidence_ppm: int, exact_ug: int = 0
) -> int:
    """Give the upper bound of a misstatement of one direction [ug].

    ``UF0·J + Σ (UF_i − UF_(i−1))·p_(i) + exact``: J is the interval, what one unit of the sample
    stands for, the largest where strata have several; p are the projections, error share times
    interval, in falling order; what was examined in full enters as it is. Stringer (1963), as in
    Leslie, Teitlebaum and Anderson (1979); with several intervals our own extension, of which a
    test measures the coverage.

    Parameters
    ----------
    interval_ug
        J; 0 where everything was examined.
    projections_ug
        One for each unit of the sample in which something was found, above 0.
    exact_ug
        Misstatement of what was examined in full.
    """
    total = factor(0, confidence_ppm) * interval_ug
    for place, projection in enumerate(sorted(projections_ug, reverse=True), start=1):
        step = factor(place, confidence_ppm) - factor(place - 1, confidence_ppm)
        total += step * projection
    return -(-total // ONE) + exact_ug


def at_look(confidence_ppm: int, look: int) -> int:
    """Give the confidence of the k-th look at a sample that grows [ppm].

    Who looks again after each extension, at the same confidence, at last accepts too much: of
    populations that are misstated by just what is material, 7.9 % instead of 5 % after up to six
    looks, from 60 units on. So each look has half the risk of the one before: 4.9 % (simulated).
    """
    return ONE - max(1, (ONE - confidence_ppm) >> (look - 1))


def errorless_size(tolerable_ppm: int, confidence_ppm: int, errors: int = 0) -> int:
    """Give the sample that meets the tolerable share with so many whole errors in it.

    ``ceil(UF_errors / tolerable)``: 60 for none at 95 % and 5 %.
    """
    return -(-factor(errors, confidence_ppm) // tolerable_ppm)


def textbook_size(tolerable_ppm: int, expected_ppm: int, confidence_ppm: int) -> int | None:
    """Give the size of the textbooks, ``UF0 / (tolerable − expansion·expected)``; None if none.

    For comparison only: simulation shows that it is too small (see ``power``). The expansion
    factors are from memory.
    """
    grow = next(grow for least, grow in EXPANSION if confidence_ppm >= least)
    left = tolerable_ppm * ONE - grow * expected_ppm
    return None if left <= 0 else -(-factor(0, confidence_ppm) * ONE // left)


def binomial_size(rate_ppm: int, confidence_ppm: int) -> int:
    """Give how many controls to test so that one failing at this rate is met at all.

    The least n with ``(1 − rate)^n ≤ 1 − confidence``: 59 for 5 % at 95 %.
    """
    risk, kept = ONE - confidence_ppm, ONE - rate_ppm
    size, numerator, denominator = 0, 1, 1
    while numerator * ONE > risk * denominator:
        numerator, denominator, size = numerator * kept, denominator * ONE, size + 1
    return size
