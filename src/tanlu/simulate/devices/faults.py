"""Readings with labelled faults: what a device told, and beside it what was true.

An episode strikes one series (device and stream), or two sub-meters of one hall, on one day. Shares
and lengths stand in ``devices/faults.csv``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.simulate.devices.park import HALL, SUB, Line, lines, names, several, units
from tanlu.simulate.devices.signals import Grid, value
from tanlu.simulate.draw import bits, cut
from tanlu.simulate.stated import table
from tanlu.terms import schema

__all__ = ["BEGIN_US", "Fault", "faults_of", "labelled"]

DAY_S = 86_400
_PPM = 1_000_000
# Monday, 1 June 2026, 00:00 in Shanghai
BEGIN_US = int(datetime(2026, 5, 31, 16, tzinfo=UTC).timestamp()) * 1_000_000
_PAIRED = ("swapped", "doubled")
_SKEW_S = (120, 1800)


class Fault(NamedTuple):
    """One row of the table of faults."""

    name: str
    kind: str
    share_ppm: int
    per: str
    steps_least: int
    steps_most: int
    least_ppm: int
    most_ppm: int
    streams: tuple[str, ...]

    def strikes(self, stream: str) -> bool:
        """Tell whether a stream can have this fault."""
        return stream in self.streams or self.streams == ("*",)


@cache
def faults_of(kind: str) -> tuple[Fault, ...]:
    """Give the faults of ``devices/faults.csv`` of a kind: ``value`` or ``wire``."""
    figures = ("share_ppm", "steps_least", "steps_most", "least_ppm", "most_ppm")
    return tuple(
        Fault(
            name=row["fault"],
            kind=kind,
            per=row["per"],
            streams=tuple(row["streams"].split()),
            **{name: int(row[name]) for name in figures},
        )
        for row in table("devices/faults")
        if row["kind"] == kind
    )


def labelled(
    devices: int, seed: int, *, days: int = 7, step_s: int = 60, faults: bool = True
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give readings of a park from Monday, 1 June 2026 on, and the truth about each of them.

    Parameters
    ----------
    devices
        How many; sixteen make a hall with its main meter, sub-meters, sun, cold and vehicles.
    seed
        The same seed gives the same bytes.
    days, step_s
        How long [d], and the time from reading to reading [s], a part of a day.
    faults
        Without them the readings are the truth.

    Returns
    -------
    tuple
        Readings: schema ``reading``, by stream, device and seq. Truth: ``device, stream, seq, at``
        [µs], ``value`` as they should have been, ``fault`` (null where the reading is sound or
        its fault changed nothing) and ``episode`` (number; equal in all rows of one fault).

    Raises
    ------
    TanluError
        TL901 without devices or days, or for a step that does not divide a day.
    """
    several(devices)
    if days < 1 or step_s < 1 or DAY_S % step_s:
        raise TanluError("TL901", value=f"{days} d, {step_s} s", why="a step is a part of a day")
    pieces = [_line(line, devices, seed, days, step_s) for line in lines()]
    if faults:
        pieces = [_struck(line, piece, seed) for line, piece in zip(lines(), pieces, strict=True)]
        pieces = _paired(pieces, seed)
    both = pl.concat([piece.rows for piece in pieces]).sort("stream", "device", "seq")
    said = both.filter(pl.col("fault").ne_missing("missing")).select(
        "device", "seq", pl.col("said_at").alias("at"), "stream", pl.col("said").alias("value")
    )
    return schema("reading").fit(said), _truth(both)


class _Piece(NamedTuple):
    """Rows of one line, device by device, with what each is about."""

    grid: Grid
    per_day: int
    rows: pl.DataFrame


def _line(line: Line, devices: int, seed: int, days: int, step_s: int) -> _Piece:
    per_day = DAY_S // step_s
    grid = Grid.of(line.halls(devices), days * per_day, step_s, 0, seed)
    true = value(line, grid)
    at = grid.k.cast(pl.Int64) * (step_s * 1_000_000) + BEGIN_US
    return _Piece(
        grid,
        per_day,
        pl.DataFrame(
            {
                "device": names(line, line.halls(devices)).gather(grid.hall),
                "stream": pl.Series([line.stream]).new_from_index(0, true.len()),
                "seq": grid.k.cast(pl.Int64) + 1,
                "at": at,
                "said_at": at,
                "value": true,
                "said": true,
                "fault": pl.Series([None], dtype=pl.String).new_from_index(0, true.len()),
                "episode": pl.Series([None], dtype=pl.Int64).new_from_index(0, true.len()),
            }
        ),
    )


def _truth(both: pl.DataFrame) -> pl.DataFrame:
    """Take the label away where a fault changed nothing that anybody could see."""
    seen = (
        (pl.col("said") != pl.col("value"))
        | (pl.col("said_at") != pl.col("at"))
        | (pl.col("fault") == "missing")
    )
    return both.select(
        "device", "stream", "seq", "at", "value",
        pl.when(seen).then("fault").alias("fault"), pl.when(seen).then("episode").alias("episode"),
    )  # fmt: skip


def _struck(line: Line, piece: _Piece, seed: int) -> _Piece:
    """Put the faults of single series into the rows of a line."""
    able = [fault for fault in faults_of("value") if fault.strikes(line.stream)]
    able = [fault for fault in able if fault.per == "series and day"]
    grid = piece.grid
    # one number for a series and day: the line stands in its high bits
    tag = sum(letter << 8 * n for n, letter in enumerate(line.stream.encode()[:3]))
    series_day = (piece.grid.hall * HALL + line.place) * 4096 + grid.k // piece.per_day
    drawn = bits(series_day + (tag << 40), seed, 121)
    more = bits(series_day + (tag << 40), seed, 122)
    rows = piece.rows.with_columns(
        (drawn % _PPM).cast(pl.Int64).alias("draw"),
        cut(more, 0, 20).cast(pl.Int64).alias("place"),
        cut(more, 20, 20).cast(pl.Int64).alias("long"),
        cut(more, 40, 20).cast(pl.Int64).alias("far"),
        (cut(more, 60, 1) == 0).alias("up"),
        (grid.k % piece.per_day).cast(pl.Int64).alias("step"),
        (series_day + (tag << 40)).cast(pl.Int64).alias("number"),
        grid.hall.alias("hall"),
    )
    edge = 0
    for fault in able:
        rows = _episode(rows, line, fault, piece.per_day, edge)
        edge += fault.share_ppm
    drift = next(fault for fault in faults_of("value") if fault.name == "drift")
    if drift.strikes(line.stream):
        rows = _drifting(rows, line, drift, piece, seed)
    return piece._replace(rows=rows.select(piece.rows.columns))


def _episode(rows: pl.DataFrame, line: Line, fault: Fault, per_day: int, edge: int) -> pl.DataFrame:
    """Let one kind of fault strike the days that it drew."""
    wide = fault.steps_most - fault.steps_least + 1
    length = (pl.col("long") * wide // (1 << 20) + fault.steps_least).clip(1, per_day // 2)
    first = pl.col("place") * (per_day - length - 1) // (1 << 20) + 1
    inside = pl.col("draw").is_between(edge, edge + fault.share_ppm - 1) & pl.col(
        "step"
    ).is_between(first, first + length - 1)
    span = fault.most_ppm - fault.least_ppm
    size = (pl.col("far") * span // (1 << 20) + fault.least_ppm) / _PPM
    wrong = _wrong(line, fault.name, size, pl.col("step") == first)
    rows = rows.with_columns(
        pl.when(inside).then(pl.lit(fault.name)).otherwise("fault").alias("fault"),
        pl.when(inside).then("number").otherwise("episode").alias("episode"),
    )
    if fault.name == "skew":
        low, high = _SKEW_S
        seconds = pl.col("far") * (high - low) // (1 << 20) + low
        seconds = pl.when("up").then(seconds).otherwise(-seconds)
        return rows.with_columns(
            pl.when(inside).then(pl.col("at") + seconds * 1_000_000).otherwise("said_at")
            .alias("said_at")
        )  # fmt: skip
    if fault.name == "missing":
        return rows
    told = pl.when(inside).then(wrong).otherwise("said").alias("said")
    return rows.with_columns(told)


def _wrong(line: Line, fault: str, size: pl.Expr, first: pl.Expr) -> pl.Expr:
    """Give what a faulty device says of a true value."""
    true = pl.col("value")
    scale = units(line.stream, "scale") or 1.0
    most = units(line.stream, "maximum") or 1.0
    least = units(line.stream, "minimum") or 0.0
    sign = pl.when("up").then(1.0).otherwise(-1.0)
    if fault in ("unit_up", "unit_down", "spike"):
        found = true * size
    elif fault == "range":
        above, below = (most * size).ceil() + 1, least - (most * (size - 1)).ceil() - 1
        found = pl.when("up").then(above).otherwise(below)
    elif fault == "jump":
        found = true + sign * scale * size
    elif fault == "back":
        found = true - scale * size
    else:  # stuck: the value of the first step of the episode
        found = pl.when(first).then(true).otherwise(None).forward_fill().over("hall")
    return found if fault in ("unit_up", "unit_down", "stuck") else found.round()


def _drifting(
    rows: pl.DataFrame, line: Line, fault: Fault, piece: _Piece, seed: int
) -> pl.DataFrame:
    """Let some meters run ever faster from a day on: what passed since then grows by its square."""
    key = piece.grid.hall * HALL + line.place
    drawn, more = bits(key, seed, 123), bits(key, seed, 124)
    days = max(1, piece.grid.steps // piece.per_day)
    since = (cut(more, 0, 20).cast(pl.Int64) % max(1, days // 2)) * piece.per_day
    span = fault.most_ppm - fault.least_ppm
    quick = cut(more, 20, 20).cast(pl.Int64) * span // (1 << 20) + fault.least_ppm
    old = (piece.grid.k.cast(pl.Int64) - since) / piece.per_day
    begun = rows["value"].gather(piece.grid.hall.cast(pl.Int64) * piece.grid.steps + since)
    rollover = units(line.stream, "rollover") or 0.0
    passed = rows["value"] - begun
    passed = pl.select(pl.when(passed < 0).then(passed + rollover).otherwise(passed)).to_series()
    extra = (passed * old * quick / _PPM).round()
    struck = (
        ((drawn % _PPM) < fault.share_ppm)
        & (old > 0)
        & rows["fault"].is_null()
    )  # fmt: skip
    return rows.with_columns(
        pl.when(struck).then((pl.col("said") + extra) % rollover).otherwise("said").alias("said"),
        pl.when(struck).then(pl.lit(fault.name)).otherwise("fault").alias("fault"),
        pl.when(struck).then(pl.lit(key.cast(pl.Int64) + (1 << 60))).otherwise("episode")
        .alias("episode"),
    )  # fmt: skip


def _paired(pieces: list[_Piece], seed: int) -> list[_Piece]:
    """Let the sub-meters at places 1 and 2 of some halls tell each other's values for hours."""
    one, two = (
        next(n for n, line in enumerate(lines()) if (line.prefix, line.place) == (SUB, place))
        for place in (1, 2)
    )
    halls = pieces[two].grid.hall.len()
    rows = pieces[one].rows.head(halls), pieces[two].rows
    grid = pieces[two].grid
    hall_day = grid.hall * 4096 + grid.k // pieces[two].per_day
    drawn, more = bits(hall_day, seed, 125), bits(hall_day, seed, 126)
    share, place, long = (drawn % _PPM).cast(pl.Int64), cut(more, 0, 20), cut(more, 20, 20)
    step = (grid.k % pieces[two].per_day).cast(pl.Int64)
    edge = 0
    for fault in (fault for fault in faults_of("value") if fault.name in _PAIRED):
        per_day = pieces[two].per_day
        wide = fault.steps_most - fault.steps_least + 1
        length = (long.cast(pl.Int64) * wide // (1 << 20) + fault.steps_least).clip(1, per_day // 2)
        first = place.cast(pl.Int64) * (per_day - length - 1) // (1 << 20) + 1
        inside = (
            (share >= edge) & (share < edge + fault.share_ppm)
            & (step >= first) & (step < first + length)
        )  # fmt: skip
        rows = _exchanged(rows, inside, hall_day.cast(pl.Int64) + (1 << 61), fault.name)
        edge += fault.share_ppm
    done = list(pieces)
    done[one] = pieces[one]._replace(rows=pl.concat([rows[0], pieces[one].rows.slice(halls)]))
    done[two] = pieces[two]._replace(rows=rows[1])
    return done


def _exchanged(
    rows: tuple[pl.DataFrame, pl.DataFrame], inside: pl.Series, number: pl.Series, fault: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put the one's values under the other; swapped goes both ways, doubled one way."""
    one, two = rows
    sound = one["fault"].is_null() & two["fault"].is_null() & inside

    def told(mine: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
        return mine.with_columns(
            pl.when(sound).then(other["value"]).otherwise("said").alias("said"),
            pl.when(sound).then(pl.lit(fault)).otherwise("fault").alias("fault"),
            pl.when(sound).then(number).otherwise("episode").alias("episode"),
        )

    return told(one, two) if fault == "swapped" else one, told(two, one)
