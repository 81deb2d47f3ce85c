"""Readings made by hand: calm series of which each test spoils one thing."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import polars as pl

from tanlu.monitor.quality import judge, limits
from tanlu.monitor.quality.judging import Judged
from tanlu.monitor.quality.learned import Learned, learn
from tanlu.monitor.quality.series import about, rows
from tanlu.terms import schema

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BEGIN = 20_600 * DAY
# a value of a device at minute k
Signal = Callable[[int], float | None]


def wave(seed: int = 0, level: float = 20.0, noise: float = 0.1) -> Signal:
    """A room: warmer by day, with noise of its own."""
    drawn = random.Random(seed)
    kept: dict[int, float] = {}

    def at(k: int) -> float:
        if k not in kept:
            kept[k] = level + 3 * math.sin(k / 1440 * 2 * math.pi) + drawn.gauss(0, noise)
        return kept[k]

    return at


def meter(seed: int = 0, step: float = 50.0) -> Signal:
    """A register that rises by about so much a minute."""
    drawn = random.Random(seed)
    total = [1_000_000.0]

    def at(k: int) -> float:
        while len(total) <= k:
            total.append(total[-1] + round(step * drawn.uniform(0.8, 1.2)))
        return total[k]

    return at


def sun(seed: int = 0) -> Signal:
    """A roof: nothing at night."""
    drawn = random.Random(seed)

    def at(k: int) -> float:
        height = math.sin((k % 1440 - 360) / 720 * math.pi)
        return max(0.0, height) * 5000 * drawn.uniform(0.9, 1.0)

    return at


def told(
    signals: dict[str, Signal],
    *,
    days: float = 3,
    stream: str = "signal",
    spoil: dict[str, Callable[[int, float | None], float | None]] | None = None,
    lost: dict[str, range] | None = None,
    late: Callable[[str, int], int] | None = None,
    step: int = 1,
) -> pl.DataFrame:
    """Readings of each device every ``step`` minutes, with what is spoilt or lost of some."""
    found = []
    for device, signal in signals.items():
        wrong = (spoil or {}).get(device)
        gone = (lost or {}).get(device, range(0))
        for seq, k in enumerate(range(0, int(days * 1440), step)):
            value = signal(k)
            if k in gone:
                continue
            at = BEGIN + k * MINUTE
            value = wrong(k, value) if wrong else value
            wait = late(device, k) if late else 1_000_000
            found.append((device, seq, at, stream, value, at + wait))
    names = ["device", "seq", "at", "stream", "value", "received"]
    return schema("reading").fit(pl.DataFrame(found, schema=names, orient="row", strict=False).cast(
        {"value": pl.Float64}
    ))  # fmt: skip


def stream(name: str = "signal", **columns: Any) -> pl.DataFrame:
    """A definition of a stream."""
    row = {"stream": name, "since": 0, "role": "gauge"} | columns
    return pl.DataFrame([row], schema_overrides=schema("stream").dtypes())


def device(name: str, **columns: Any) -> dict[str, Any]:
    """A line of a device."""
    return {"device": name, "since": 0, "state": "enrolled", "type": "meter"} | columns


def devices(*lines: dict[str, Any]) -> pl.DataFrame:
    """A register of devices."""
    wanted = schema("device").dtypes()
    return schema("device").fit(pl.DataFrame(list(lines), schema_overrides=wanted))


def known(
    readings: pl.DataFrame, streams: pl.DataFrame | None = None, of: pl.DataFrame | None = None
) -> pl.DataFrame:
    """What is known of the series of readings."""
    return about(
        readings.select("stream", "device").unique(),
        schema("stream").empty() if streams is None else streams,
        schema("device").empty() if of is None else of,
    )


def learned(readings: pl.DataFrame, streams: pl.DataFrame | None = None) -> Learned:
    """What is usual of readings."""
    of = known(readings, streams)
    return learn(rows(readings, of, limits()), of, limits())


def found(judged: Judged, *columns: str) -> list[tuple[Any, ...]]:
    """The findings as (rule, device, since in minutes, until in minutes), and further columns."""
    return [
        (row["rule"], row["device"], (row["since"] - BEGIN) // MINUTE,
         (row["until"] - BEGIN) // MINUTE, *(row[name] for name in columns))
        for row in judged.spans.iter_rows(named=True)
    ]  # fmt: skip


def five(seed: int = 0, make: Callable[[int], Signal] = wave) -> dict[str, Signal]:
    """Five devices of one kind."""
    return {f"d{n}": make(seed * 10 + n) for n in range(5)}


def judged(readings: pl.DataFrame, streams: pl.DataFrame | None = None, **more: Any) -> Judged:
    """All rules over readings."""
    return judge(readings, streams, **more)
