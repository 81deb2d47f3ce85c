"""The parks themselves: hourly meters of grid, sun and gas, and refrigerant topped up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from tanlu.simulate.draw import bits, cut, take, thousandths
from tanlu.simulate.orders import at
from tanlu.simulate.stated import table

if TYPE_CHECKING:
    from tanlu.simulate.network import Plan

__all__ = ["sites"]

# share of an hour in a day [1/1000]: assumption; sun is a half sine between 6 h and 18 h
_LOAD = (
    30,
    27,
    26,
    26,
    27,
    29,
    33,
    38,
    44,
    48,
    50,
    50,
    48,
    49,
    50,
    50,
    49,
    48,
    48,
    50,
    52,
    50,
    43,
    35,
)
_SUN = (0, 0, 0, 0, 0, 0, 17, 50, 79, 103, 121, 130, 130, 121, 103, 79, 50, 17, 0, 0, 0, 0, 0, 0)


def sites(made: Plan) -> dict[str, pl.DataFrame]:
    """Give the meters and the refrigerants of the three parks over the days of the plan.

    Returns
    -------
    dict
        ``meters``: ``meter, park, kind`` (grid, gas), ``start, end, kwh, m3, place, operator``,
        hourly; ``sun``: what the roof gave, ``meter, park, start, kwh``; ``refrigerants``:
        ``record, park, start, end, refrigerant, kg, place, operator``. Sizes follow the orders.
    """
    parks = table("park")
    hours = made.days * 24
    count = hours * len(parks)
    k = pl.int_range(0, count, dtype=pl.UInt64, eager=True)
    hour, which = (k % hours).cast(pl.Int64), (k // hours).cast(pl.UInt32)
    drawn = bits(k, made.seed, 71)
    daily = made.orders / made.days / len(parks)
    load = _profile(
        _LOAD, hour, [daily * float(p["electricity_kwh_per_order"]) for p in parks], which
    )
    load = load * (960 + cut(drawn, 0, 6).cast(pl.Int64) * 80 // 64) // 1000
    sun_day = [daily * float(p["electricity_kwh_per_order"]) * float(p["pv_share"]) for p in parks]
    sky = bits(which.cast(pl.UInt64) * 4096 + (hour // 24).cast(pl.UInt64), made.seed, 72)
    sun = _profile(_SUN, hour, sun_day, which) * (400 + cut(sky, 0, 10).cast(pl.Int64)) // 1000
    gas = _profile(_LOAD, hour, [daily * float(p["gas_m3_per_order"]) for p in parks], which)
    start = at(made, hour * 60)
    name = take(pl.Series([p["park"] for p in parks]), which)
    place = take(pl.Series([p["province"] for p in parks]), which)
    base = pl.DataFrame(
        {"park": name, "place": place, "start": start, "end": start + timedelta(hours=1)}
    )
    grid = pl.select(pl.when(load > sun).then(load - sun).otherwise(0)).to_series()
    meters = [
        _meter(base, "grid", "kwh", thousandths(grid)),
        _meter(base, "gas", "m3", thousandths(gas)),
    ]
    roof = pl.DataFrame(
        {"meter": name + "-SUN", "park": name, "start": start, "kwh": thousandths(sun)}
    )
    return {"meters": pl.concat(meters), "sun": roof, "refrigerants": _topped_up(made)}


def _profile(
    profile: tuple[int, ...], hour: pl.Series, daily: list[float], which: pl.Series
) -> pl.Series:
    """Thousandths of a unit in each hour of a day that has ``daily`` units."""
    cells = [round(day * 1000 * share / sum(profile)) for day in daily for share in profile]
    return take(pl.Series(cells, dtype=pl.Int64), which.cast(pl.Int64) * 24 + hour % 24)


def _meter(base: pl.DataFrame, kind: str, column: str, amount: pl.Series) -> pl.DataFrame:
    other = "m3" if column == "kwh" else "kwh"
    return base.with_columns(
        (pl.col("park") + f"-{kind.upper()}").alias("meter"),
        pl.lit(kind).alias("kind"),
        pl.lit("electricity" if kind == "grid" else "natural_gas").alias("energy_carrier"),
        amount.alias(column),
        pl.lit(None, dtype=pl.Float64).alias(other),
        pl.lit("TANLU-PARKS").alias("operator"),
    ).select(
        "meter", "park", "kind", "energy_carrier", "start", "end", "kwh", "m3", "place", "operator"
    )


def _topped_up(made: Plan) -> pl.DataFrame:
    """One service a park and 90 days: 0.2 to 1.2 kg R-410A or R-404A for 1,000 orders a day.

    A shorter plan leaks for its days only.
    """
    rows = []
    first = datetime(made.start.year, made.start.month, made.start.day)  # noqa: DTZ001
    for k, park in enumerate(table("park")):
        for quarter in range(-(-made.days // 90)):
            key = pl.Series([quarter * 8 + k], dtype=pl.UInt64)
            drawn = int(bits(key, made.seed, 73).item())
            day = first + timedelta(days=min(made.days - 1, quarter * 90 + drawn % 90))
            days = min(90, made.days - quarter * 90)
            daily = made.orders // made.days
            grams = max(1, daily * (200 + drawn // 4096 % 1000) * days // 90_000)
            rows.append(
                (f"{park['park']}-F{quarter}", park["park"], day, day + timedelta(days=1),
                 ("R-410A", "R-404A")[drawn // 128 % 2], grams / 1000, park["province"],
                 "TANLU-PARKS")
            )  # fmt: skip
    names = ["record", "park", "start", "end", "refrigerant", "kg", "place", "operator"]
    return pl.DataFrame(rows, schema=names, orient="row")
