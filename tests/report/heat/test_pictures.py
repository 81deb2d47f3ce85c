"""Heat as charts and rows."""

from __future__ import annotations

import math

import pytest

from tanlu.report.heat import heat, modes, ranking, regions, web
from tanlu.report.svg import GRID
from tanlu.store import open_workspace
from tanlu.ui.charts import options


@pytest.fixture(scope="module")
def found(network_books):
    return heat(open_workspace(network_books))


@pytest.mark.parametrize("by", ["lane", "where"])
def test_the_ranking_with_its_rest_sums_to_the_total(found, by: str) -> None:
    for step in (None, found.steps[0]):
        rows = ranking(found, step, by=by)

        assert sum(row["co2e_ug"] for row in rows) == int(found.at(step)["co2e_ug"].sum())
        assert sum(row["share"] for row in rows) == pytest.approx(100, abs=0.01)


def test_pictures_of_two_steps_are_on_one_scale(found) -> None:
    one, other = (web(found, step) for step in found.steps[:2])

    assert one.top == other.top
    assert one.unit == other.unit
    assert max(size for *_, size in one.points) <= one.top * (1 + 1e-9)


def test_every_lane_that_is_drawn_has_its_places_and_its_address(found) -> None:
    told = web(found, href=lambda a, b: f"/shipments?q={a}-{b}")
    places = {name for name, *_ in told.points}

    assert told.links
    assert all(a in places and b in places for a, b, _ in told.links)
    assert len(told.hrefs) == len(told.links) == len(told.roles)
    assert options(told)["series"][0]["data"][0]["href"].startswith("/shipments")


def test_all_34_units_are_tiles_and_one_without_emissions_is_no_zero(found) -> None:
    told = regions(found, language="zh")
    values = told.series[0][1]

    assert len(told.categories) == len(GRID) == 34
    assert any(math.isnan(value) for value in values)
    assert 0 not in values


def test_modes_of_a_step_are_those_of_the_period(found) -> None:
    assert modes(found, found.steps[0]).categories == modes(found).categories
