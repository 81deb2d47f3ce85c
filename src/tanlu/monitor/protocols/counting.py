"""What devices of the field sent before: samples by time and content, frames by flow number.

The flow number of JT/T 808 is no sequence number of readings: it has 16 bits, begins anew when the
terminal does, counts heartbeats and answers too, and one frame may hold many positions. The other
protocols have none at all. What stays the same when a sample is sent again, in whatever frame and
after any restart of either side, is its time and content. So rows leave here without numbers: the
pipeline gives them, and knows the last 256 of a stream again, after a death too. The flow number
tells what it can: how many frames a terminal sent that never came.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

import polars as pl

__all__ = ["Flows", "Seen"]

WRAP = 1 << 16
LOST_MAX = 1024
SEEN = 4096
# devices that are remembered; the one that came first is forgotten first
DEVICES_MAX = 1_000_000
SAMPLE = ("device", "at", "mark")


class Seen:
    """The last samples of each device: `SEEN` of them, second and check of content [8 bytes each].

    A terminal that had no answer sends again, after a broken connection maybe thousands of
    samples: more than the pipeline knows again.
    """

    def __init__(self) -> None:
        self._rings: dict[str, _Ring] = {}
        self.known = 0

    def fresh(self, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Give the rows of tables of a `Read` that are of new samples, without ``mark``."""
        schema = {"device": pl.String, "at": pl.Int64, "mark": pl.Int64}
        samples = pl.concat([pl.DataFrame(schema=schema)] + [
            table.select(SAMPLE) for table in tables.values()
        ]).unique(maintain_order=True)  # fmt: skip
        new = [
            self._ring(device).add(at // 1_000_000, mark)
            for device, at, mark in samples.iter_rows()
        ]
        left = samples if all(new) else samples.filter(pl.Series(new, dtype=pl.Boolean))
        found = {}
        for stream, table in tables.items():
            rows = table
            if left.height < samples.height:
                rows = table.join(left, on=list(SAMPLE), how="semi", maintain_order="left")
                self.known += table.height - rows.height
            if rows.height:
                found[stream] = rows.drop("mark")
        return found

    def _ring(self, device: str) -> _Ring:
        ring = self._rings.get(device)
        if ring is None:
            ring = self._rings[device] = _Ring()
            forget(self._rings)
        return ring


def forget(held: dict[str, Any]) -> None:
    """Forget the oldest device when there are too many."""
    if len(held) > DEVICES_MAX:
        del held[next(iter(held))]


class _Ring:
    """The last samples of one device."""

    __slots__ = ("count", "keys", "latest")

    def __init__(self) -> None:
        self.keys = array("q")
        self.latest = -1
        self.count = 0

    def add(self, second: int, mark: int) -> bool:
        """Tell whether a sample is new, and remember it."""
        key = second << 32 | mark
        if second <= self.latest and key in self.keys:
            return False
        self.latest = max(self.latest, second)
        if len(self.keys) < SEEN:
            self.keys.append(key)
        else:
            self.keys[self.count % SEEN] = key
        self.count += 1
        return True


class Flows:
    """Flow numbers of terminals, unwrapped to as many bits as it takes, and what they miss."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self.missed = 0
        self.restarts = 0

    def note(self, device: str, flow: int) -> int:
        """Give the unwrapped number of a frame, and count the numbers that it passes over.

        A step back is a frame sent again; a step to 0 or 1 that is back, or over more than is lost
        in a connection, is a terminal that began anew: it goes on at the next multiple of 2¹⁶.
        """
        last = self._last.get(device)
        if last is None:
            self._last[device] = flow
            forget(self._last)
            return flow
        step = (flow - last + WRAP // 2) % WRAP - WRAP // 2
        if flow < 2 and (step < 0 or step > LOST_MAX):
            # terminals begin with 0 or 1
            self.restarts += 1
            self._last[device] = (last // WRAP + 1) * WRAP + flow
            return self._last[device]
        if step > 0:
            self.missed += step - 1
            self._last[device] = last + step
        return last + step
