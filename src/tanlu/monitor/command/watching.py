"""What is permitted now: bounds, interlocks and limits, by the newest readings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from tanlu.monitor.command.rules import matches

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

    from tanlu.monitor.command.points import Point
    from tanlu.monitor.command.rules import Action, Limit, Rules, Watched

__all__ = ["Permitted", "Scene", "Seen"]


class Permitted(NamedTuple):
    """The least and the greatest value, and what made each of them so."""

    minimum: float
    maximum: float
    low: str
    high: str

    def why_not(self, value: float) -> str | None:
        """Give why a value is not permitted, None when it is."""
        if value < self.minimum:
            return f"{self.low}: at least {self.minimum:g}"
        if value > self.maximum:
            return f"{self.high}: at most {self.maximum:g}"
        return None

    def nearest(self, value: float) -> float:
        """Give the permitted value nearest to one."""
        return min(max(value, self.minimum), self.maximum)


class Seen:
    """The newest reading of each stream of each device."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], tuple[int, float | None]] = {}

    def see(self, readings: pl.DataFrame) -> None:
        """Take readings (``device, stream, at, value``); older ones than are known say nothing."""
        rows = readings.select("device", "stream", "at", "value").sort("at", maintain_order=True)
        rows = rows.unique(["device", "stream"], keep="last")
        for device, stream, at, value in rows.iter_rows():
            known = self._newest.get((device, stream))
            if known is None or at >= known[0]:
                self._newest[device, stream] = at, value

    def value(self, watched: Watched, device: str, stale_s: float, now: int) -> float | None:
        """Give the newest value if it is fresh; a reading from the future is none."""
        at, value = self._newest.get(watched.of(device), (0, None))
        return value if abs(now - at) <= stale_s * 1e6 else None


class Scene(NamedTuple):
    """All by which it is judged what may be set at one time.

    ``drawn`` keeps what each device of a limit may hold, as long as no point changes.
    """

    rules: Rules
    seen: Seen
    points: Collection[Point]
    now: int
    drawn: dict[str, tuple[float, dict[str, float]]]

    def permitted(self, action: Action, device: str) -> Permitted:
        """Give what may be set.

        Interlocks narrow the bounds in the order in which they are declared; one that would leave
        nothing is passed over, so that the first goes before. Limits come last and never forbid
        the least value: nothing lower could be asked.
        """
        found = Permitted(action.minimum, action.maximum, action.name, action.name)
        for lock in self.rules.interlocks:
            if lock.action != action.name or not matches(lock.device, device):
                continue
            if not lock.when.holds(self.seen.value(lock.when, device, lock.stale_s, self.now)):
                continue
            narrowed = found
            if lock.minimum is not None and lock.minimum > narrowed.minimum:
                narrowed = narrowed._replace(minimum=lock.minimum, low=lock.name)
            if lock.maximum is not None and lock.maximum < narrowed.maximum:
                narrowed = narrowed._replace(maximum=lock.maximum, high=lock.name)
            if narrowed.minimum <= narrowed.maximum:
                found = narrowed
        for limit in self.rules.limits:
            if limit.action == action.name and matches(limit.device, device):
                left = max(self._left(limit, action, device), found.minimum)
                if left < found.maximum:
                    found = found._replace(maximum=left, high=limit.name)
        return found

    def _left(self, limit: Limit, action: Action, device: str) -> float:
        """Give what the other devices of a limit leave, each counted at the most it may hold."""
        if limit.name not in self.drawn:
            most = {
                point.device: _most(point, action)
                for point in self.points
                if point.action == limit.action and matches(limit.device, point.device)
            }
            self.drawn[limit.name] = math.fsum(most.values()), most
        whole, most = self.drawn[limit.name]
        drawn = whole - most.get(device, 0.0)
        if limit.less is not None:
            value = self.seen.value(limit.less, device, limit.stale_s, self.now)
            drawn += limit.total if value is None else max(value, 0.0)
        return limit.total - drawn


def _most(point: Point, action: Action) -> float:
    usual = action.maximum if action.rest is None else action.rest
    return max(point.possible) if point.possible else usual
