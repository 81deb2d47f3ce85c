"""What goes over the wire and when: late, twice, broken, or after an outage; and what must arrive.

Each device tells one stream, in a phase of its own. While the line of a hall is down its devices
keep their readings and send them afterwards; a small buffer drops the oldest, which makes a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.simulate.devices.faults import BEGIN_US, Fault, faults_of
from tanlu.simulate.devices.park import HALL, Line, lines, names, several
from tanlu.simulate.devices.signals import Grid, value
from tanlu.simulate.draw import bits, cut
from tanlu.terms import schema

__all__ = ["RE_ISSUED", "Wire", "gaps", "transmissions"]

_PPM = 1_000_000
_MINUTE_US = 60_000_000
_RATE_MAX, _ROWS_MAX = 60_000, 20_000_000
_WEEK_S = 604_800
_TO_MONDAY_S = 8 * 3600 + 3 * 86_400  # Shanghai; 1 January 1970 was a Thursday
_TRANSIT_US = 900_000
_AGAIN_US = (2_000_000, 18_000_000)  # how soon a sender that heard nothing tries again
_REFILL_US = 20_000_000  # devices do not all come back in one second
RE_ISSUED = 8  # quality flag: bit 3
_DAY_US = 86_400_000_000
_AFRESH_US = 946_684_800_000_000  # 1 January 2000, where many clocks begin anew
_REFUSED = ("corrupt", "astray")
_READING = ("stream", "device", "seq", "at", "value", "quality")


class Wire(NamedTuple):
    """Rows in the order in which they are sent, and what must come of them.

    ``rows``: ``stream, device, seq, at, value, quality`` of a reading, ``sent_us`` (since the
    beginning) and ``mark``: late, refill, duplicate, corrupt, astray (its clock) or null.
    ``truth``: each reading that must be in the ledger exactly once. ``gaps``: schema ``gap``,
    what a server must find missing when all has arrived. ``lost``: readings that no buffer kept.
    """

    rows: pl.DataFrame
    truth: pl.DataFrame
    gaps: pl.DataFrame
    lost: int

    @property
    def ends_us(self) -> int:
        """When the last row is sent, since the beginning [us]."""
        return int(self.rows["sent_us"].item(-1)) if self.rows.height else 0

    def ticks(self, every_us: int) -> Iterator[pl.DataFrame]:
        """Give the rows of each stretch of time in turn, also where there are none."""
        first, number = 0, 0
        while first < self.rows.height:
            number += 1
            last = self.rows["sent_us"].search_sorted(number * every_us, side="left")
            yield self.rows.slice(first, last - first)
            first = last

    def refused(self) -> int:
        """How many rows nobody can take: broken, or with a clock astray."""
        return self.rows.filter(pl.col("mark").is_in(_REFUSED)).height


def transmissions(
    devices: int,
    seed: int,
    *,
    rate: float = 1.0,
    seconds: int = 600,
    begin_us: int = BEGIN_US,
    faults: bool = True,
    tag: str = "",
) -> Wire:
    """Give what the devices of a park send, in order of time, with the truth beside it.

    Parameters
    ----------
    devices
        How many; each tells one stream.
    seed
        The same seed gives the same bytes.
    rate
        Readings a minute of each device [1/min], at most 60,000; each device has one at least.
    seconds
        Simulated time [s].
    begin_us
        Instant of the beginning, UTC [us].
    faults
        With duplicates, late and corrupt frames, two outages, small buffers and wrong clocks in
        the shares of ``devices/faults.csv``; else every reading is sent once and in time.
    tag
        Stands before each device identity, so that nobody takes it for a true device.

    Raises
    ------
    TanluError
        TL901 without devices, for a rate that is none, or for more than 20 million readings.
    """
    several(devices)
    period = round(_MINUTE_US / rate) if 0 < rate <= _RATE_MAX else 0
    steps = max(1, seconds * 1_000_000 // period) if period and seconds > 0 else 0
    if not 1 <= steps * devices <= _ROWS_MAX:
        why = (
            f"a rate is above 0 and at most {_RATE_MAX:,} a minute, some seconds are needed, and"
            f" {_ROWS_MAX:,} readings at most"
        )
        raise TanluError("TL901", value=f"{devices} x {rate:g} 1/min for {seconds} s", why=why)
    told = pl.concat(
        [
            _line(line, devices, seed, steps, period=period, begin_us=begin_us, tag=tag)
            for line in lines(primary=True)
        ]
    )
    if not faults:
        calm = told.select(*_READING, "sent_us", pl.lit(None, pl.String).alias("mark"))
        return _wire(calm.with_columns(pl.lit(value=False).alias("lost")))
    told = _late(told, seed, period)
    told = _broken_line(told, seed, seconds * 1_000_000)
    return _wire(_again(told, seed, seconds * 1_000_000))


def _line(
    line: Line, devices: int, seed: int, steps: int, *, period: int, begin_us: int, tag: str
) -> pl.DataFrame:
    """Give the readings of one line and when each is sent if nothing goes wrong."""
    week_s = (begin_us // 1_000_000 + _TO_MONDAY_S) % _WEEK_S
    grid = Grid.of(line.halls(devices), steps, max(1, period // 1_000_000), week_s, seed)
    key = grid.key(line)
    phase = (bits(key, seed, 131) % period).cast(pl.Int64)
    true = grid.k.cast(pl.Int64) * period + phase
    number = key * (1 << 24) + grid.k
    transit = (bits(number, seed, 132) % _TRANSIT_US).cast(pl.Int64)
    return pl.DataFrame(
        {
            "stream": pl.Series([line.stream]).new_from_index(0, true.len()),
            "device": names(line, line.halls(devices), tag).gather(grid.hall),
            "seq": grid.k.cast(pl.Int64) + 1,
            "at": true + begin_us,
            "value": value(line, grid),
            "sent_us": true + transit,
            "key": key,
            "number": number,
            "quality": pl.Series([0], dtype=pl.Int64).new_from_index(0, true.len()),
        }
    )


def _fault(name: str) -> Fault:
    return next(fault for fault in faults_of("wire") if fault.name == name)


def _hit(name: str, counter: pl.Series, seed: int, stream: int) -> pl.Series:
    return bits(counter, seed, stream) % _PPM < _fault(name).share_ppm


def _late(told: pl.DataFrame, seed: int, period: int) -> pl.DataFrame:
    """Mark what is broken or late, and set wrong clocks."""
    corrupt = _hit("corrupt", told["number"], seed, 133)
    astray = _astray(told, seed) & ~corrupt
    late = _hit("late", told["number"], seed, 134) & ~corrupt & ~astray
    wait = _span(_fault("late"), told["number"], seed, 135) * period
    wrong = _hit("clock", told["key"], seed, 136)
    off = _span(_fault("clock"), told["key"], seed, 137) * 1_000_000
    sign = cut(bits(told["key"], seed, 138), 0, 1).cast(pl.Int64) * 2 - 1
    return told.with_columns(
        pl.when(late).then(pl.col("sent_us") + wait).otherwise("sent_us").alias("sent_us"),
        pl.when(astray)
        .then(pl.col("at") % _DAY_US + _AFRESH_US)
        .when(wrong)
        .then(pl.col("at") + off * sign)
        .otherwise("at")
        .alias("at"),
        pl.when(corrupt)
        .then(pl.lit("corrupt"))
        .when(astray)
        .then(pl.lit("astray"))
        .when(late)
        .then(pl.lit("late"))
        .alias("mark"),
        pl.lit(value=False).alias("lost"),
    )


def _astray(told: pl.DataFrame, seed: int) -> pl.Series:
    """Tell which readings were taken by a clock that had lost its battery: some in a row."""
    last: int = told.select(pl.col("seq").max()).item()
    first = (bits(told["key"], seed, 139) % last).cast(pl.Int64) + 1
    many = _span(_fault("astray"), told["key"], seed, 140)
    inside = (told["seq"] >= first) & (told["seq"] < first + many)
    return inside & _hit("astray", told["key"], seed, 148)


def _span(fault: Fault, counter: pl.Series, seed: int, stream: int) -> pl.Series:
    wide = fault.steps_most - fault.steps_least + 1
    return (bits(counter, seed, stream) % wide).cast(pl.Int64) + fault.steps_least


def _broken_line(told: pl.DataFrame, seed: int, whole_us: int) -> pl.DataFrame:
    """Hold back what falls into an outage; a small buffer keeps the newest alone."""
    small = _hit("small_buffer", told["key"], seed, 141)
    room = _span(_fault("small_buffer"), told["key"], seed, 142)
    for number, name in enumerate(("outage_1", "outage_2")):
        first, last = _outage(name, whole_us)
        down = _down(told, name, seed, number) & told["sent_us"].is_between(
            first, last, closed="left"
        )
        refill = last + (bits(told["key"], seed, 145) % _REFILL_US).cast(pl.Int64)
        # how many of the device's readings of this outage are as new or newer
        newer = pl.col("down").cum_sum(reverse=True).over("key")
        told = told.with_columns(down.cast(pl.Int64).alias("down")).with_columns(
            (pl.col("lost") | (down & small & (newer > room))).alias("lost"),
            pl.when(down).then(refill).otherwise("sent_us").alias("sent_us"),
            pl.when(down & pl.col("mark").is_null()).then(pl.lit("refill")).otherwise("mark")
            .alias("mark"),
            pl.when(down).then(RE_ISSUED).otherwise("quality").alias("quality"),
        )  # fmt: skip
    return told


def _outage(name: str, whole_us: int) -> tuple[int, int]:
    fault = _fault(name)
    return whole_us * fault.least_ppm // _PPM, whole_us * fault.most_ppm // _PPM


def _down(told: pl.DataFrame, name: str, seed: int, number: int) -> pl.Series:
    return _hit(name, told["key"] // HALL, seed, 143 + number)


def _again(told: pl.DataFrame, seed: int, whole_us: int) -> pl.DataFrame:
    """Add what is sent twice."""
    twice = _hit("duplicate", told["number"], seed, 146) & ~told["lost"]
    copies = told.filter(twice & ~told["mark"].is_in(_REFUSED).fill_null(value=False))
    low, high = _AGAIN_US
    wait = (bits(copies["number"], seed, 147) % (high - low)).cast(pl.Int64) + low
    copies = copies.with_columns(
        (pl.col("sent_us") + wait).alias("sent_us"), pl.lit("duplicate").alias("mark")
    )
    for number, name in enumerate(("outage_1", "outage_2")):
        first, last = _outage(name, whole_us)
        down = _down(copies, name, seed, number) & copies["sent_us"].is_between(
            first, last, closed="left"
        )
        copies = copies.with_columns(
            pl.when(down).then(last + _REFILL_US + wait).otherwise("sent_us").alias("sent_us")
        )
    kept = (*_READING, "sent_us", "mark", "lost")
    return pl.concat([told.select(kept), copies.select(kept)])


def _wire(told: pl.DataFrame) -> Wire:
    """Put rows in order and say what must come of them."""
    sent = told.filter(~pl.col("lost")).drop("lost")
    sound = pl.col("mark").is_null() | pl.col("mark").is_in(["late", "refill"])
    truth = sent.filter(sound).select(_READING)
    rows = sent.sort("sent_us", maintain_order=True)
    return Wire(rows, truth, gaps(truth), told.height - sent.height)


def gaps(arrived: pl.DataFrame) -> pl.DataFrame:
    """Give what is missing between the first and the last reading of each device and stream.

    Parameters
    ----------
    arrived
        Columns ``stream, device, seq``, each identity once.

    Returns
    -------
    pl.DataFrame
        Schema ``gap``, by stream, device and first number.
    """
    return (
        arrived.select("stream", "device", "seq")
        .sort("stream", "device", "seq")
        .with_columns(pl.col("seq").shift(1).over("stream", "device").alias("before"))
        .filter(pl.col("seq") - pl.col("before") > 1)
        .select(
            "stream",
            "device",
            (pl.col("before") + 1).alias("first_seq"),
            (pl.col("seq") - 1).alias("last_seq"),
            (pl.col("seq") - pl.col("before") - 1).alias("count"),
        )
        .pipe(schema("gap").fit)
    )
