"""What waste comes to: by cause, brand and lane, in micrograms, joules and fen."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.hidden.attribute import USEFUL
from tanlu.account.hidden.money import known
from tanlu.account.shares import shared

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["worth"]

J_PER_KWH = 3_600_000
UG_PER_T = 10**12
WASTED = pl.col("cause") != USEFUL


def worth(parts: pl.DataFrame, emissions: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """Give the waste of each cause, brand and lane with what it costs at the prices of a day.

    Parameters
    ----------
    parts
        As ``attribute`` gives them.
    emissions
        The same emissions: parties, places, energy.
    on
        Day whose prices hold; their date and source are on every row.

    Returns
    -------
    DataFrame
        cause, brand (label ``brand``, else consignor, else payer), lane, co2e_ug, energy_j,
        carbon_fen, energy_fen (null where no energy is known), activities, carbon_price and
        energy_price (value, date and source as text). ``useful`` rows have no cost, nor has
        anything before the first price was known; the costs of all rows add up to that of the
        whole to the fen (largest remainder).
    """
    brand = pl.coalesce(pl.col("labels").str.json_path_match("$.brand"), "consignor", "payer")
    lane = pl.concat_str(
        pl.col("origin").fill_null("?"), pl.lit(" → "), pl.col("destination").fill_null("?")
    )
    # the energy of an activity stands on each of its rows: it is shared by what they emit
    whole = pl.col("co2e_ug").sum().over("activity_id", "share_key")
    share = pl.col("co2e_ug").cast(pl.Float64) / whole
    about = emissions.select(
        "emission_id", brand.alias("brand"), lane.alias("lane"),
        (pl.col("energy_j") * share.fill_nan(0.0)).alias("_row_j"),
        pl.col("co2e_ug").alias("_row_ug"),
        (pl.col("energy_carrier") == "electricity").fill_null(value=False).alias("_electric"),
    )  # fmt: skip
    carbon = known(("carbon",), on)
    energy = known(("electricity", "fuel"), on)
    fen = pl.lit(None, pl.Float64)
    if energy:
        fen = pl.when("_electric").then(float(energy["electricity"].fen)).otherwise(
            float(energy["fuel"].fen)
        )  # fmt: skip
    used = pl.col("_row_j") * (pl.col("co2e_ug") / pl.col("_row_ug")).fill_nan(0.0)
    rows = parts.join(about, on="emission_id", how="left").with_columns(
        used.alias("_j"), (used / J_PER_KWH * fen).alias("_fen")
    )
    summed = rows.group_by("cause", "brand", "lane").agg(
        pl.col("co2e_ug").cast(pl.Int128).sum(),
        pl.when(pl.col("_j").is_not_null().any()).then(pl.col("_j").sum()).alias("energy_j"),
        pl.when(pl.col("_fen").is_not_null().any()).then(pl.col("_fen").sum()).alias("_fen"),
        pl.col("activity_id").n_unique().cast(pl.Int64).alias("activities"),
    )
    told = {
        name: "; ".join(_said(e.fen, e.unit, e.date, e.source) for e in prices.values()) or None
        for name, prices in (("carbon_price", carbon), ("energy_price", energy))
    }
    whole_fen = None
    if carbon:
        exact = Fraction(_waste(summed)) * carbon["carbon"].fen / UG_PER_T
        whole_fen = math.floor(exact + Fraction(1, 2))
    burnt_fen = None
    if energy:
        burnt_fen = math.floor(float(summed.filter(WASTED)["_fen"].sum() or 0) + 0.5)
    costed = _costed(summed, "carbon_fen", whole_fen, pl.col("co2e_ug"))
    # thousandths of a fen weigh what a fen cannot tell apart
    costed = _costed(costed, "energy_fen", burnt_fen, (pl.col("_fen") * 1000).round())
    return costed.select(
        "cause", "brand", "lane", "co2e_ug",
        (pl.col("energy_j") + 0.5).floor().cast(pl.Int64), "carbon_fen", "energy_fen",
        "activities", *(pl.lit(text, pl.String).alias(name) for name, text in told.items()),
    ).sort(["co2e_ug", "cause", "brand", "lane"], descending=[True, False, False, False],
           nulls_last=True)  # fmt: skip


def _waste(summed: pl.DataFrame) -> int:
    return int(summed.filter(WASTED)["co2e_ug"].sum())


def _costed(table: pl.DataFrame, name: str, whole: int | None, weight: pl.Expr) -> pl.DataFrame:
    """Give each wasted row its share of a cost, so that every cut adds up to the cost."""
    if whole is None:
        return table.with_columns(pl.lit(None, pl.Int64).alias(name))
    # a name may hold any sign and be empty: the place in order is the key, and settles ties
    ordered = table.sort("cause", "brand", "lane", nulls_last=True)
    key = pl.int_range(pl.len()).cast(pl.String).str.zfill(12)
    keyed = ordered.with_columns(key.alias("_key"), weight.cast(pl.Int64).alias("_weight"))
    bears = WASTED & (pl.col("_weight") > 0)
    wasted = keyed.filter(bears).with_columns(
        pl.lit("").alias("_group"), pl.lit(whole, pl.Int64).alias(name)
    )
    if not wasted.height:
        return table.with_columns(pl.lit(None, pl.Int64).alias(name))
    shares = shared(wasted, "_group", "_key", "_weight", [name]).select("_key", name)
    return keyed.join(shares, on="_key", how="left").drop("_key", "_weight")


def _said(fen: Fraction, unit: str, date: dt.date, source: str) -> str:
    return f"{float(fen) / 100:g} yuan/{unit}, {date}, {source}"
