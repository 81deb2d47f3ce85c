"""Orders follow what is stated, in time and place."""

from __future__ import annotations

from datetime import date

import polars as pl

from tanlu.simulate.network import plan
from tanlu.simulate.orders import boxes, day_table, draw_orders, returns
from tanlu.simulate.stated import stated, table

ORDERS = 50_000
MADE = plan(ORDERS, 11)


def chi_square(index: pl.Series, weights: list[float]) -> float:
    counts = dict(index.value_counts().iter_rows())
    scale = index.len() / sum(weights)
    return sum(
        (counts.get(k, 0) - weight * scale) ** 2 / (weight * scale)
        for k, weight in enumerate(weights)
        if weight
    )


def test_provinces_are_drawn_as_stated() -> None:
    weights = [float(r["population_10k"]) * float(r["demand_index"]) for r in table("place")]

    assert chi_square(draw_orders(MADE, 0, ORDERS)["place"], weights) < 75  # 30 degrees, 1e-5


def test_goods_are_drawn_as_stated() -> None:
    weights = [float(row["share"]) for row in table("goods")]

    assert chi_square(draw_orders(MADE, 0, ORDERS)["goods"], weights) < 40  # 8 degrees


def test_masses_have_the_stated_median() -> None:
    drawn = (
        draw_orders(MADE, 0, ORDERS).group_by("goods").agg(pl.col("mass_g").median()).sort("goods")
    )

    for row, mass in zip(table("goods"), drawn["mass_g"], strict=True):
        assert abs(mass / float(row["mass_median_g"]) - 1) < 0.08


def test_returns_follow_the_goods() -> None:
    drawn = draw_orders(MADE, 0, ORDERS)
    share = drawn.group_by("goods").agg(pl.col("back").mean()).sort("goods")["back"]

    for row, found in zip(table("goods"), share, strict=True):
        assert abs(found - float(row["return_rate"])) < 0.02
    assert drawn["back"].sum() == returns(MADE, drawn).height


def test_time_rises_day_by_day_and_stays_in_the_plan() -> None:
    day = draw_orders(MADE, 0, ORDERS)["minute"] // 1440

    assert day.is_sorted()
    assert (0, MADE.days - 1) == (day.min(), day.max())


def test_the_eleventh_of_november_is_a_peak() -> None:
    days = day_table(61, date(2026, 10, 1))

    assert abs(days.count(41) / days.count(40) - stated("peak_1111") / 1.03) < 0.05


def test_some_boxes_stay_out() -> None:
    trips = boxes(MADE, draw_orders(MADE, 0, ORDERS))

    assert 0.015 < trips["back"].null_count() / trips.height < 0.05
    assert (trips["back"] > trips["out"]).all()
