"""Windows: which readings of a stream are new, exactly, whatever order and however often.

Each device in a stream counts its readings. For each, the numbers that came are known for ever:
the last 256 as bits, all that is missing below them as ranges. So a retry is known, a late reading
is new if its number is missing, and the ranges *are* the gap report. Memory is bounded: a device
that makes more than ``RANGES`` ranges has its rows refused until gaps are filled.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tanlu.monitor.stream.counting.kernels import (
    RING,
    ROOM,
    WORDS,
    collect,
    count_gaps,
    mixed,
    take,
)

__all__ = ["JUMP", "RANGES", "Windows", "fingerprints"]

RANGES = 1024
# a device that counts 30 a second reaches it in a year of silence: more is a broken number
JUMP = 1_000_000_000
PRINTS = 64
SMALL = 256
NEVER = np.iinfo(np.int64).min
STATE = ("top", "first", "clock", "head", "count", "bits", "prints", "slot")
POOL = ("low", "high", "after")


def fingerprints(columns: list[np.ndarray[Any, Any]], rows: int) -> np.ndarray[Any, Any]:
    """Give a 64-bit mark of the content of each row; the columns are 64-bit words."""
    made = np.full(rows, 0x243F6A8885A308D3, np.uint64)
    for column in columns:
        mixed(made, np.ascontiguousarray(column).view(np.uint64))
    return made


class Windows:
    """The windows of one stream; a channel is the number of a device in it."""

    def __init__(self, *, ranges: int = RANGES, jump: int = JUMP) -> None:
        self.ranges, self.jump = ranges, jump
        self.used = 0
        self.top = np.full(0, -1, np.int64)
        self.first = np.zeros(0, np.int64)
        self.clock = np.zeros((0, 3), np.int64)
        self.head = np.full(0, -1, np.int32)
        self.count = np.zeros(0, np.int32)
        self.bits = np.zeros((0, WORDS), np.uint64)
        self.prints = np.zeros((0, PRINTS), np.uint32)
        # the marks of the last rows of a channel whose sender gives no numbers
        self.slot = np.full(0, -1, np.int32)
        self.ring = np.zeros((0, RING), np.uint64)
        self.times = np.zeros((0, RING + 1), np.int64)
        # the first free node, how many there are, and how many rings are in use
        self.pool = np.array([-1, 0, 0], np.int64)
        self.low = np.zeros(0, np.int64)
        self.high = np.zeros(0, np.int64)
        self.after = np.zeros(0, np.int32)

    def reach(self, channels: int) -> None:
        """Make room for so many channels."""
        self.used = max(self.used, channels)
        have = self.top.size
        if channels <= have:
            return
        size = max(SMALL, 2 * have, channels)
        for name in STATE:
            old = getattr(self, name)
            fill = -1 if name in ("top", "head", "slot") else 0
            new = np.full((size, *old.shape[1:]), fill, old.dtype)
            new[:have] = old
            setattr(self, name, new)

    def take(
        self,
        channel: np.ndarray[Any, Any],
        seq: np.ndarray[Any, Any],
        at: np.ndarray[Any, Any],
        content: np.ndarray[Any, Any],
        sure: np.ndarray[Any, Any] | None = None,
    ) -> np.ndarray[Any, Any]:
        """Give the verdict of each row in the order of arrival, and remember what is new.

        A row with a channel below 0 takes no part; its verdict is NEW and means nothing. Where
        ``seq`` is UNNUMBERED the number that the row gets is written into it. ``sure`` is
        ``at``, or what the server's clock bears out of it.
        """
        verdict = np.zeros(channel.size, np.int8)
        if channel.size:
            self.reach(int(channel.max()) + 1)
        sure = at if sure is None else sure
        row = 0
        while True:
            row = take(
                self.pool, self.low, self.high, self.after, self.head, self.count,
                self.top, self.first, self.clock, self.bits, self.prints, self.slot, self.ring,
                self.times, channel, seq, at, sure, content, verdict, row, self.ranges, self.jump,
            )  # fmt: skip
            if row >= channel.size:
                return verdict
            self._more_nodes()
            self._more_rings()

    def unnumbered(self, channels: np.ndarray[Any, Any]) -> None:
        """Say whose senders give no numbers, so that their retries are known again."""
        self.reach(int(channels.max(initial=-1)) + 1)
        for channel in channels[self.slot[channels] < 0].tolist():
            if self.pool[2] >= len(self.ring):
                self._more_rings()
            self.slot[channel] = self.pool[2]
            self.pool[2] += 1

    def gaps(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Give channel, first and last number of each range that is missing."""
        many, _ = self.missing()
        found = tuple(np.zeros(many, np.int64) for _ in range(3))
        lists = (self.head, self.low, self.high, self.after)
        collect(*lists, self.top, self.first, self.bits, self.used, *found)
        return found[0], found[1], found[2]

    def missing(self) -> tuple[int, int]:
        """Give how many ranges are missing and how many numbers they have."""
        lists = (self.head, self.low, self.high, self.after)
        ranges, numbers = count_gaps(*lists, self.top, self.first, self.bits, self.used)
        return int(ranges), int(numbers)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Give all state as arrays, to be written down."""
        state = {name: getattr(self, name)[: self.used] for name in STATE}
        pool = {name: getattr(self, name) for name in POOL}
        rings = {"ring": self.ring[: self.pool[2]], "times": self.times[: self.pool[2]]}
        return state | {"pool": self.pool} | rings | pool

    def adopt(self, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
        """Take up the state that `arrays` gave."""
        for name, array in arrays.items():
            setattr(self, name, array.copy())
        self.used = self.top.size

    def _more_rings(self) -> None:
        have = len(self.ring)
        if self.pool[2] < have:
            return
        size = max(4, 2 * have)
        ring, times = np.zeros((size, RING), np.uint64), np.full((size, RING + 1), NEVER)
        ring[:have], times[:have] = self.ring, self.times
        self.ring, self.times = ring, times

    def _more_nodes(self) -> None:
        if self.pool[1] >= ROOM:
            return
        have = self.low.size
        size = max(SMALL, 2 * have, have + ROOM)
        for name in POOL:
            old = getattr(self, name)
            new = np.zeros(size, old.dtype)
            new[:have] = old
            setattr(self, name, new)
        self.after[have : size - 1] = np.arange(have + 1, size)
        self.after[size - 1] = self.pool[0]
        self.pool[0] = have
        self.pool[1] += size - have
