from __future__ import annotations

import math

import pytest

from tanlu.terms import Chart
from tanlu.ui.charts import options
from tanlu.ui.charts.network import project
from tests.ui.charts.samples import SAMPLES


@pytest.mark.parametrize("latitude", [20.0, 35.0, 50.0])
def test_an_area_is_as_large_as_it_is_on_earth(latitude: float) -> None:
    def area(corners: list[tuple[float, float]]) -> float:
        pairs = zip(corners, corners[1:] + corners[:1], strict=True)
        return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2

    side = 0.25
    corners = [(110.0, latitude), (110 + side, latitude), (110 + side, latitude + side),
               (110.0, latitude + side)]  # fmt: skip
    drawn = area([project(*corner) for corner in corners])
    band = math.sin(math.radians(latitude + side)) - math.sin(math.radians(latitude))
    true = 6.371**2 * math.radians(side) * band

    assert drawn == pytest.approx(true, rel=0.01)


def test_north_is_above_and_east_is_right() -> None:
    assert project(116.4, 39.9)[1] > project(113.3, 23.1)[1]
    assert project(121.5, 31.2)[0] > project(104.1, 30.7)[0]


def test_no_border_is_drawn() -> None:
    geo = options(SAMPLES["network"])["geo"]

    assert geo["map"] == "blank"
    assert geo["itemStyle"]["opacity"] == 0


def test_a_lane_has_the_colour_of_its_mode_and_flights_are_dashed() -> None:
    lanes = options(SAMPLES["network"])["series"][0]["data"]

    assert len(lanes) == 1  # a lane to a place that is not there is none
    assert lanes[0]["lineStyle"]["color"] == "var(--air)"
    assert lanes[0]["lineStyle"]["type"] == "dashed"
    assert lanes[0]["tooltip"]["formatter"] == "Xi'an → Shanghai\n310 tCO₂e"


def test_a_network_that_leaves_china_is_drawn_on_the_whole_earth() -> None:
    chart = Chart("network", "t", "t", points=(("Rotterdam", 4.5, 51.9, 1.0),
                                               ("Shanghai", 121.5, 31.2, 1.0)))  # fmt: skip
    corner, other = options(chart)["geo"]["boundingCoords"]

    assert corner[0] < 4.5 / 20 < 121.5 / 20 < other[0]
    assert corner[1] > other[1]


def test_an_empty_network_has_a_canvas_too() -> None:
    assert options(Chart("network", "t", "t"))["geo"]["boundingCoords"]
