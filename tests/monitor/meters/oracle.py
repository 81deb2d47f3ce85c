"""A second opinion: one meter at a time, exact fractions, plain loops."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import floor

HOUR = 3_600_000_000


def half_up(x: Fraction) -> int:
    """Give sign(x)·floor(|x| + 1/2)."""
    size = floor(abs(x) + Fraction(1, 2))
    return -size if x < 0 else size


def wholes(values: list[str], scale: Fraction, rollover: str | None = None) -> list[int]:
    """Give the cumulative amount of a register at each of its readings."""
    shown = [half_up(Fraction(value) * scale) for value in values]
    top = half_up(Fraction(rollover) * scale) if rollover else 0
    total, found = 0, [0]
    for before, now in pairwise(shown):
        total += now - before if now >= before else now - before + top
        found.append(total)
    return found


def hours(at: list[int], total: list[int]) -> dict[int, int]:
    """Give the amount of each hour of UTC that a meter covers."""

    def level(edge: int) -> int:
        for k in range(1, len(at)):
            if at[k - 1] <= edge <= at[k]:
                part = Fraction(edge - at[k - 1], at[k] - at[k - 1])
                return total[k - 1] + half_up((total[k] - total[k - 1]) * part)
        raise AssertionError(edge)

    found, edge = {}, at[0]
    while edge < at[-1]:
        hour = edge // HOUR * HOUR
        after = min(hour + HOUR, at[-1])
        found[hour] = level(after) - level(edge)
        edge = after
    return found
