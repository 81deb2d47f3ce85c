"""The hours of meters for people and for other rooms: computed from the readings as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.monitor.meters.activities import written
from tanlu.monitor.meters.definitions import definitions
from tanlu.monitor.meters.readings import Readings
from tanlu.monitor.meters.resample import AMOUNTS, resample
from tanlu.monitor.meters.state import first_readings, fresh, state
from tanlu.monitor.meters.steps import points
from tanlu.monitor.meters.sums.adding import below_another, calculated, not_below, of_points, shares
from tanlu.monitor.meters.windows import survey

if TYPE_CHECKING:
    from tanlu.monitor.meters.definitions import Definitions
    from tanlu.store import Workspace

__all__ = ["Hourly", "as_hours"]

NAMES = ("stream", *AMOUNTS)


class Hourly:
    """Amounts by the hour of a ledger's meters, whether they were passed on or not."""

    def __init__(
        self, workspace: Workspace, told: Definitions, readings: Readings, channels: pl.DataFrame
    ) -> None:
        self.workspace = workspace
        self.told = told
        self.readings = readings
        self.channels = channels

    @classmethod
    def of(cls, workspace: Workspace) -> Hourly:
        """Give the hours of a ledger as it stands."""
        told, known = definitions(workspace), state(workspace)
        new = survey(workspace, fresh(workspace, known, "reading"), set(told.streams), known)
        firsts = new.channels.select("stream", "device", "first")
        both = pl.concat([first_readings(workspace), firsts])
        channels = both.group_by("stream", "device").agg(pl.col("first").min())
        return cls(workspace, told, Readings(workspace, told, known.spans | new.spans), channels)

    def span(self) -> tuple[int, int]:
        """Give the first and the last instant of all readings [us UTC]."""
        return self.readings.first, self.readings.last

    def meters(
        self, low: int, high: int, *, streams: list[str] | None = None,
        devices: list[str] | None = None,
    ) -> pl.DataFrame:  # fmt: skip
        """Give the hours that begin from ``low`` and before ``high``, both edges [us UTC].

        Columns are ``stream`` and those of `resample`; ``tail`` is an hour that goes on.
        """
        found = [pl.DataFrame(schema={"stream": pl.String, **AMOUNTS})]
        for name, of in self.told.streams.items():
            if of.formula or (streams is not None and name not in streams):
                continue
            begins = self.channels.filter(pl.col("stream") == name).drop("stream")
            if devices is not None:
                begins = begins.filter(pl.col("device").is_in(devices))
            if not begins.height:
                continue
            some = begins["device"]
            rows, loaded = self.readings.around(of, low, high, begins, cap=high, devices=some)
            hours = resample(points(rows, of, self.told.devices), self.workspace.zone, of.gap_us)
            hours = hours.join(loaded, on="device", how="left").filter(
                pl.col("hour") >= low, pl.col("hour") < high, ~pl.col("head") | pl.col("whole")
            )
            found.append(hours.with_columns(stream=pl.lit(name)).select(NAMES))
        return pl.concat(found).sort("stream", "device", "hour")

    def counted(self, hours: pl.DataFrame) -> pl.DataFrame:
        """Give the hours that become activities: not those of meters below another one."""
        kept = [hours.clear()]
        for (name,), rows in hours.group_by("stream", maintain_order=True):
            below = below_another(self.told.streams[str(name)], self.told, self.channels)
            kept.append(not_below(rows, below))
        return pl.concat(kept)

    def written(self, stream: str, low: int, high: int) -> pl.DataFrame:
        """Give ``stream, device, hour, revision`` of the hours that were passed on and hold."""
        found = written(self.workspace, stream, (low, high), current=True)
        return found.select("device", "hour", "revision", stream=pl.lit(stream))

    def points(self, low: int, high: int, streams: list[str] | None = None) -> pl.DataFrame:
        """Give the hours of metering points, as `of_points` does."""
        hours = self.meters(low, high, streams=streams)
        return of_points(hours, self.told, self.workspace.zone)

    def calculated(self, name: str, low: int, high: int) -> pl.DataFrame:
        """Give the hours of a calculated stream, as `calculated` does.

        Raises
        ------
        TanluError
            TL377 for a formula that cannot be read or reckoned.
        """
        parts = shares(self.told.streams[name], self.told, self.channels)
        streams = sorted({part.stream for part in parts})
        return calculated(self.points(low, high, streams), parts)


def as_hours(sums: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give the hours of a calculated stream as those of one meter that has the stream's name."""
    quality = pl.when("estimated").then(pl.lit("estimated")).otherwise(pl.lit("measured"))
    return sums.select(
        "hour", "end", "amount", "lower", "upper",
        device=pl.lit(name),
        start="hour",
        quality=pl.when(pl.col("amount").is_null()).then(pl.lit("missing")).otherwise(quality),
        seq=pl.lit(None, pl.Int64),
        head=pl.lit(value=False),
        tail=pl.lit(value=False),
    ).select(list(AMOUNTS))  # fmt: skip
