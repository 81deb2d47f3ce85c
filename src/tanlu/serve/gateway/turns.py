"""Whose turn it is on a line that many share: nobody waits for ever, the silent wait longest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tanlu.monitor.points import Point

__all__ = ["Turns"]

# who said nothing gives up two to the power of this many rounds at most
LATER = 6


class Turns:
    """The order in which who shares a line is asked: by the round in which each is due.

    Who answered is due in the next round, who said nothing 2, 4, 8, ... rounds later; who was not
    reached stays due and so comes to the front. There is time for all in most rounds, and then all
    are asked, the silent last.
    """

    def __init__(self) -> None:
        self._round = 0
        self._due: dict[tuple[int, str], int] = {}
        self._silent: Counter[tuple[int, str]] = Counter()

    def order(self, points: Iterable[Point]) -> list[Point]:
        """Begin a round: give the points in the order of their turns."""
        self._round += 1
        return sorted(points, key=lambda one: self._due.get(_name(one), 0))

    def asked(self, point: Point, *, answered: bool) -> None:
        """Note that a point was asked for, and whether an answer came."""
        name = _name(point)
        self._silent[name] = 0 if answered else min(LATER, self._silent[name] + 1)
        self._due[name] = self._round + 2 ** self._silent[name]


def _name(point: Point) -> tuple[int, str]:
    return point.unit, point.address
