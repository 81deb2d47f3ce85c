"""Fill hours without a valid reading by a stated rule, on the safe side, and mark them.

``mrr``: the mean of the valid hours of the period and two standard deviations (Regulation (EU)
2018/2066 article 45(3) and annex VIII section 5, equation 4, of a concentration; a flow is filled
alike by the house, where article 45(4) asks for a balance of mass or energy). ``hj75``: the
largest of the last valid hours (HJ 75-2017). What the rules are and how sure we are of them stands
in ``rules.csv``.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import polars as pl

from tanlu.account.rules import rows
from tanlu.errors import TanluError

__all__ = ["Rule", "rule", "substitute"]

VALUES = ("conc_g_nm3", "flow_nm3")
KEYS = ("source", "gas")
WINDOWS = (180, 720, 2160)
LONG_GAP = 24
GOOD = 0.9


class Rule(NamedTuple):
    """A rule for missing data: which hours count and how sure the rule itself is."""

    name: str
    least_points: float
    least_hours: float
    conservative: str
    status: str
    source: str
    clause: str


@cache
def rule(name: str) -> Rule:
    """Give a rule by name.

    Raises
    ------
    TanluError
        TL502 for another name.
    """
    known = {row["rule"]: row for row in rows("measured/rules.csv")}
    if name not in known:
        raise TanluError("TL502", value=name, known=", ".join(known))
    row = known[name]
    least = [int(row[column]) / 1e6 for column in ("least_points_ppm", "least_hours_ppm")]
    told = (row[column] for column in ("conservative", "status", "source", "clause"))
    return Rule(name, *least, *told)  # type: ignore[arg-type]


def substitute(found: pl.DataFrame, by: str = "mrr") -> pl.DataFrame:
    """Give the hours with what is missing filled, and ``substituted`` (1 where any was).

    Parameters
    ----------
    found
        As ``hours`` gives them, the whole period, one row an hour.
    by
        ``mrr`` or ``hj75``.

    Returns
    -------
    DataFrame
        With conc_g_nm3 and flow_nm3 filled, ``substituted`` and ``valid_ppm``: share of valid
        hours among those that ran. An hour that did not run flows nothing.
    """
    chosen = rule(by)
    enough = pl.col("points") >= chosen.least_points * pl.col("points_possible")
    runs = pl.col("running").fill_null(1) != 0
    held = enough.fill_null(value=True) & runs
    table = found.sort(*KEYS, "start").with_columns(
        pl.when(held).then(pl.col(name)).alias(name) for name in VALUES
    )
    table = table.with_columns(runs.alias("_runs"))
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in VALUES)
    table = table.with_columns((whole & pl.col("_runs")).alias("_valid"))
    share = pl.col("_valid").sum().over(KEYS) / pl.col("_runs").sum().over(KEYS)
    table = table.with_columns(share.alias("_share"))
    if by == "hj75":
        table = _windows(table)
    filled = [_mean(name) if by == "mrr" else _largest(name) for name in VALUES]
    gap = pl.col("_runs") & ~pl.col("_valid")
    return table.with_columns(
        *(pl.when(pl.col("_runs")).then(pl.coalesce(name, value)).otherwise(0.0).alias(name)
          for name, value in zip(VALUES, filled, strict=True)),
        gap.cast(pl.Int64).alias("substituted"),
        (pl.col("_share").fill_nan(1.0) * 1e6).round().cast(pl.Int64).alias("valid_ppm"),
    ).drop("^_.*$")  # fmt: skip


def _mean(name: str) -> pl.Expr:
    """Give C̄ + 2 σ of the valid hours of the source."""
    spread = pl.col(name).std().over(KEYS).fill_null(0.0)
    return pl.col(name).mean().over(KEYS) + 2 * spread


def _windows(table: pl.DataFrame) -> pl.DataFrame:
    """Give the largest of the last 180, 720 and 2160 valid hours before each hour."""
    largest = [
        pl.col(name).rolling_max(window, min_samples=1).over(KEYS).alias(f"_{name}_{window}")
        for name in VALUES
        for window in WINDOWS
    ]
    valid = table.filter("_valid").select(*KEYS, "start", *largest).sort("start")
    joined = table.sort("start").join_asof(
        valid, on="start", by=KEYS, strategy="backward", check_sortedness=False
    )
    return joined.sort(*KEYS, "start")


def _largest(name: str) -> pl.Expr:
    """Give the largest of the last valid hours; how many depends on gap and availability."""
    short, long, poor = (pl.col(f"_{name}_{window}") for window in WINDOWS)
    run = pl.col("_valid").rle_id().over(KEYS)
    gap = pl.len().over([*KEYS, run])
    first = pl.col(name).max().over(KEYS)  # before the first valid hour nothing else is known
    chosen = (
        pl.when(pl.col("_share") < GOOD).then(poor).when(gap > LONG_GAP).then(long).otherwise(short)
    )
    return pl.coalesce(chosen, first)
