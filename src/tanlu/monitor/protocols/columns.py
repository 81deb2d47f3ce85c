"""Rows of many frames in columns: one table a stream, and times and digits of many at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.protocols.pieces import Piece

__all__ = [
    "BEIJING_US",
    "REISSUED",
    "Read",
    "Rows",
    "gather",
    "instants",
    "local",
    "unpack",
]

BEIJING_US = 8 * 3600 * 1_000_000
REISSUED = 8
POSITION = {
    "lat_e7": pl.Int64,
    "lon_e7": pl.Int64,
    "altitude_m": pl.Int64,
    "speed_mm_s": pl.Int64,
    "heading_cdeg": pl.Int64,
    "satellites": pl.Int64,
}


class Read(NamedTuple):
    """What frames said.

    ``tables`` has one table a stream: readings, or fixes where it has ``lat_e7``. Their rows have
    no ``seq``, but a ``mark``: the check of all that was said in the same
    moment. ``refused`` are pieces with a reason. ``devices``, ``answers``
    and ``denials`` have one entry a frame: who sent it, what it is answered once its rows are
    durable, and what instead when the sender is not enrolled; empty where there is nothing to say.
    ``kinds`` counts messages by kind, ``flows`` are flow numbers in the order of arrival.
    """

    tables: dict[str, pl.DataFrame]
    refused: list[Piece]
    devices: list[str]
    answers: list[bytes]
    denials: list[bytes]
    kinds: dict[str, int]
    flows: Sequence[tuple[str, int]] = ()


class Rows:
    """Values of samples, gathered stream by stream; a sample is one moment of one device.

    A missing value (NaN) gives no row: null is not zero, and a value that its sender calls invalid
    was not read.
    """

    def __init__(self) -> None:
        self._values: dict[str, list[tuple[Any, Any]]] = {}
        self._fixes: list[tuple[Any, dict[str, Any]]] = []

    def put(self, stream: str, samples: Any, values: Any) -> None:
        """Add values of one stream for some samples, by their numbers."""
        if len(samples):
            self._values.setdefault(stream, []).append((samples, values))

    def put_fixes(self, samples: Any, columns: dict[str, Any]) -> None:
        """Add positions for some samples."""
        if len(samples):
            self._fixes.append((samples, columns))

    def tables(
        self, device: Sequence[str], at: Any, quality: Any, contents: Sequence[bytes]
    ) -> dict[str, pl.DataFrame]:
        """Give the table of each stream; the arguments have one entry a sample."""
        import numpy as np

        keys = pl.DataFrame(
            {"device": device, "at": at, "quality": quality, "mark": list(map(crc32, contents))},
            schema={"device": pl.String, "at": pl.Int64, "quality": pl.Int64, "mark": pl.Int64},
        )
        tables = {}
        for stream in sorted(self._values):
            parts = self._values[stream]
            samples = np.concatenate([np.asarray(rows, np.int64) for rows, _ in parts])
            values = np.concatenate([np.asarray(given, np.float64) for _, given in parts])
            told = ~np.isnan(values)
            if told.any():
                tables[stream] = keys[samples[told]].with_columns(
                    pl.lit(stream).alias("stream"), pl.Series("value", values[told])
                )
        if self._fixes:
            tables["position"] = self._positions(keys)
        return tables

    def _positions(self, keys: pl.DataFrame) -> pl.DataFrame:
        import numpy as np

        samples = np.concatenate([np.asarray(rows, np.int64) for rows, _ in self._fixes])
        columns = [
            pl.concat(
                _column(name, kind, fixes.get(name), len(rows)) for rows, fixes in self._fixes
            )
            for name, kind in POSITION.items()
        ]
        return keys[samples].with_columns(
            *columns, pl.lit("gnss").alias("source"), pl.lit("position").alias("stream")
        )


def _column(name: str, kind: Any, values: Any, rows: int) -> pl.Series:
    import numpy as np

    if values is None:
        return pl.Series(name, [None] * rows, kind)
    values = np.asarray(values)
    if values.dtype.kind == "f":
        return pl.Series(name, values, nan_to_null=True).cast(kind)
    return pl.Series(name, values).cast(kind)


def unpack(frames: Sequence[bytes]) -> tuple[Any, Any, Any]:
    """Give the bytes of all frames as one array, where each begins, and its length."""
    import numpy as np

    sizes = np.fromiter(map(len, frames), np.int64, len(frames))
    starts = np.cumsum(sizes) - sizes
    return np.frombuffer(b"".join(frames), np.uint8), starts, sizes


def gather(data: Any, at: Any, width: int) -> Any:
    """Give the big-endian number of some bytes at each place."""
    import numpy as np

    number = np.zeros(len(at), np.int64)
    for step in range(width):
        number = (number << 8) | data[at + step]
    return number


def instants(parts: Any) -> tuple[Any, Any]:
    """Give instants [µs UTC] of local times at GMT+8, and which of them are times at all.

    ``parts`` has six rows: year since 2000, month, day, hour, minute, second.
    """
    import numpy as np

    year, month, day, hour, minute, second = parts
    fits = (year >= 0) & (year <= 99) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    fits &= (hour >= 0) & (hour <= 23) & (minute >= 0) & (minute <= 59)
    fits &= (second >= 0) & (second <= 59)
    months = np.where(fits, (year + 30) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    next_ = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    fits &= day <= next_ - first
    seconds = (((first + day - 1) * 24 + hour) * 60 + minute) * 60 + second
    return np.where(fits, seconds * 1_000_000 - BEIJING_US, 0), fits


def scaled(raw: Any, scale: float, shift: float = 0.0) -> Any:
    """Give raw · scale + shift as the float64 nearest to the decimal or fraction that is meant."""
    above, below = _ratio(scale)
    return (raw * above + round(shift * below)) / below


@cache
def _ratio(scale: float) -> tuple[int, int]:
    return Fraction(scale).limit_denominator(10_000).as_integer_ratio()


def local(at_us: int) -> tuple[int, ...]:
    """Give a time [µs UTC] at GMT+8: year since 2000, month, day, hour, minute, second.

    Raises
    ------
    TanluError
        TL391 when the year lies outside 2000 to 2099.
    """
    moment = dt.datetime.fromtimestamp((at_us + BEIJING_US) // 1_000_000, dt.UTC)
    if not 2000 <= moment.year <= 2099:
        raise TanluError("TL391", value=at_us, why="the year lies outside 2000 to 2099")
    date = (moment.year - 2000, moment.month, moment.day)
    return (*date, moment.hour, moment.minute, moment.second)
