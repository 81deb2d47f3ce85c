"""Flows keep their amounts."""

from __future__ import annotations

from tanlu.report.svg.sankey import draw_sankey
from tanlu.terms import Chart


def test_flows_say_from_where_to_where_and_how_much() -> None:
    links = (("A →", "Road", 3.0), ("Road", "→ B", 3.0))
    canvas, _ = draw_sankey(Chart("sankey", "x", "t", links=links), 700)

    assert any("A → → Road: 3.00 t" in piece for piece in canvas.pieces)


def test_a_small_picture_is_lower_than_a_large_one() -> None:
    chart = Chart("sankey", "x", "t", links=(("A →", "Road", 3.0),))

    assert draw_sankey(chart, 334)[1] < draw_sankey(chart, 700)[1]
