"""Water and terminals lie where they lie."""

from __future__ import annotations

import pytest

from tanlu.track.modes.cuts.around import FAR_M, cell, nearby, terminals, water


@pytest.mark.parametrize(
    ("lat", "lon", "wet"), [(-400000000, -1400000000, 1), (350000000, 1050000000, 0)]
)
def test_the_pacific_is_water_and_gansu_is_not(lat: int, lon: int, wet: int) -> None:
    assert water()[cell(lat, lon)] == wet


def test_pudong_is_near_its_own_runway_and_nothing_is_near_in_the_ocean() -> None:
    told = terminals("airport")
    row, away = nearby(told.starts, told.lat, told.lon, 311434000, 1218052000)

    assert told.code[row] == "PVG"
    assert away < 5_000
    assert nearby(told.starts, told.lat, told.lon, -400000000, -1400000000) == (-1, FAR_M)
