"""Chance that can be repeated: a counter is mixed to 64 bits, a table turns bits into a value.

No engine's random generator is used, so the same seed gives the same bytes with any version of
Polars and any number of threads, and any row can be drawn alone. Tables of quantiles hold
integers: their rounding hides the last digit of the machine's ``exp``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import polars as pl

__all__ = ["bits", "cut", "lognormal", "mixed", "shares", "take", "thousandths"]

# constants of SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
# OOPSLA 2014, figure 16 (variant 13 of Stafford's mixers)
_GAMMA = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_MASK = (1 << 64) - 1
QUANTILES = 4096
CELLS = 65536


def mixed(*words: int) -> int:
    """Give 64 well mixed bits [1] of some integers, in their order."""
    state = 0
    for word in words:
        state = (state + word * _GAMMA + _GAMMA) & _MASK
        state = ((state ^ (state >> 30)) * _FIRST) & _MASK
        state = ((state ^ (state >> 27)) * _SECOND) & _MASK
        state ^= state >> 31
    return state


def bits(counter: pl.Series, seed: int, stream: int) -> pl.Series:
    """Give 64 bits for each counter: SplitMix64 of the counter from a key of seed and stream.

    Parameters
    ----------
    counter
        UInt64 numbers; equal numbers give equal bits.
    seed, stream
        Streams of one seed are independent.

    Returns
    -------
    pl.Series
        UInt64, of the length of ``counter``.
    """
    state = counter * _word(_GAMMA) + _word(mixed(seed, stream))
    state = (state ^ (state // (1 << 30))) * _word(_FIRST)
    state = (state ^ (state // (1 << 27))) * _word(_SECOND)
    return state ^ (state // (1 << 31))


def _word(value: int) -> pl.Series:
    return pl.Series([value], dtype=pl.UInt64)


def cut(drawn: pl.Series, first: int, width: int) -> pl.Series:
    """Give ``width`` bits from bit ``first`` on, as UInt32: one draw serves several values."""
    return ((drawn // (1 << first)) % (1 << width)).cast(pl.UInt32)


def take(values: pl.Series, index: pl.Series) -> pl.Series:
    """Give the values at the indices."""
    return values.gather(index)


def thousandths(values: pl.Series) -> pl.Series:
    """Give integers / 1000 as the nearest float64, so that files show no tails of nines."""
    return (values / 1000).round(3)


def shares(weights: Sequence[float], cells: int = CELLS) -> list[int]:
    """Give a table of ``cells`` indices in which index k fills its share, to one cell.

    Largest remainders close the sum; 16 bits of a draw then choose an index exactly.
    """
    total = math.fsum(weights)
    exact = [weight * cells / total for weight in weights]
    whole = [int(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda k: (whole[k] - exact[k], k))
    for k in order[: cells - sum(whole)]:
        whole[k] += 1
    return [k for k, count in enumerate(whole) for _ in range(count)]


def lognormal(median: float, sigma: float, cells: int = QUANTILES) -> list[int]:
    """Give quantiles of a log-normal distribution, rounded, at the middles of ``cells`` cells."""
    normal = NormalDist()
    return [
        max(1, round(median * math.exp(sigma * normal.inv_cdf((k + 0.5) / cells))))
        for k in range(cells)
    ]
