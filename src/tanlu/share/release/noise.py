r"""Noise of the discrete Laplace distribution, drawn exactly: no rounding tells a value.

``P(X = x) = (1 - q) / (1 + q) · q^|x|`` with ``q = exp(-1/scale)``. Added to a whole number that
one contributor changes by at most Δ, scale = Δ/ε gives ε-differential privacy: the probabilities of
two such outcomes differ at most by ``q^(-Δ) = exp(ε)``. The sampler is that of Canonne, Kamath and
Steinke, The Discrete Gaussian for Differential Privacy, NeurIPS 2020 (arXiv 2004.00010).
"""

from __future__ import annotations

import secrets
from fractions import Fraction
from math import ceil, exp, log
from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["discrete_laplace", "margin"]


def discrete_laplace(scale: Fraction, below: Callable[[int], int] = secrets.randbelow) -> int:
    """Give a whole number of the distribution.

    Parameters
    ----------
    scale
        Δ/ε, above nought.
    below
        Gives a number from 0 to n - 1, all alike; of the system's source of chance if not said.

    Raises
    ------
    TanluError
        TL863 for a scale that is not above nought.
    """
    if scale <= 0:
        raise TanluError("TL863", value=scale, why="a scale above nought is wanted")
    above, under = scale.numerator, scale.denominator
    while True:
        first = below(above)
        if not _exponential(Fraction(first, above), below):
            continue
        steps = 0
        while _exponential(Fraction(1), below):
            steps += 1
        size = (first + above * steps) // under
        negative = below(2) == 1
        if not (negative and size == 0):
            return -size if negative else size


def margin(scale: Fraction, level: float = 0.95) -> int:
    """Give the least n with P(abs(X) <= n) >= level: how far off a noised total usually is.

    ``P(|X| > n) = 2 q^(n+1) / (1 + q)``.
    """
    rate = float(1 / Fraction(scale))  # log(q) = -rate; of a q near 1 nothing would be left
    least = -log((1 - level) * (1 + exp(-rate)) / 2) / rate - 1
    return max(0, ceil(least))


def _exponential(rate: Fraction, below: Callable[[int], int]) -> bool:
    """Tell true with probability exp(-rate), 0 <= rate <= 1, by coins of rational chance alone."""
    count = 1
    while below(rate.denominator * count) < rate.numerator:
        count += 1
    return count % 2 == 1
