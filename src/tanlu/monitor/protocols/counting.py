"""Numbers for what devices of the field send: of readings by their time, of frames by their flow.

The flow number of JT/T 808 is no sequence number of readings: it has 16 bits, begins anew when the
terminal does, counts heartbeats and answers too, and one frame may hold many positions. The others
have none at all. What stays the same when a sample is sent again, in whatever frame and after any
restart of either side, is its time: so readings are numbered by `Numbering`, stream by stream and
without holes, and the same time has the same number. The flow number tells what it can: how many
frames a terminal sent that never came.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tanlu.monitor.edge.numbering import Numbering

__all__ = ["Flows", "number"]

WRAP = 1 << 16
LOST_MAX = 1024


def number(tables: Mapping[str, pl.DataFrame], numbering: Numbering) -> dict[str, pl.DataFrame]:
    """Give tables of a `Read` with their ``seq``."""
    return {
        stream: table.with_columns(
            pl.Series(
                "seq",
                [
                    numbering.number(device, stream, at)
                    for device, at in zip(table["device"], table["at"], strict=True)
                ],
                pl.Int64,
            )
        )
        for stream, table in tables.items()
    }


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
