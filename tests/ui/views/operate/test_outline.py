"""The boundaries under a network."""

from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.maps import keep, outline
from tests.serve.maps.test_checking import SQUARE, features, geojson
from tests.ui import browsing


def test_a_part_that_is_fetched_anew_carries_the_number_and_not_the_lines(asking, home) -> None:
    with home.state.of("home") as state:
        keep(state, outline(geojson(SQUARE)), "GS(2026)0001号")
    client = asking()
    whole = client.get("/zh/heatmap").text
    part = client.get("/zh/heatmap", headers={"hx-request": "true"}).text

    assert '"polyline":true' in whole
    assert '"polyline":true' not in part
    assert "GS(2026)0001号" in part


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


UNITS = {
    "CN-GD": box(110, 21, 117, 25), "CN-SN": box(106, 32, 111, 39), "CN-BJ": box(115, 39, 118, 41),
    "CN-MO": box(80, 28, 98, 35),
}  # fmt: skip


def supplied(home) -> None:
    named = [({"code": code}, [[ring]]) for code, ring in UNITS.items()]
    with home.state.of("home") as state:
        keep(state, outline(features(*named)), "GS(2026)0001号")


def options_of(client, name: str, **headers: str) -> dict:
    found = LexborHTMLParser(client.get("/en/heatmap", headers=headers).text)
    return json.loads(found.css_first(f"#{name} [data-chart] script").text())


def test_regions_are_filled_in_the_colours_of_their_values(asking, home) -> None:
    supplied(home)
    client = asking()
    geo, tiles = (options_of(client, name) for name in ("map", "tiles"))
    geo = geo["geo"]
    regions = {each["name"]: each for each in geo["regions"]}
    assert set(regions) == set(UNITS)
    assert geo["areas"] == {code: [[at]] for at, code in enumerate(UNITS)}
    # the same step of the same ramp as the tile of that unit, and the same words
    same = {each["name"]: each for each in tiles["series"][0]["data"]}
    for code, name in (("CN-GD", "Guangdong"), ("CN-BJ", "Beijing")):
        colour = same[name]["itemStyle"]["color"]
        assert colour.startswith("var(--i")
        assert regions[code]["itemStyle"]["areaColor"] == colour
        assert regions[code]["tooltip"]["formatter"].startswith(name)
    # of what nothing is known nothing is filled
    assert regions["CN-MO"]["itemStyle"]["areaColor"] == "transparent"
    # another step brings colours and no boundaries
    part = options_of(client, "map", **{"hx-request": "true"})["geo"]
    assert "areas" not in part
    assert [each["name"] for each in part["regions"]] == list(UNITS)


def test_without_a_map_nothing_is_filled_and_the_blank_one_is_said(asking) -> None:
    geo = options_of(asking(), "map")["geo"]
    assert geo["map"] == "blank"
    assert "regions" not in geo


@pytest.mark.browser
def test_the_filled_map_is_drawn_with_the_number_of_its_approval(chromium, site, home) -> None:
    supplied(home)
    with browsing.opened(chromium, site(), "/zh/heatmap") as (page, seen):
        page.wait_for_selector("html[data-ready]")
        browsing.keep(page, "heatmap-filled")
        assert "GS(2026)0001号" in page.locator("#map .chart-area").text_content()
        style = "getComputedStyle(document.documentElement).getPropertyValue('--i5').trim()"
        assert page.locator(f"#map .chart-area path[fill='{page.evaluate(style)}']").count() >= 1
        seen.quiet()


def test_a_picture_without_a_browser_is_filled_too(asking, home) -> None:
    from tanlu.ui.frame.files import pictures

    supplied(home)
    if pictures() is None:
        pytest.skip("no engine here")
    text = asking().get("/en/heatmap?chart=map&as=svg").text
    assert "GS(2026)0001号" in text
    blank = text.count("<path")
    with home.state.of("home") as state:
        from tanlu.serve.maps import drop

        drop(state)
    assert blank > asking().get("/en/heatmap?chart=map&as=svg").text.count("<path") + 2
