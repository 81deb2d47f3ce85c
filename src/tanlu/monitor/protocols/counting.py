"""Numbers for what devices of the field send: of readings by their time, of frames by their flow.

The flow number of JT/T 808 is no sequence number of readings: it has 16 bits, begins anew when the
terminal does, counts heartbeats and answers too, and one frame may hold many positions. The others
have none at all. What stays the same when a sample is sent again, in whatever frame and after any
restart of either side, is its time: so readings are numbered by `Numbering`, stream by stream and
without holes, and the same time has the same number. The flow number tells what it can: how many
frames a terminal sent that never came.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping

import polars as pl

from tanlu.monitor.edge.numbering import Numbering

__all__ = ["Counting", "Flows"]

WRAP = 1 << 16
LOST_MAX = 1024
SEEN = 4096
SAMPLE = ("device", "at", "mark")


class Counting:
    """Numbers of readings, and which of them came before.

    A terminal that had no answer sends again, after a broken connection maybe thousands of
    samples. So the last `SEEN` samples of each device are remembered as a whole (second and check
    of content, 8 bytes each): what is among them is not taken twice. After a restart of the
    server, the last readings that are stored serve as that memory (`learn`), 256 of each stream.
    """

    def __init__(self) -> None:
        self._numbering = Numbering()
        self._seen: dict[str, _Ring] = {}
        self.known = 0

    def learn(self, rows: pl.DataFrame) -> None:
        """Remember rows that are stored: ``device, stream, seq, at``."""
        self._numbering.learn(rows)

    def take(self, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Give the rows of tables of a `Read` that are not known yet, with their ``seq``."""
        fresh = self._fresh(tables)
        taken = {}
        for stream, table in tables.items():
            left = table.join(fresh, on=list(SAMPLE), how="semi", maintain_order="left")
            self.known += table.height - left.height
            if left.height:
                pairs = zip(left["device"], left["at"], strict=True)
                seq = [self._numbering.number(device, stream, at) for device, at in pairs]
                taken[stream] = left.drop("mark").with_columns(pl.Series("seq", seq, pl.Int64))
        return taken

    def _fresh(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        schema = {"device": pl.String, "at": pl.Int64, "mark": pl.Int64}
        samples = pl.concat([pl.DataFrame(schema=schema)] + [
            table.select(SAMPLE) for table in tables.values()
        ]).unique(maintain_order=True)  # fmt: skip
        new = [
            self._seen.setdefault(device, _Ring()).add(at // 1_000_000, mark)
            for device, at, mark in samples.iter_rows()
        ]
        return samples.filter(pl.Series(new, dtype=pl.Boolean))


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
