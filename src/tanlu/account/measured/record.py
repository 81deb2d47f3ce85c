"""Make activities of measured hours: one for each source, gas and period, with what was filled."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.account.measured.hours import hours
from tanlu.account.measured.substitute import rule, substitute
from tanlu.errors import TanluError, say
from tanlu.terms import schema, time

__all__ = ["Measured", "record"]

HOUR_US = 3_600_000_000
KIND = "process.measured"
CODE = "A-CEMS-GAP"
EVERY = {"month": "1mo", "quarter": "1q", "year": "1y", "day": "1d"}


class Measured(NamedTuple):
    """Activities of what was measured, the hours behind them, and what could not be taken."""

    activities: pl.DataFrame
    hours: pl.DataFrame
    findings: pl.DataFrame


def record(
    readings: pl.DataFrame,
    *,
    by: str = "mrr",
    every: str = "month",
    zone: str = time.ZONE,
    place: str | None = None,
    operator: str | None = None,
) -> Measured:
    """Give the activities ``process.measured`` of hourly readings.

    Parameters
    ----------
    readings
        As for ``hours``; the whole period, also the hours that did not run. An hour between the
        first and the last of a source that has no row counts as one that ran and was not read.
        co2 without that of biomass, which is co2_bio.
    by
        Rule for missing data: ``mrr`` or ``hj75``.
    every
        Length of an activity in the zone: day, month, quarter or year.
    zone, place, operator
        As in an activity.

    Returns
    -------
    Measured
        Activities with ``mass_mg`` of the gas named in ``material`` and code A-CEMS-GAP where hours
        were filled; findings TL563 for a source with too few valid hours, which gives no activity,
        TL555 for hours that have several rows or no start, which are filled like unread ones.

    Raises
    ------
    TanluError
        TL502 for another rule or length.

    Notes
    -----
    ``m = Σ c_h · V_h`` over all hours, c in g/Nm³ and V in Nm³: Regulation (EU) 2018/2066 annex
    VIII section 3, equation 1.
    """
    if every not in EVERY:
        raise TanluError("TL502", value=every, known=", ".join(EVERY))
    told, repeated = _complete(hours(readings))
    table = substitute(told, by)
    mass = (pl.col("conc_g_nm3") * pl.col("flow_nm3") * 1000).fill_nan(None)
    begins = (
        pl.from_epoch("start", time_unit="us")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone)
        .dt.truncate(EVERY[every])
    )
    table = table.with_columns(mass.alias("mass_mg"), begins.alias("_from"))
    # without one whole hour there is nothing to fill from
    few = (pl.col("valid_ppm") < rule(by).least_hours * 1e6) | (pl.col("valid_ppm") == 0)
    lost = pl.col("mass_mg").is_null() | few
    bad = table.filter(lost.any().over("source", "gas"))
    good = table.filter(~lost.any().over("source", "gas"))
    return Measured(_activities(good, every, zone, place, operator), table.drop("_from"),
                    pl.concat([_findings(bad), _repeated(repeated)]))  # fmt: skip


def _complete(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give one row for every hour of a source and gas, and the hours that had several."""
    keys = ["source", "gas", "_hour"]
    table = table.with_columns((pl.col("start") // HOUR_US).alias("_hour"))
    first = table.unique(keys, keep="first", maintain_order=True)
    several = table.group_by(keys).agg(pl.len().cast(pl.Int64).alias("_rows"))
    ends = pl.int_ranges(pl.col("_hour").min(), pl.col("_hour").max() + 1).alias("_hour")
    every = table.group_by("source", "gas").agg(ends).explode("_hour")
    found = every.join(first, on=keys, how="left").join(several, on=keys, how="left")
    # which of several rows is right nobody knows
    twice = (pl.col("_rows") > 1).fill_null(value=False)
    unread = [pl.when(~twice).then(pl.col(n)).alias(n) for n in ("conc_g_nm3", "flow_nm3")]
    starts = pl.coalesce("start", pl.col("_hour") * HOUR_US)
    whole = found.with_columns(*unread, starts.alias("start"), pl.col("running").fill_null(1))
    return whole.select(table.columns).drop("_hour"), several.filter(
        (pl.col("_rows") > 1) | pl.col("_hour").is_null()
    )


def _repeated(hours_: pl.DataFrame) -> pl.DataFrame:
    why = "an hour has several rows or no start"
    found = hours_.group_by("source", "gas").agg(pl.len().cast(pl.Int64).alias("count"))
    stack = pl.concat_str(pl.lit("stack:"), "source")
    return schema("finding").fit(
        found.sort("source", "gas").select(
            pl.concat_str(pl.lit("TL555|"), stack, pl.lit(":"), "gas").alias("finding_id"),
            pl.lit("TL555").alias("code"), pl.lit("error").alias("severity"),
            stack.alias("subject"), pl.lit("start").alias("column"), pl.lit(why).alias("value"),
            pl.lit(say("TL555", value="…", why=why).partition("; ")[2]).alias("hint"), "count",
        )
    )  # fmt: skip


def _activities(
    table: pl.DataFrame, every: str, zone: str, place: str | None, operator: str | None
) -> pl.DataFrame:
    summed = table.group_by("source", "gas", "_from").agg(
        (pl.col("mass_mg").sum() + 0.5).floor().cast(pl.Int64).alias("mass_mg"),
        (pl.col("substituted").sum() > 0).alias("_filled"),
    )
    ends = pl.col("_from").dt.offset_by(EVERY[every])
    made = summed.sort("source", "gas", "_from").select(
        pl.concat_str(
            pl.lit("cems"), "source", "gas", pl.col("_from").dt.strftime("%Y-%m-%d"), separator=":"
        ).alias("activity_id"),
        pl.col("_from").dt.epoch("us").alias("start"),
        ends.dt.epoch("us").alias("end"),
        pl.lit(zone).alias("zone"),
        pl.lit(every).alias("precision"),
        pl.lit(KIND).alias("kind"),
        "mass_mg",
        pl.concat_str(pl.lit("gas."), "gas").alias("material"),
        pl.lit(place, pl.String).alias("place"),
        pl.lit(operator, pl.String).alias("operator"),
        pl.concat_str(pl.lit("stack:"), "source").alias("subject"),
        pl.lit(1, pl.Int64).alias("quality"),
        pl.when("_filled").then(pl.lit(CODE)).alias("assumptions"),
    )
    return schema("activity").fit(made)


def _findings(bad: pl.DataFrame) -> pl.DataFrame:
    if not bad.height:
        return schema("finding").empty()
    hint = say("TL563", value="…").partition("; ")[2]
    made = bad.group_by("source", "gas").agg(
        pl.col("valid_ppm").first(), pl.col("mass_mg").is_null().sum().cast(pl.Int64).alias("count")
    )
    found = made.sort("source", "gas").select(
        pl.concat_str(pl.lit("TL563|stack:"), "source", pl.lit(":"), "gas").alias("finding_id"),
        pl.lit("TL563").alias("code"),
        pl.lit("error").alias("severity"),
        pl.concat_str(pl.lit("stack:"), "source").alias("subject"),
        pl.lit("conc_g_nm3").alias("column"),
        pl.concat_str(pl.col("valid_ppm").cast(pl.String), pl.lit(" ppm")).alias("value"),
        pl.lit(hint).alias("hint"),
        "count",
    )
    return schema("finding").fit(found)
