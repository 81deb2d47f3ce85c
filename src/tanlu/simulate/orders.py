"""Who ordered what, where and when: one row per order, drawn from its number alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from tanlu.simulate.draw import CELLS, QUANTILES, bits, cut, lognormal, shares, take
from tanlu.simulate.stated import lanes, stated, table

if TYPE_CHECKING:
    from tanlu.simulate.network import Plan

__all__ = ["boxes", "day_table", "draw_orders", "returns"]

PLACES = 34
# share of the orders of a day by hour from 0 h: assumption, noon and late evening peaks
_HOURS = (2, 1, 1, 1, 1, 1, 2, 3, 5, 6, 7, 6, 6, 5, 5, 5, 5, 5, 5, 6, 8, 8, 7, 4)


def draw_orders(made: Plan, first: int, count: int) -> pl.DataFrame:
    """Give the orders ``first`` to ``first + count``: codes and grams, no texts yet.

    Columns: ``n`` number, ``minute`` since the start of the plan, ``place`` and ``park`` index,
    ``lane`` = park * 34 + place, ``goods`` index, ``mass_g`` with packaging, ``items``, ``mode``
    index of the trunk, ``cold`` 0 ambient, 1 chilled, 2 frozen, ``back`` returned, ``box``
    reusable, ``walk`` collected on foot.
    """
    n = pl.int_range(first, first + count, dtype=pl.UInt64, eager=True).rename("n")
    one, two, three = (bits(n, made.seed, stream) for stream in (1, 2, 3))
    known = _tables()
    place = take(known["place"], cut(one, 0, 16))
    goods = take(known["goods"], cut(one, 16, 16)).cast(pl.UInt32)
    near = cut(one, 32, 16) < round(stated("near_park_share") * CELLS)
    park = take(known["park"], place * 4 + (~near).cast(pl.UInt32) * (1 + cut(one, 48, 8) % 2))
    cold = take(known["cold"], goods * 256 + cut(two, 0, 8))
    lane = park * PLACES + place
    mode = take(known["mode"], lane * 256 + cut(two, 8, 8)) * (cold == 0)
    day = take(
        pl.Series(day_table(made.days, made.start), dtype=pl.UInt32), n * CELLS // made.orders
    )
    minute = take(known["minute"], cut(two, 16, 12))
    chance = cut(three, 0, 16)
    return pl.DataFrame(
        {
            "n": n,
            "minute": (day * 1440 + minute).cast(pl.Int64),
            "place": place,
            "park": park,
            "lane": lane,
            "goods": goods,
            "mass_g": take(known["mass"], goods * QUANTILES + cut(two, 32, 12)),
            "items": take(known["items"], goods * 256 + cut(two, 48, 8)),
            "mode": mode,
            "cold": cold,
            "back": chance < take(known["back"], goods),
            "box": cut(three, 16, 16) < take(known["box"], goods),
            "walk": cut(three, 32, 16) < round(stated("pickup_share") * CELLS),
        }
    )


@cache
def _tables() -> dict[str, pl.Series]:
    places, goods, parks = table("place"), table("goods"), table("park")
    weights = [float(row["population_10k"]) * float(row["demand_index"]) for row in places]
    names = [row["park"] for row in parks]
    near = [names.index(row["park"]) for row in places]
    wide, small = pl.UInt32, pl.Int64

    def goods_cells(values: list[list[int]]) -> list[int]:
        return [value for row in values for value in row]

    cold = [
        shares(
            [1 - float(g["chilled"]) - float(g["frozen"]), float(g["chilled"]), float(g["frozen"])],
            256,
        )
        for g in goods
    ]
    mass = [lognormal(float(g["mass_median_g"]), float(g["mass_sigma"])) for g in goods]
    items = [
        [1 + int((float(g["items_mean"]) - 1) * 2 * k / 256 + 0.5) for k in range(256)]
        for g in goods
    ]
    hours = shares(_HOURS, QUANTILES)
    first = {hour: hours.index(hour) for hour in range(24)}
    width = {hour: hours.count(hour) for hour in range(24)}
    return {
        "place": pl.Series(shares(weights), dtype=wide),
        "goods": pl.Series(shares([float(g["share"]) for g in goods]), dtype=wide),
        "park": pl.Series([(k + i) % 3 for k in near for i in (0, 1, 2, 0)], dtype=wide),
        "cold": pl.Series(goods_cells(cold), dtype=wide),
        "mode": pl.Series(
            goods_cells([shares(weights, 256) for _, weights in lanes()]), dtype=wide
        ),
        "minute": pl.Series(
            [hour * 60 + (k - first[hour]) * 60 // width[hour] for k, hour in enumerate(hours)],
            dtype=wide,
        ),
        "mass": pl.Series(goods_cells(mass), dtype=small),
        "items": pl.Series(goods_cells(items), dtype=small),
        "back": pl.Series([round(float(g["return_rate"]) * CELLS) for g in goods], dtype=wide),
        "box": pl.Series([round(float(g["reusable"]) * CELLS) for g in goods], dtype=wide),
    }


@cache
def day_table(days: int, start: date) -> tuple[int, ...]:
    """Give 65,536 days since the start, peaks of 11 November and 18 June as stated."""
    weights = []
    for k in range(days):
        day = start + timedelta(days=k)
        peak = {(11, 11): stated("peak_1111"), (6, 18): stated("peak_618")}
        weights.append(peak.get((day.month, day.day), 0.92 if day.weekday() > 4 else 1.03))
    return tuple(shares(weights))


def waybills(n: pl.Series) -> pl.Series:
    """Give the waybill of each order: TL and ten digits or more."""
    return pl.select(pl.lit("TL") + (n.cast(pl.Int64) + 10**10).cast(pl.String)).to_series()


def at(made: Plan, minute: pl.Series) -> pl.Series:
    """Give local times [datetime without zone, Asia/Shanghai] of minutes since the start."""
    origin = datetime(made.start.year, made.start.month, made.start.day) - datetime(1970, 1, 1)  # noqa: DTZ001
    micro = minute.cast(pl.Int64) * 60_000_000 + origin // timedelta(microseconds=1)
    return micro.cast(pl.Datetime("us"))


def returns(made: Plan, orders: pl.DataFrame) -> pl.DataFrame:
    """Give the returned orders: waybill, return waybill, day and goods."""
    back = orders.filter(pl.col("back"))
    bill = waybills(back["n"])
    return pl.DataFrame(
        {
            "waybill": bill,
            "return_waybill": bill + "R",
            "ordered": at(made, back["minute"]),
            "goods": take(pl.Series([g["goods"] for g in table("goods")]), back["goods"]),
        }
    )


def boxes(made: Plan, orders: pl.DataFrame) -> pl.DataFrame:
    """Give the trips of reusable boxes: box, waybill, out and back; 3 % never come back.

    The pool holds one box for 100 orders; a box is drawn for each trip, so its number
    of turns varies by chance: assumption.
    """
    used = orders.filter(pl.col("box"))
    drawn = bits(used["n"], made.seed, 7)
    pool = max(1, made.orders // 100)
    out = at(made, used["minute"] + 60)
    days = 3 + cut(drawn, 32, 3).cast(pl.Int64)
    kept = cut(drawn, 40, 10) >= 31
    back = at(made, used["minute"] + 60 + days * 1440)
    frame = pl.DataFrame(
        {
            "box": "B" + (drawn % pool + 10**7).cast(pl.String),
            "waybill": waybills(used["n"]),
            "park": take(pl.Series([p["park"] for p in table("park")]), used["park"]),
            "out": out,
            "back": back,
            "kept": kept,
        }
    )
    return frame.with_columns(pl.when("kept").then("back").alias("back")).drop("kept")
