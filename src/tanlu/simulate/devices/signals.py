"""What devices truly read: loads with a day and a week, sun, cold, doors, drives.

A *line* is computed at once for all its halls: rows are halls x steps, hall by hall. Registers are
exact sums of what passed, so a main meter is the sum of its hall's sub-meters and a stated loss.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import polars as pl

from tanlu.simulate.devices.park import HALL, Line, lines, units
from tanlu.simulate.draw import bits, take
from tanlu.simulate.stated import table

__all__ = ["Grid", "value"]

_PPM = 1_000_000
_MINUTES = 1440
_WEEK = 7 * _MINUTES
_WH = 3600
_BATTERY_J = 1_500_000_000
_TANK_ML = 380_000
_LOSS = (15_000, 20_000)  # ppm: the least, and how much more it can be
_NEAR_ROLLOVER = 10  # one register in ten is about to begin anew


class Grid(NamedTuple):
    """Halls and instants of a line: ``hall`` and ``k`` (step, from 0) of each row, step [s]."""

    hall: pl.Series
    k: pl.Series
    steps: int
    step_s: int
    first_s: int  # seconds of the week at step 0, from Monday 00:00 of the park
    seed: int

    @classmethod
    def of(cls, halls: int, steps: int, step_s: int, first_s: int, seed: int) -> Grid:
        """Give the rows of so many halls and steps."""
        row = pl.int_range(halls * steps, dtype=pl.UInt64, eager=True)
        return cls(row // steps, row % steps, steps, step_s, first_s, seed)

    def second(self) -> pl.Series:
        """Seconds of the park's week, going on beyond its end."""
        return self.k.cast(pl.Int64) * self.step_s + self.first_s

    def key(self, line: Line) -> pl.Series:
        """Give the number of the device."""
        return self.hall * HALL + line.place


def value(line: Line, grid: Grid) -> pl.Series:
    """Give the true values of a line, in the stream's unit [see ``devices/streams.csv``]."""
    found = _SIGNALS[line.signal](line, grid).cast(pl.Float64)
    return (found / (units(line.stream, "per_unit") or 1.0)).alias("value")


def _drawn(counter: pl.Series, grid: Grid, stream: int, below: int) -> pl.Series:
    return (bits(counter, grid.seed, stream) % below).cast(pl.Int64)


def _spread(line: Line, grid: Grid) -> pl.Series:
    """How much a device is above or below its kind [ppm]."""
    wide = 2 * line.spread_ppm + 1
    return _drawn(grid.key(line), grid, 101, wide) - line.spread_ppm + _PPM


def _noise(line: Line, grid: Grid) -> pl.Series:
    wide = 2 * line.noise_ppm + 1
    counter = grid.key(line) * (1 << 24) + grid.second().cast(pl.UInt64) // grid.step_s
    return _drawn(counter, grid, 102, wide) - line.noise_ppm + _PPM


@cache
def _profile(name: str) -> pl.Series:
    """Give parts of the greatest [ppm] by minute of the week, straight between full hours."""
    row = next(row for row in table("devices/profiles") if row["profile"] == name)
    hours = [int(row[f"h{hour:02}"]) * 10_000 for hour in range(24)]
    day = [
        (hours[m // 60] * (60 - m % 60) + hours[(m // 60 + 1) % 24] * (m % 60)) // 60
        for m in range(_MINUTES)
    ]
    rest = int(row["rest_percent"])
    return pl.Series([*day * 5, *[part * rest // 100 for part in day] * 2], dtype=pl.Int64)


def _part(line: Line, grid: Grid) -> pl.Series:
    return take(_profile(line.profile), (grid.second() // 60) % _WEEK)


def _power(line: Line, grid: Grid) -> pl.Series:
    """Power [W] of a load."""
    full = line.size * _spread(line, grid) // _PPM
    return full * _part(line, grid) // _PPM * _noise(line, grid) // _PPM


def _summed(amount: pl.Series, grid: Grid) -> pl.Series:
    """Give the sum since the first step of each hall, the first step itself excluded."""
    running = amount.cum_sum()
    before = (running - amount).gather(grid.hall * grid.steps)
    return running - amount - before


def _begun(line: Line, grid: Grid) -> pl.Series:
    """Where a register stood at first: anywhere, one in ten about to begin anew."""
    rollover = int(units(line.stream, "rollover") or 10**9)
    key = grid.key(line)
    near = _drawn(key, grid, 103, _NEAR_ROLLOVER) == 0
    low = rollover - rollover // 20_000
    far = _drawn(key, grid, 104, low)
    close = _drawn(key, grid, 104, rollover - low) + low
    return pl.select(pl.when(near).then(close).otherwise(far)).to_series()


def _register(line: Line, grid: Grid, passed: pl.Series) -> pl.Series:
    rollover = units(line.stream, "rollover")
    found = _begun(line, grid) + passed
    return found if rollover is None else found % int(rollover)


def _load(line: Line, grid: Grid) -> pl.Series:
    return _register(line, grid, _summed(_power(line, grid) * grid.step_s, grid) // _WH)


def _members(grid: Grid) -> pl.Series:
    """Give what the sub-meters of each hall have passed since the first step [J]."""
    below = [line for line in lines() if line.signal == "load"]
    total = _power(below[0], grid)
    for line in below[1:]:
        total = total + _power(line, grid)
    return _summed(total * grid.step_s, grid)


def _sum(line: Line, grid: Grid) -> pl.Series:
    loss = _drawn(grid.hall, grid, 105, _LOSS[1]) + _LOSS[0] + _PPM
    joules = _members(grid)
    # in two parts, so that years of a great hall do not leave 64 bits
    passed = joules // _PPM * loss + joules % _PPM * loss // _PPM
    return _register(line, grid, passed // _WH)


@cache
def _bell() -> pl.Series:
    """Sun by minute of the day [ppm]: a parabola from 06:00 to 18:00."""
    return pl.Series(
        [max(0, _PPM - (m - 720) ** 2 * _PPM // 360**2) for m in range(_MINUTES)], dtype=pl.Int64
    )


def _sun(line: Line, grid: Grid) -> pl.Series:
    clock = grid.second() // 60
    sky = _between(grid.hall // 32, grid, 106, 3600, 700_000) + 300_000
    power = line.size * _spread(line, grid) // _PPM * take(_bell(), clock % _MINUTES) // _PPM
    power = power * sky // _PPM * _noise(line, grid) // _PPM
    return _register(line, grid, _summed(power * grid.step_s, grid) // _WH)


def _between(who: pl.Series, grid: Grid, stream: int, every_s: int, below: int) -> pl.Series:
    """Give a wandering number: drawn each ``every_s`` seconds, straight between."""
    second = grid.second()
    knot = second.cast(pl.UInt64) // every_s
    one = _drawn(who * (1 << 24) + knot, grid, stream, below)
    two = _drawn(who * (1 << 24) + knot + 1, grid, stream, below)
    return one + (two - one) * (second % every_s) // every_s


def _taken(line: Line, grid: Grid, every_s: int, stream: int) -> pl.Series:
    """Tell for blocks of time whether a charger, a dock or a vehicle is in use, by its profile."""
    block = grid.key(line) * (1 << 24) + grid.second().cast(pl.UInt64) // every_s
    return _drawn(block, grid, stream, _PPM) < _part_of_block(line, grid, every_s)


def _part_of_block(line: Line, grid: Grid, every_s: int) -> pl.Series:
    return take(_profile(line.profile), (grid.second() // every_s * every_s // 60) % _WEEK)


def _charge(line: Line, grid: Grid) -> pl.Series:
    power = line.size * _spread(line, grid) // _PPM * _taken(line, grid, 2400, 107).cast(pl.Int64)
    pulse = int(units(line.stream, "per_pulse") or 1) * _WH
    total = _summed(power * grid.step_s, grid) // pulse
    before = total.shift(1).fill_null(0)
    first = grid.k == 0
    return pl.select(pl.when(first).then(0).otherwise(total - before)).to_series()


def _dock(line: Line, grid: Grid) -> pl.Series:
    return _taken(line, grid, 1800, 108).cast(pl.Int64)


def _cold(line: Line, grid: Grid) -> pl.Series:
    """Air of a cold room: a set point, a wandering of an hour, a bump at each defrosting."""
    key = grid.key(line)
    kelvin = abs(line.size) // 20 + 400
    wander = _between(key, grid, 109, 5400, 2 * kelvin) - kelvin
    phase = (grid.second() + _drawn(key, grid, 110, 21_600)) % 21_600
    bump = pl.select(
        pl.when(phase < 1800).then(phase.clip(0, 900) - (phase - 900).clip(0, 900)).otherwise(0)
    ).to_series()
    still = (_drawn(key, grid, 101, 401) - 200) + line.size
    shake = (_noise(line, grid) - _PPM) // 20
    return still + wander + bump * 2 + shake


def _speed(line: Line, grid: Grid) -> pl.Series:
    moves = _taken(line, grid, 3600, 111).cast(pl.Int64)
    halt = (_between(grid.key(line), grid, 112, 240, 100) > 12).cast(pl.Int64)
    quick = line.size * _spread(line, grid) // _PPM * _noise(line, grid) // _PPM
    return quick * moves * halt


def _metres(line: Line, grid: Grid) -> pl.Series:
    return _summed(_speed(line, grid) * grid.step_s, grid) // 1000


def _odometer(line: Line, grid: Grid) -> pl.Series:
    return _drawn(grid.key(line), grid, 113, 600_000_000) + _metres(line, grid)


def _battery(line: Line, grid: Grid) -> pl.Series:
    """Give a battery of 1.5 GJ: 4,500 J a metre while it moves, 150 kW while it stands."""
    speed = _speed(line, grid)
    change = speed * grid.step_s // 1000 * -4500 + (speed == 0).cast(pl.Int64) * (
        150_000 * grid.step_s
    )
    total = _summed(change, grid)
    frame = pl.DataFrame({"hall": grid.hall, "total": total})
    above = frame.select(pl.col("total").cum_max().over("hall").clip(0)).to_series()
    return (total - above + _BATTERY_J).clip(_BATTERY_J // 20)


def _tank(line: Line, grid: Grid) -> pl.Series:
    """Give a tank of 380 l: 0.3 ml a metre, filled when a fifth is left."""
    used = _drawn(grid.key(line), grid, 114, _TANK_ML) + _metres(line, grid) * 3 // 10
    return _TANK_ML - used % (_TANK_ML * 4 // 5)


def _count(line: Line, grid: Grid) -> pl.Series:
    # parcels of a step in seconds of the sorter, so that short steps lose none
    return _register(line, grid, _summed(_power(line, grid) * grid.step_s, grid) // _WH)


_SIGNALS = {
    "sum": _sum,
    "load": _load,
    "sun": _sun,
    "power": _power,
    "charge": _charge,
    "dock": _dock,
    "cold": _cold,
    "odometer": _odometer,
    "battery": _battery,
    "tank": _tank,
    "speed": _speed,
    "count": _count,
}
