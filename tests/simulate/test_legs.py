"""Chains hang together: numbers, places, times, masses."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.simulate.legs import chain, dress, roles
from tanlu.simulate.network import batch, plan
from tanlu.simulate.orders import draw_orders
from tanlu.simulate.stated import table

MADE = plan(20_000, 5)


@pytest.fixture(scope="module")
def orders() -> pl.DataFrame:
    return draw_orders(MADE, 0, 20_000)


@pytest.fixture(scope="module")
def legs(orders: pl.DataFrame) -> pl.DataFrame:
    return chain(MADE, orders, 0)


def test_every_leg_of_an_order_weighs_what_the_order_weighs(
    orders: pl.DataFrame, legs: pl.DataFrame
) -> None:
    joined = legs.join(orders.select("n", pl.col("mass_g").alias("ordered")), on="n", how="left")

    assert (joined["mass_g"] == joined["ordered"]).all()


def test_every_order_is_sorted_once(orders: pl.DataFrame, legs: pl.DataFrame) -> None:
    sorted_at = legs.filter(pl.col("round") < 0)

    assert orders["n"].to_list() == sorted_at["n"].sort().to_list()


def test_leg_numbers_run_from_one_without_gaps(legs: pl.DataFrame) -> None:
    runs = legs.group_by("n", "back").agg(
        pl.col("leg_no").min().alias("first"),
        pl.col("leg_no").max().alias("last"),
        pl.col("leg_no").n_unique().alias("unique"),
        pl.len().cast(pl.Int64).alias("count"),
    )

    assert (runs["first"] == 1).all()
    assert (runs["last"] == runs["count"]).all()
    assert (runs["unique"] == runs["count"]).all()


def test_a_leg_begins_when_the_leg_before_has_ended(legs: pl.DataFrame) -> None:
    chained = legs.sort("n", "back", "leg_no").with_columns(
        pl.col("end").shift().over("n", "back").alias("before")
    )

    assert chained.filter(pl.col("before") > pl.col("start")).height == 0
    assert (legs["end"] > legs["start"]).all()


def test_a_round_has_one_vehicle_and_one_start(orders: pl.DataFrame, legs: pl.DataFrame) -> None:
    told = dress(MADE, legs).filter(pl.col("round").is_not_null())
    rounds = told.group_by("round").agg(
        pl.col("vehicle").n_unique(), pl.col("start").n_unique(), pl.col("origin").n_unique()
    )

    assert tuple(rounds.select(pl.exclude("round").max()).row(0)) == (1, 1, 1)


@pytest.mark.parametrize(("orders", "days"), [(3_000, 1), (120_000, 30)])
def test_no_vehicle_drives_two_rounds_at_once(orders: int, days: int) -> None:
    made = plan(orders, 5, days=days)
    told = pl.concat([batch(made, number)["legs"] for number in range(made.batches)])
    rounds = (
        told.drop_nulls("round")
        .group_by("vehicle", "round").agg(pl.col("start").min(), pl.col("end").max())
        .sort("vehicle", "start")
        .with_columns(pl.col("end").cum_max().shift(1).over("vehicle").alias("before"))
    )  # fmt: skip

    assert rounds.filter(pl.col("start") < pl.col("before")).height == 0
    # and vehicles come back: a fleet is no crowd of one-way lorries
    assert rounds["vehicle"].n_unique() < rounds.height * 0.97


def test_a_receipt_names_the_vehicle_of_its_round() -> None:
    made = batch(MADE, 0)
    driven = made["legs"].drop_nulls("round").select("round", "vehicle").unique()
    both = made["energy"].join(driven, on="round", how="left", suffix="_of_round")

    assert both["vehicle"].to_list() == both["vehicle_of_round"].to_list()


def test_cold_goods_never_fly_or_sail(legs: pl.DataFrame) -> None:
    cold = legs.filter(pl.col("cold") > 0)

    assert (
        cold.filter(pl.col("role").is_in([roles()[r] for r in ("rail", "air", "sea")])).height == 0
    )


def test_dressed_legs_use_only_words_of_the_fleet(legs: pl.DataFrame) -> None:
    told = dress(MADE, legs)
    words = {(r["mode"], r["vehicle_class"], r["energy_carrier"]) for r in table("fleet")}

    assert set(told.select("mode", "vehicle_class", "energy_carrier").iter_rows()) <= words
    assert told["distance_km"].null_count() == (legs["distance_m"] < 0).sum()
    assert ((told["load_factor"].drop_nulls() > 0) & (told["load_factor"].drop_nulls() < 1)).all()
