"""Rules of single readings: null, range, rate of change, spike, a register that falls back."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tanlu.monitor.quality.learned import Learned
from tanlu.monitor.quality.limits import Limits
from tanlu.monitor.quality.series import HOUR

__all__ = ["FLAG", "flagged", "flags"]

# a flagged reading: where it stands, and the figures that show why
FLAG = {
    "rule": pl.String, "row": pl.UInt32, "g": pl.Int32, "at": pl.Int64, "value": pl.Float64,
    "lower": pl.Float64, "upper": pl.Float64, "statistic": pl.Float64,
}  # fmt: skip


def flags(learned: Learned, known: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the readings that a rule of single readings does not believe, columns of ``FLAG``.

    ``value`` is what the rule looked at (reading, change a second, increment an hour), ``lower``
    and ``upper`` what was expected of it, ``statistic`` by how much of its limit it is beyond.
    """
    g = learned.rows["g"] - (known["g"].min() or 0)
    bounds = _bounds(learned, known, limits)
    columns = [bounds[name].gather(g).alias(name) for name in bounds.columns if name != "g"]
    rows = learned.rows.with_columns(columns)
    found = pl.concat([pl.DataFrame(schema=FLAG), *_rules(rows)])
    first = found.unique("row", keep="first", maintain_order=True)
    # the way back from a value that is not believed is no change of its own
    wrong = first.filter(pl.col("rule").is_in(["range", "spike"]))["row"] + 1
    back = (pl.col("rule") == "rate") & pl.col("row").is_in(wrong.implode())
    return first.filter(~back)


def _bounds(learned: Learned, known: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the limits of each series in its own unit, in the order of g."""
    spread = pl.col("spread")
    spike = limits["spike"]
    most = spread * limits["range"]["wide"]
    # a register's increments fall below nothing in another rule, its speed is its range
    gauge = pl.col("role") != "register"
    return (
        known.select("g", "minimum", "maximum", "rate_max", "role")
        .join(learned.usual, on="g", how="left", maintain_order="left")
        .select(
            "g", "minimum", "maximum", "rate_max",
            x_low=pl.when(gauge).then(pl.col("middle") - most * pl.col("below").clip(1)),
            x_high=pl.col("middle") + most * pl.col("above").clip(1),
            up=pl.when(gauge).then(spread * limits["rate"]["wide"] * _seen("up", "down")),
            down=pl.when(gauge).then(spread * limits["rate"]["wide"] * _seen("down", "up")),
            apart=spread * pl.max_horizontal(spike["wide"] * pl.col("residual"), spike["share"]),
        )
    )  # fmt: skip


def _rules(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Give what each rule flags, first what leaves no doubt: of a reading the first is told."""
    none = pl.lit(None, pl.Float64)
    value, x = pl.col("value"), pl.col("x")
    yield flagged(rows, "null", pl.col("bad"), (value, none, none))
    if rows["minimum"].is_not_null().any() or rows["maximum"].is_not_null().any():
        outside = (value < pl.col("minimum")) | (value > pl.col("maximum"))
        limits = (pl.col("minimum"), pl.col("maximum"))
        yield flagged(rows, "range", outside, (value, *limits))
    yield from _spike(rows)
    yield from _backward(rows)
    beyond = ((x < pl.col("x_low")) | (x > pl.col("x_high"))).fill_null(value=False)
    yield flagged(rows, "range", beyond, (x, pl.col("x_low"), pl.col("x_high")))
    yield from _rate(rows)


def _seen(way: str, back: str) -> pl.Expr:
    """Give the usual change one way; of which none was learned, that of the way back, or none.

    What was never seen to open may open, and what opens closes.
    """
    one, other = pl.col(way), pl.col(back)
    return pl.when(one > 0).then(one).when(other > 0).then(other)


def _rate(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    speed = pl.when(pl.col("dt") > 0).then(pl.col("d") / pl.col("dt") * 1e6)
    # where a register begins anew or was falling, another rule looks
    rising = ~pl.col("register") | (pl.col("d") >= 0)
    most = pl.col("rate_max")
    if rows["rate_max"].is_not_null().any():
        yield flagged(rows, "rate", rising & (speed.abs() > most), (speed, -most, most))
    high, low = pl.col("up"), -pl.col("down")
    quick = ~pl.col("register") & ((speed > high) | (speed < low))
    yield flagged(rows, "rate", quick, (speed, low, high))


def _spike(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    x, apart, residual = pl.col("x"), pl.col("apart"), pl.col("residual")
    middle = x - residual
    lone = ~pl.col("register") & (residual.abs() > apart)
    yield flagged(rows, "spike", lone, (x, middle - apart, middle + apart))


def _backward(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Give registers that fall and do not begin anew; the way back from a spike is no fall."""
    value, prev = pl.col("value"), pl.col("prev")
    before = [pl.when(pl.col("g").shift(k) == pl.col("g")).then(value.shift(k)) for k in (1, 2, 3)]
    lowest = pl.min_horizontal(*before)
    fallen = pl.col("register") & (pl.col("d") < 0)
    if not rows.select((pl.col("register") & (pl.col("d") < 0)).any()).item():
        return
    # a lone reading far above both its neighbours is a spike of the register
    back = pl.when(pl.col("g").shift(-1) == pl.col("g")).then(value.shift(-1))
    usual = pl.col("x_high") * pl.col("dt") / HOUR
    lone = pl.col("register") & (pl.col("d") > usual) & (back < value) & (back >= prev)
    yield flagged(rows, "spike", lone, (value, prev, prev + usual))
    yield flagged(rows, "backward", fallen & (value < lowest), (value, prev, pl.lit(None)))


def flagged(
    rows: pl.DataFrame, rule: str, found: pl.Expr, figures: tuple[pl.Expr, pl.Expr, pl.Expr]
) -> pl.DataFrame:
    """Give the rows for which ``found`` holds with their figures: value, lower and upper limit."""
    value, lower, upper = figures
    low, high, told = (pl.col(name).cast(pl.Float64) for name in ("lower", "upper", "value"))
    wide = pl.when(high > low).then(high - low).otherwise(None)
    beyond = pl.max_horizontal(told - high, low - told)
    return (
        rows.lazy()
        .filter(found)
        .select("row", "g", "at", value=value, lower=lower, upper=upper)
        .with_columns(rule=pl.lit(rule), statistic=1 + beyond / wide)
        .select(pl.col(name).cast(kind) for name, kind in FLAG.items())
        .collect()
    )
