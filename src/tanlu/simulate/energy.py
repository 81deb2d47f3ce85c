"""True energy of every leg, and the receipts of some rounds.

energy = mass distance rate driver vehicle weather; the last three stand in no column, so what
learns from the columns alone cannot reach the truth. A hub's energy is mass times its rate.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from tanlu.simulate.draw import CELLS, bits, cut, take, thousandths
from tanlu.simulate.legs import crew, hidden, rates, roles, vehicle_names
from tanlu.simulate.orders import PLACES, at
from tanlu.simulate.stated import stated, table

if TYPE_CHECKING:
    from tanlu.simulate.network import Plan

__all__ = ["burn", "receipts"]

_PPM = 1_000_000


def burn(made: Plan, bare: pl.DataFrame) -> pl.DataFrame:
    """Give the legs with ``energy_j``, the true energy [J] of each."""
    driver, vehicle = crew(made, bare)
    seed = made.seed
    factor = hidden(stated("driver_sigma"), bits(driver, seed, 41))
    factor = factor * hidden(stated("vehicle_sigma"), bits(vehicle, seed, 42)) // _PPM
    day = bare["start"] // 1440
    sky = (day * PLACES + bare["source"]).cast(pl.UInt64)
    factor = factor * hidden(stated("weather_sigma"), bits(sky, seed, 43)) // _PPM
    factor = factor * _cold(made, bare["source"], day) // _PPM
    moved = bare["distance_m"] >= 0
    work = bare["mass_g"] * bare["distance_m"] // 1000 * rates(bare) // _PPM
    handled = bare["mass_g"] * rates(bare) // _PPM
    joules = pl.select(pl.when(moved).then(work * factor // _PPM).otherwise(handled)).to_series()
    # what moves burns more in the cold chain: 1.12, GLEC v3 module 2; a cold hall far more
    halls = [1.0, stated("chilled_hall"), stated("frozen_hall")]
    uplifts = [[100, 112, 112], [round(100 * each) for each in halls]]
    moving, still = (take(pl.Series(each, dtype=pl.Int64), bare["cold"]) for each in uplifts)
    uplift = pl.select(pl.when(moved).then(moving).otherwise(still)).to_series()
    return bare.with_columns((joules * uplift // 100).alias("energy_j"))


def _cold(made: Plan, place: pl.Series, day: pl.Series) -> pl.Series:
    """Multiplier [ppm] of winter: up to the stated uplift at 45 degrees north in January."""
    first = made.start.timetuple().tm_yday
    return take(_winter(first), place * 12 + (day // 30) % 12)


@cache
def _winter(first: int) -> pl.Series:
    # a triangle of the year with its top in the middle of January
    found = []
    for row in table("place"):
        north = min(1.0, max(0.0, (float(row["lat"]) - 25) / 20))
        for month in range(12):
            day = (first + 30 * month + 15) % 365
            winter = max(0.0, 1 - min(abs(day - 15), 365 - abs(day - 15)) / 75)
            found.append(round(1e6 * (1 + stated("cold_day_uplift") * north * winter)))
    return pl.Series(found, dtype=pl.Int64)


def receipts(made: Plan, bare: pl.DataFrame) -> pl.DataFrame:
    """Give fuel and charging receipts of the stated share of rounds.

    Columns: ``receipt, round, vehicle, kind, energy_carrier, litres, kg, kwh`` (one of the three
    is filled), ``start, end, place, operator``. A receipt holds the true energy of the legs of
    its round, off by at most the stated noise, rounded to a thousandth of its unit.
    """
    known = roles()
    share = {k: stated("receipt_share_trunk" if k <= known["sea"] else "receipt_share_last")
             for k in range(len(known))}  # fmt: skip
    chosen = take(
        pl.Series([round(share[k] * CELLS) for k in sorted(share)], dtype=pl.UInt32), bare["role"]
    )
    named = bare.with_columns(vehicle_names(made, bare).alias("vehicle"))
    some = named.filter(
        (bare["round"] >= 0) & (cut(bits(bare["trip"], made.seed, 51), 0, 16) < chosen)
    )
    grouped = (
        some.group_by("round")
        .agg(
            pl.col("energy_j").sum(),
            pl.col("start").min(),
            pl.col("end").max(),
            pl.col("role", "trip", "vehicle", "source").first(),
        )
        .sort("round")
    )
    return _written(made, grouped)


def _written(made: Plan, grouped: pl.DataFrame) -> pl.DataFrame:
    fleet, role = table("fleet"), grouped["role"]
    noise = round(stated("receipt_noise") * _PPM)
    off = (bits(grouped["trip"], made.seed, 52) % (2 * noise + 1)).cast(pl.Int64) - noise
    joules = grouped["energy_j"] * (_PPM + off) // _PPM
    per = take(
        pl.Series([round(float(r["mj_per_unit"]) * 1e3) for r in fleet], dtype=pl.Int64), role
    )
    amount = (joules + per // 2) // per  # J over J per thousandth of the unit
    unit = take(pl.Series([row["unit"] for row in fleet]), role)
    letters = take(pl.Series(list("TTTTTTTTRRLLLLSS")), role)
    codes = take(pl.Series([row["code"] for row in table("place")]), grouped["source"])
    own = role > roles()["sea"]
    number = grouped["round"].cast(pl.String)
    frame = pl.DataFrame(
        {
            "number": number,
            "letter": letters,
            "unit": unit,
            "amount": thousandths(amount),
            "vehicle": grouped["vehicle"],
            "start": at(made, grouped["start"]),
            "end": at(made, grouped["end"]),
            "place": codes,
            "own": own,
            "energy_carrier": take(pl.Series([row["energy_carrier"] for row in fleet]), role),
        }
    )
    return frame.select(
        (pl.lit("E") + pl.col("letter") + pl.col("number")).alias("receipt"),
        (pl.col("letter") + pl.col("number")).alias("round"),
        "vehicle",
        pl.when(pl.col("energy_carrier") == "electricity").then(pl.lit("charging"))
        .otherwise(pl.lit("fuel")).alias("kind"),
        "energy_carrier",
        *(pl.when(pl.col("unit") == name).then("amount").alias(name)
          for name in ("litres", "kg", "kwh")),
        "start", "end", "place",
        pl.when("own").then(pl.lit("TANLU-EXPRESS")).otherwise(pl.lit("CARRIER")).alias("operator"),
    )  # fmt: skip
