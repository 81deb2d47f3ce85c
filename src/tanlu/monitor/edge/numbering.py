"""Sequence numbers for senders that give none: by the time of the reading, the same on a retry.

A reading with a time that is remembered gets the number it had; any other the next one. So what a
broker delivers again after a crash keeps its identity, as long as no more than `REMEMBERED`
readings of one device in one stream are under way without receipt.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["REMEMBERED", "Numbering"]

REMEMBERED = 256


class _Last:
    __slots__ = ("latest", "seq", "times")

    def __init__(self) -> None:
        self.seq = 0
        self.latest = -(1 << 63)
        self.times = array("q")


class Numbering:
    """The next number of each device in each stream, and the times of the last ones."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], _Last] = {}

    def number(self, device: str, stream: str, at: int) -> int:
        """Give the number of a reading; the first one has number 1."""
        last = self._last.setdefault((device, stream), _Last())
        if at <= last.latest:
            for back, time in enumerate(reversed(last.times)):
                if time == at:
                    return last.seq - back
        return self._next(last, last.seq + 1, at)

    def known(self, device: str, stream: str, at: int) -> bool:
        """Tell whether a time is remembered, or lies before all that is."""
        last = self._last.get((device, stream))
        return last is not None and at <= last.latest

    def learn(self, rows: pl.DataFrame) -> None:
        """Remember rows that are stored, as after a restart: ``device, stream, seq, at``."""
        latest = (
            rows.select("device", "stream", "seq", "at")
            .sort("seq", maintain_order=True)
            .group_by("device", "stream", maintain_order=True)
            .tail(REMEMBERED)
        )
        for device, stream, seq, at in latest.iter_rows():
            last = self._last.setdefault((device, stream), _Last())
            if seq > last.seq:
                self._next(last, seq, at)

    @staticmethod
    def _next(last: _Last, seq: int, at: int) -> int:
        if seq != last.seq + 1:
            del last.times[:]
        last.seq = seq
        last.latest = max(last.latest, at)
        last.times.append(at)
        if len(last.times) > 2 * REMEMBERED:
            del last.times[:-REMEMBERED]
        return seq
