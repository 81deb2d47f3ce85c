"""The boundaries under a network."""

from __future__ import annotations

from tanlu.serve.maps import keep, outline
from tests.serve.maps.test_checking import SQUARE, geojson


def test_a_part_that_is_fetched_anew_carries_the_number_and_not_the_lines(asking, home) -> None:
    with home.state.of("home") as state:
        keep(state, outline(geojson(SQUARE)), "GS(2026)0001号")
    client = asking()
    whole = client.get("/zh/heatmap").text
    part = client.get("/zh/heatmap", headers={"hx-request": "true"}).text

    assert '"polyline":true' in whole
    assert '"polyline":true' not in part
    assert "GS(2026)0001号" in part
