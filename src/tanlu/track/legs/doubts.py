"""What cannot be so: findings on legs, loads and counters."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from tanlu.terms import schema
from tanlu.track.legs.way.routing import gaps

if TYPE_CHECKING:
    from tanlu.track.legs.loads import Loads

__all__ = ["doubts", "outran", "possible", "strayed"]

APART_M = 5_000
# no aircraft is faster over ground, with the wind of a jet stream behind it [m/s]
TOP_M_S = 400
# a measured way may be a little below the great circle of the sphere: it is 0.56 % off at most
SPHERE = 0.994
MISSING, ADRIFT, TWICE, AGAINST = "TL412", "TL413", "TL414", "TL415"
SHORT, EARLY, CIRCULAR, FELL = "TL416", "TL417", "TL418", "TL419"
FAST, BESIDE = "TL403", "TL447"
# how bad each is, and the column that it is about
SAID = {
    MISSING: ("warning", "distance_m"), ADRIFT: ("info", "parent"), TWICE: ("warning", "device"),
    AGAINST: ("warning", "vehicle_class"), SHORT: ("warning", "distance_m"),
    EARLY: ("warning", "at"), CIRCULAR: ("error", "parent"), FELL: ("info", "value"),
    FAST: ("error", "distance_m"), BESIDE: ("info", "device"),
}  # fmt: skip


def doubts(
    parts: pl.DataFrame,
    told: pl.DataFrame,
    fell: pl.DataFrame,
) -> pl.DataFrame:
    """Give the findings on the devices of a batch, one for each device or thing and doubt.

    Parameters
    ----------
    parts
        Schema ``leg``.
    told
        Transport rows with ``_against``, ``subject``, ``vehicle_class`` that nobody believed.
    fell
        ``device`` and ``count`` of counters that fell.
    """
    missing = gaps(parts.filter(pl.col("fixes") > 0))
    far = pl.concat_str(pl.col("gcd_m"), pl.lit(" m"))
    short = parts.filter(
        (pl.col("upper_m") < pl.col("gcd_m") * SPHERE) & (pl.col("gcd_m") > APART_M)
    )
    both = pl.concat_str(pl.col("upper_m"), pl.lit(" < "), pl.col("gcd_m"), pl.lit(" m"))
    told_and_seen = pl.concat_str("_told", pl.lit(" / "), "mode")
    return pl.concat(
        [
            _found(missing, MISSING, "device", far),
            _found(told.filter("_against"), AGAINST, "device", told_and_seen),
            _found(short, SHORT, "device", both),
            _found(fell, FELL, "device", pl.col("count").cast(pl.String)),
        ]
    )


def possible() -> pl.Expr:
    """Tell of parts of legs whether anything could have gone so far in that time."""
    reach = (pl.col("end") - pl.col("start")) * (TOP_M_S / 1e6)
    return pl.col("lower_m").fill_null(0) <= reach


def outran(parts: pl.DataFrame) -> pl.DataFrame:
    """Give the findings on parts of legs that nothing could have done: they are no activities."""
    far = pl.concat_str(pl.col("lower_m"), pl.lit(" m"))
    return _found(parts.filter(~possible()), FAST, "device", far)


def strayed(loads: Loads) -> pl.DataFrame:
    """Give the findings on loads: of several devices or none, unloaded first, in themselves."""
    return pl.concat(
        [
            _found(loads.apart, TWICE, "subject", pl.col("value")),
            _found(loads.beside, BESIDE, "device", pl.col("value")),
            _found(loads.adrift, ADRIFT, "subject", pl.col("parent")),
            _found(loads.early, EARLY, "subject", pl.col("parent")),
            _found(loads.circular, CIRCULAR, "subject", pl.col("subject")),
        ]
    )


def _found(rows: pl.DataFrame, code: str, subject: str, value: pl.Expr) -> pl.DataFrame:
    """Give one finding for each subject, with the first value and how many rows."""
    severity, column = SAID[code]
    if not rows.height:
        return schema("finding").empty()
    count = pl.col("count").sum() if code in (FELL, BESIDE) else pl.len().cast(pl.Int64)
    grouped = (
        rows.group_by(pl.col(subject).alias("subject"), maintain_order=True)
        .agg(value=value.cast(pl.String).sort().first(), count=count)
        .sort("subject")
    )
    told = grouped.with_columns(code=pl.lit(code), severity=pl.lit(severity), column=pl.lit(column))
    ids = [
        hashlib.sha256(f"{code}|{one}|{what}|{many}".encode()).hexdigest()[:32]
        for one, what, many in told.select("subject", "value", "count").iter_rows()
    ]
    return schema("finding").fit(
        told.with_columns(finding_id=pl.Series(ids, dtype=pl.String), count=pl.col("count"))
    )
