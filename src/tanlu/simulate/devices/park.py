"""Who stands where: sixteen places a hall, each with its device and the streams it feeds."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.simulate.stated import table
from tanlu.terms import schema

__all__ = ["HALL", "LINES", "Line", "definitions", "lines", "names", "registry", "units"]

HALL = 16
MAIN = "MM"
SUB = "SM"


class Line(NamedTuple):
    """What the devices of one place tell in one stream, and by which figures it is made."""

    place: int
    type: str
    prefix: str
    stream: str
    primary: bool
    signal: str
    profile: str
    size: int
    spread_ppm: int
    noise_ppm: int

    def halls(self, devices: int) -> int:
        """How many halls have this place filled when there are so many devices."""
        return (devices - self.place + HALL - 1) // HALL


@cache
def lines(*, primary: bool = False) -> tuple[Line, ...]:
    """Give the lines of ``devices/lines.csv``, or one for each device alone."""
    found = tuple(
        Line(
            int(row["place"]),
            row["type"],
            row["prefix"],
            row["stream"],
            row["primary"] == "yes",
            row["signal"],
            row["profile"],
            int(row["size"]),
            int(row["spread_ppm"]),
            int(row["noise_ppm"]),
        )
        for row in table("devices/lines")
    )
    return tuple(line for line in found if line.primary) if primary else found


LINES = lines()


def units(stream: str, column: str) -> float | None:
    """Give a figure of a stream from ``devices/streams.csv``, null where there is none."""
    row = next(row for row in table("devices/streams") if row["stream"] == stream)
    return float(row[column]) if row[column] else None


def names(line: Line, halls: int, tag: str = "") -> pl.Series:
    """Give the device identities of a line: tag, prefix and number, for example ``SM-0000017``."""
    hall = pl.int_range(halls, dtype=pl.Int64, eager=True)
    number = (hall * HALL + line.place).cast(pl.String).str.zfill(7)
    return (tag + line.prefix + "-" + number).alias("device")


def definitions(*, step_s: int = 60) -> pl.DataFrame:
    """Give what the streams of the simulated park are: schema ``stream``, from the year 1970 on."""
    rows = table("devices/streams")
    figures = ("minimum", "maximum", "rate_max", "rollover", "per_pulse")
    columns: dict[str, object] = {
        name: [row[name] or None for row in rows]
        for name in ("stream", "role", "unit", "quantity", "meaning")
    }
    columns |= {name: [float(row[name]) if row[name] else None for row in rows] for name in figures}
    found = pl.DataFrame(columns).with_columns(
        pl.lit(0, pl.Int64).alias("since"), pl.lit(step_s * 1_000_000, pl.Int64).alias("step_us")
    )
    return schema("stream").fit(found)


def registry(devices: int) -> pl.DataFrame:
    """Give the devices: schema ``device``; a sub-meter has the main meter of its hall as parent.

    Raises
    ------
    TanluError
        TL901 when there is no device.
    """
    several(devices)
    found = []
    for line in lines(primary=True):
        hall = pl.int_range(line.halls(devices), dtype=pl.Int64, eager=True)
        above = (MAIN + "-" + (hall * HALL).cast(pl.String).str.zfill(7)).alias("parent")
        if line.prefix != SUB:
            above = above.clear(hall.len())
        found.append(
            pl.DataFrame(
                {
                    "device": names(line, hall.len()),
                    "type": pl.Series([line.type]).new_from_index(0, hall.len()),
                    "place": "hall-" + hall.cast(pl.String).str.zfill(5),
                    "parent": above,
                }
            )
        )
    both = pl.concat(found).with_columns(
        pl.lit(0, pl.Int64).alias("since"), pl.lit("enrolled").alias("state")
    )
    return schema("device").fit(both.sort("device"))


def several(devices: int) -> None:
    """Refuse a park without devices: TL901."""
    if devices < 1:
        raise TanluError("TL901", value=f"{devices:,} devices", why="at least one is needed")
