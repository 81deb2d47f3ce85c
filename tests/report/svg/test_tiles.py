"""The provinces are complete and no tile lies on another."""

from __future__ import annotations

import math

from tanlu.report.svg.tiles import GRID, draw_tiles
from tanlu.report.words import texts
from tanlu.terms import Chart


def test_there_are_34_tiles_each_with_its_own_place_and_name() -> None:
    named = {key.removeprefix("place.") for key in texts() if key.startswith("place.CN-")}

    assert (len(GRID), len(set(GRID.values()))) == (34, 34)
    assert named == set(GRID)


def test_an_unknown_province_is_dashed_and_not_zero() -> None:
    chart = Chart("tiles", "x", "t", ("CN-SH 上海", "CN-XJ 新疆"), (("WTW", (0.0, math.nan)),))
    canvas, _ = draw_tiles(chart, 500)

    dashed = [piece for piece in canvas.pieces if "stroke-dasharray" in piece]
    assert len(dashed) == 33
    assert not any("上海" in piece for piece in dashed)
