"""Places are real, regions are apart, lanes can be travelled either way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from tanlu.simulate.journeys.atlas import (
    WIDE,
    Crossing,
    Place,
    lanes,
    near,
    places,
    turned,
    voyage,
    within,
    yard,
)
from tanlu.simulate.journeys.earth import bearing
from tanlu.terms.place import crossings, points


@pytest.mark.parametrize("kind", ["city", "port", "airport"])
def test_fit_and_test_have_no_place_in_common_and_the_world_has_both(kind: str) -> None:
    fit, test, world = (set(places(kind, region)) for region in ("fit", "test", "world"))

    assert (fit & test, fit | test) == (set(), world)
    assert min(len(fit), len(test)) > 20


@pytest.mark.parametrize("mode", ["train", "truck", "inland"])
def test_fit_and_test_have_no_lane_and_no_crossing_in_common(mode: str) -> None:
    fit, test = (
        {each.place.code for lane in lanes(mode, region) for each in lane.way
         if isinstance(each, Crossing)}
        for region in ("fit", "test")
    )  # fmt: skip

    assert fit & test == set()
    assert {lane.name for lane in lanes(mode, "fit")} & {
        lane.name for lane in lanes(mode, "test")
    } == set()


@pytest.mark.parametrize("mode", ["train", "truck", "inland"])
def test_the_countries_of_a_lane_follow_one_another(mode: str) -> None:
    wrong = []
    for lane in lanes(mode, "world"):
        for each in (lane, turned(lane)):
            country = each.way[0].country
            for step in each.way[1:]:
                if isinstance(step, Crossing):
                    wrong += [] if step.before == country else [(each.name, step.place.code)]
                    country = step.after
                elif step.country != country:
                    wrong.append((each.name, step.name))

    assert wrong == []


def test_a_lane_turned_twice_is_itself() -> None:
    for lane in lanes("train", "world"):
        assert turned(turned(lane)) == lane


def test_gauges_change_where_they_do() -> None:
    breaks = {
        each.place.code for lane in lanes("train", "world") for each in lane.way
        if isinstance(each, Crossing) and each.breaks
    }  # fmt: skip
    table = crossings().filter(mode="rail")
    changed = table.filter(table["gauge_mm_a"] != table["gauge_mm_b"])["code"]

    assert breaks <= set(changed)
    assert {"alashankou.rail", "khorgos.rail", "brest.rail", "irun.rail"} <= breaks


def test_near_is_as_far_as_asked_in_the_same_country() -> None:
    here = places("city", "world")[0]
    rng = np.random.default_rng(1)
    for _ in range(20):
        found = near(here, "city", "world", (50e3, 600e3), rng)
        if found is not None:
            assert found.country == here.country
            assert 50e3 <= bearing(here.here, found.here)[0] <= 600e3


def test_a_rail_terminal_is_one_of_un_locode_near_its_town() -> None:
    rail = set(points().filter((pl.col("functions") & 2) > 0)["code"])
    towns = [each for each in places("city", "fit") if each.country in WIDE][::3]
    yards = [yard(town) for town in towns]
    real = [each for each in yards if each.code in rail]

    assert {each.terminal for each in yards} == {"rail"}
    assert all(within(each.code, "fit") for each in yards)
    assert len(real) / len(towns) > 0.35
    for town, each in zip(towns, yards, strict=True):
        assert bearing(town.here, each.here)[0] <= 30_500
        assert (each.country, each in real or each.code == town.code) == (town.country, True)


def test_nothing_is_near_an_island_of_its_own() -> None:
    lonely = Place("X", "X", "XX", 0.0, -150.0, "site")

    assert near(lonely, "city", "world", (0, 1e6), np.random.default_rng(1)) is None


def test_a_voyage_keeps_to_the_sea_network() -> None:
    # Shanghai to Rotterdam by Suez: about 19,500 km
    line = voyage((312000000, 1215000000), (519500000, 41400000))
    far = sum(bearing(a, b)[0] for a, b in pairwise(line))

    assert far / 1e6 == pytest.approx(19.5, rel=0.03)
    assert abs(np.diff([lon for _, lon in line])).max() < 40


def test_about_half_of_all_codes_belong_to_each_region() -> None:
    share = np.mean([within(place.code, "fit") for place in places("city", "world")])

    assert share == pytest.approx(0.5, abs=0.05)
