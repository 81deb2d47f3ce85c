"""The parks' meters: every hour, no gaps, sizes that follow the orders."""

from __future__ import annotations

import polars as pl

from tanlu.simulate.network import plan
from tanlu.simulate.sites import sites
from tanlu.simulate.stated import table

MADE = plan(60_000, 4, days=40)


def test_every_hour_is_read_once() -> None:
    meters = sites(MADE)["meters"]

    assert meters.height == 2 * 3 * 40 * 24
    assert meters.select("meter", "start").is_unique().all()


def test_grid_and_sun_make_the_stated_electricity() -> None:
    made = sites(MADE)
    grid = made["meters"].filter(pl.col("kind") == "grid")["kwh"].sum()
    wanted = sum(float(park["electricity_kwh_per_order"]) for park in table("park")) * 20_000

    assert wanted * 0.6 < grid < wanted


def test_there_is_no_sun_at_night() -> None:
    sun = sites(MADE)["sun"].filter(pl.col("start").dt.hour().is_in([0, 1, 2, 3, 22, 23]))

    assert sun["kwh"].sum() == 0


def test_refrigerant_is_topped_up_within_the_plan() -> None:
    found = sites(MADE)["refrigerants"]

    assert found.height == 3
    assert (found["kg"] > 0).all()


def test_the_same_seed_gives_the_same_meters() -> None:
    assert sites(MADE)["meters"].equals(sites(MADE)["meters"])


def test_a_month_tops_up_no_more_than_a_month_has_leaked() -> None:
    month, quarter = (plan(2_000 * days, 1, days=days) for days in (30, 90))
    kg = [sites(made)["refrigerants"]["kg"] for made in (month, quarter)]

    # grams are cut to whole ones
    assert [round(value, 3) for value in kg[0]] == [int(value * 1000 / 3) / 1000 for value in kg[1]]
