"""From readings to steps: how much was counted from one reading of a meter to the next.

A register gives the difference of two readings, an interval and a pulse counter the reading
itself, a gauge of power the area below the straight line. Steps are added up to one cumulative
amount over all meters of a batch: only its differences within one meter are ever used.
"""

from __future__ import annotations

import polars as pl

from tanlu.monitor.meters.definitions import Definition
from tanlu.monitor.meters.whole import LARGEST, Scale, whole

__all__ = ["points", "usable"]

# flags of a reading: its sender estimated it; its clock is not trusted, its sender doubts it
ESTIMATED, UNTRUSTED = 1, 2 | 4
EARLIEST, LATEST = 631_152_000_000_000, 4_102_444_800_000_000  # 1990 and 2100, UTC


def usable() -> pl.Expr:
    """Tell which readings count: a value that is a number, a clock and a sender that are sure."""
    sure = (pl.col("quality").fill_null(0) & UNTRUSTED) == 0
    there = pl.col("at").is_between(EARLIEST, LATEST, closed="left")
    return (pl.col("value").abs() < LARGEST).fill_null(value=False) & there & sure


def points(readings: pl.DataFrame, of: Definition, ratios: pl.DataFrame) -> pl.DataFrame:
    """Give the cumulative amount at each reading.

    Parameters
    ----------
    readings
        ``device, seq, at [us], value, quality`` of one stream, all usable.
    of
        The stream.
    ratios
        ``device, since [us], ratio`` of the meters that have a transformer.

    Returns
    -------
    pl.DataFrame
        ``device, at, seq, total`` (cumulative from the first reading of the batch), ``same``
        (the row before is of the same meter), ``broken`` (the step to here is not known) and
        ``told`` (the sender estimated it), by device and time.
    """
    rows = _in_order(readings, of)
    rows = _scaled(rows, of, ratios).with_columns(same=_same())
    if of.role == "register":
        rows = _register(rows, of)
    elif of.role == "gauge":
        rows = _gauge(rows, of)
    else:
        rows = _interval(rows, of)
    step = pl.when("same").then(pl.col("step").fill_null(0)).otherwise(0)
    return rows.select(
        "device",
        "at",
        "seq",
        "same",
        total=pl.when("broken").then(0).otherwise(step).cum_sum(),
        broken=pl.col("broken") & pl.col("same"),
        told=((pl.col("quality").fill_null(0) & ESTIMATED) != 0) & pl.col("same"),
    )


def _in_order(readings: pl.DataFrame, of: Definition) -> pl.DataFrame:
    """Sort by meter and time; of readings of one instant the last counts, of pulses their sum."""
    # numbers are sorted several times faster than names
    coded = readings.with_columns(
        pl.col("device").cast(pl.Categorical).to_physical().alias("_device")
    )
    rows = coded.sort("_device", "at", pl.col("seq").fill_null(-1)).drop("_device")
    again = (pl.col("device") == pl.col("device").shift(-1)) & (
        pl.col("at") == pl.col("at").shift(-1)
    )
    if not rows.select(again.fill_null(value=False).any()).item():
        return rows
    if of.role != "pulse":
        return rows.filter(~again.fill_null(value=False))
    return rows.group_by("device", "at", maintain_order=True).agg(
        pl.col("seq").last(), pl.col("value").sum(), pl.col("quality").max()
    )


def _same() -> pl.Expr:
    return (pl.col("device") == pl.col("device").shift(1)).fill_null(value=False)


def _scaled(rows: pl.DataFrame, of: Definition, ratios: pl.DataFrame) -> pl.DataFrame:
    """Add the exact fraction by which each reading is multiplied, and which unit it has."""
    if len(of.scales) == 1:
        return _multiplied(rows, of.scale, ratios).with_columns(_unit=pl.lit(0, pl.Int64))
    begins = pl.Series([since for since, _ in of.scales], dtype=pl.Int64)
    unit = begins.search_sorted(rows["at"], side="right").cast(pl.Int64) - 1
    order = rows.with_row_index("_order").with_columns(_unit=unit)
    found = [
        _multiplied(order.filter(_unit=number), scale, ratios)
        for number, (_, scale) in enumerate(of.scales)
    ]
    return pl.concat(found).sort("_order").drop("_order")


def _multiplied(rows: pl.DataFrame, scale: Scale, ratios: pl.DataFrame) -> pl.DataFrame:
    plain = (pl.lit(scale.numerator, pl.Int64), pl.lit(scale.denominator, pl.Int64))
    told = ratios.filter(pl.col("ratio").is_not_null())
    if not told.height:
        return rows.with_columns(_num=plain[0], _den=plain[1])
    scales = [scale.times(ratio) for ratio in told["ratio"]]
    told = told.select("device", "since").with_columns(
        _num=pl.Series([each.numerator for each in scales], dtype=pl.Int64),
        _den=pl.Series([each.denominator for each in scales], dtype=pl.Int64),
    )
    # what is told first of a meter holds for what it read before, too
    told = told.sort("since", maintain_order=True)
    first = told.unique("device", keep="first", maintain_order=True)
    told = pl.concat([first.with_columns(since=pl.lit(-(2**62))), told])
    order = rows.with_row_index("_row").sort("at")
    joined = order.join_asof(
        told, left_on="at", right_on="since", by="device", check_sortedness=False
    )
    filled = joined.with_columns(
        pl.col("_num").fill_null(plain[0]), pl.col("_den").fill_null(plain[1])
    )
    return filled.sort("_row").drop("_row", "since")


def _register(rows: pl.DataFrame, of: Definition) -> pl.DataFrame:
    """Give the differences of a register; what ran backward and is no rollover is broken.

    A step back counts as a rollover where the way over the top is shorter than half of it.
    """
    value, before = pl.col("value"), pl.col("value").shift(1)
    rows = rows.with_columns(_now=whole(value, pl.col("_num"), pl.col("_den")))
    other = (pl.col("_num") != pl.col("_num").shift(1)) | (
        pl.col("_den") != pl.col("_den").shift(1)
    )
    then = pl.col("_now").shift(1)
    if rows.select((other & pl.col("same")).any()).item():
        # a transformer was changed: what the register showed before counts with the new ratio;
        # where its unit was, it has its own
        anew = whole(before, pl.col("_num"), pl.col("_den"))
        then = pl.when(pl.col("_unit") == pl.col("_unit").shift(1)).then(anew).otherwise(then)
    rows = rows.with_columns(step=pl.col("_now") - then)
    moved, back = value - before, pl.col("step") < 0
    if of.rollover and rows.select((back & pl.col("same")).any()).item():
        top = whole(pl.lit(of.rollover), pl.col("_num"), pl.col("_den"))
        over = pl.col("step") + top
        rows = rows.with_columns(
            step=pl.when(back & (over >= 0) & (over * 2 < top)).then(over).otherwise("step")
        )
        moved = pl.when(moved < 0).then(moved + of.rollover).otherwise(moved)
    broken = (pl.col("step") < 0) | pl.col("step").is_null()
    if of.rate_max is not None:
        # in the stream's own unit, as the rule is told; a register set back to zero is no rollover
        # a register moves by whole digits: less than a second tells nothing of a rate
        took = pl.max_horizontal((pl.col("at") - pl.col("at").shift(1)) / 1e6, 1.0)
        fast = moved > of.rate_max * took
        alike = pl.col("_unit") == pl.col("_unit").shift(1)
        broken = broken | (fast & alike).fill_null(value=False)
    return rows.with_columns(broken=broken)


def _gauge(rows: pl.DataFrame, of: Definition) -> pl.DataFrame:
    """Give the area below the straight line between two readings of a rate.

    What becomes an activity is what was used: where the rate is below zero, what was used beside
    what was fed in is not known.
    """
    span = pl.col("at") - pl.col("at").shift(1)
    mean = (pl.col("value") + pl.col("value").shift(1)) / 2
    step = whole(mean * (span / 1e6), pl.col("_num"), pl.col("_den"))
    # two units have no straight line between them
    missing = (span > of.gap_us) | (pl.col("_unit") != pl.col("_unit").shift(1))
    if of.kind is not None:
        missing |= pl.min_horizontal("value", pl.col("value").shift(1)) < 0
    return rows.with_columns(step=step, broken=(missing | step.is_null()).fill_null(value=False))


def _interval(rows: pl.DataFrame, of: Definition) -> pl.DataFrame:
    """Give the amounts of intervals: each is of the time from the step before to its instant.

    Where the reading before is missing, a point without value is set one step earlier: what lies
    between is not known, for nobody counted it.
    """
    rows = rows.with_columns(
        step=whole(pl.col("value"), pl.col("_num"), pl.col("_den")), broken=pl.lit(value=False)
    )
    if not of.step_us:
        return rows
    span = pl.col("at") - pl.col("at").shift(1)
    alone = ~pl.col("same") | (2 * span > 3 * of.step_us).fill_null(value=False)
    begins = rows.filter(alone).with_columns(
        at=pl.col("at") - of.step_us,
        step=pl.lit(0, pl.Int64),
        broken=pl.col("same"),
        seq=pl.lit(None, pl.Int64),
        quality=pl.lit(None, pl.Int64),
    )
    if not begins.height:
        return rows
    both = pl.concat(
        [
            rows.with_row_index("_row"),
            begins.with_columns(_row=pl.lit(0, pl.UInt32)).select("_row", *rows.columns),
        ]
    )
    code = pl.col("device").cast(pl.Categorical).to_physical()
    return both.sort(code, "at").drop("_row").with_columns(same=_same())
