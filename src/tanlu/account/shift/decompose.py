"""Part a change exactly into activity, mix and factor: a Shapley value in whole micrograms.

An emission is ``E = Q · Σ s · g``: how much is done (Q), what share of it each class does (s), and
what a unit done by that class emits (g). Each effect is the mean of what it adds in every order in
which the three can change, so none is favoured and nothing is left over (Shapley 1953; Ang 2004,
Energy Policy 32, perfect decomposition). A logarithmic mean index needs no zero; a class that
begins or ends has one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Effects", "Part", "decompose", "whole"]


class Part(NamedTuple):
    """One class in two periods: amount in the unit of its group and emission [µg]."""

    group: str
    before_amount: Fraction
    after_amount: Fraction
    before_ug: Fraction
    after_ug: Fraction


class Effects(NamedTuple):
    """What of a change is due to activity, mix and factor [µg]."""

    activity: Fraction
    mix: Fraction
    factor: Fraction


def decompose(parts: Iterable[Part]) -> Effects:
    """Give the three effects of the change of all parts; they add up to it exactly.

    Notes
    -----
    A class that is only in one period keeps the rate of that period, so that its coming or going
    is mix; a group that is only in one period keeps its shares, so that all of it is activity.
    """
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.group, []).append(part)
    found = [_group(members) for members in groups.values()]
    return Effects(*(sum((each[place] for each in found), Fraction(0)) for place in range(3)))


def _group(parts: list[Part]) -> tuple[Fraction, Fraction, Fraction]:
    before = sum((part.before_amount for part in parts), Fraction(0))
    after = sum((part.after_amount for part in parts), Fraction(0))
    effects = [Fraction(0)] * 3
    for part in parts:
        share = [_over(part.before_amount, before), _over(part.after_amount, after)]
        rate = [_over(part.before_ug, part.before_amount), _over(part.after_ug, part.after_amount)]
        pairs = [(before, after), _filled(share), _filled(rate)]
        for place, effect in enumerate(_shapley(pairs)):
            effects[place] += effect
    return effects[0], effects[1], effects[2]


def _over(part: Fraction, whole_: Fraction) -> Fraction | None:
    return part / whole_ if whole_ else None


def _filled(pair: list[Fraction | None]) -> tuple[Fraction, Fraction]:
    first, last = pair
    one = first if first is not None else last
    other = last if last is not None else first
    return one or Fraction(0), other or Fraction(0)


def _shapley(pairs: Sequence[tuple[Fraction, Fraction]]) -> list[Fraction]:
    """Give what each of three factors adds to the change of their product."""
    effects = []
    for place, (first, last) in enumerate(pairs):
        (b0, b1), (c0, c1) = (pair for other, pair in enumerate(pairs) if other != place)
        ends = (b0 * c0 + b1 * c1) / 3
        mixed = (b0 * c1 + b1 * c0) / 6
        effects.append((last - first) * (ends + mixed))
    return effects


def whole(effects: Effects, change_ug: int) -> tuple[int, int, int]:
    """Give the effects in whole micrograms that add up to the change.

    Each is rounded half away from zero; what is left goes to the one that lost most by it.
    """
    rounded = [away(each) for each in effects]
    lost = [each - kept for each, kept in zip(effects, rounded, strict=True)]
    left = change_ug - sum(rounded)
    step = 1 if left > 0 else -1
    order = sorted(range(3), key=lambda place: (-step * lost[place], place))
    for number in range(abs(left)):
        rounded[order[number % 3]] += step
    return rounded[0], rounded[1], rounded[2]


def away(value: Fraction) -> int:
    """Give a number rounded half away from zero."""
    size = (abs(value) * 2 + 1).__floor__() // 2
    return size if value >= 0 else -size
