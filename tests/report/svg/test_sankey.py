"""Flows keep their amounts."""

from __future__ import annotations

from itertools import pairwise

from tanlu.report.svg.frame import colour
from tanlu.report.svg.sankey import draw_sankey
from tanlu.terms import Chart


def test_flows_say_from_where_to_where_and_how_much() -> None:
    links = (("A →", "Road", 3.0), ("Road", "→ B", 3.0))
    canvas, _ = draw_sankey(Chart("sankey", "x", "t", links=links), 700)

    assert any("A → → Road: 3.00 t" in piece for piece in canvas.pieces)


def test_a_small_picture_is_lower_than_a_large_one() -> None:
    chart = Chart("sankey", "x", "t", links=(("A →", "Road", 3.0),))

    assert draw_sankey(chart, 334)[1] < draw_sankey(chart, 700)[1]


def test_the_labels_of_many_small_nodes_do_not_touch_and_stay_in_the_picture() -> None:
    names = [f"第 {i} 类：售出产品的报废与处置" for i in range(15)]
    links = tuple((name, "范围三", 1.0 if i else 9000.0) for i, name in enumerate(names))
    canvas, height = draw_sankey(Chart("sankey", "x", "t", links=links), 720)
    rows = sorted(y for _, y, text, *_ in canvas.words if text.startswith("第"))

    assert len(rows) == 15
    assert min(b - a for a, b in pairwise(rows)) >= 14
    assert max(rows) < height


def test_a_share_that_is_there_is_not_shown_as_nothing() -> None:
    chart = Chart("sankey", "x", "t", links=(("a", "c", 1.0), ("b", "c", 999.0)))
    canvas, _ = draw_sankey(chart, 720)

    assert "<1 %" in [text for *_, text, _, _ in canvas.words]


def test_scopes_have_the_colours_of_scopes() -> None:
    assert [colour(name, 0) for name in ("Scope 1", "范围二", "范围三")] == [
        "var(--scope1)", "var(--scope2)", "var(--scope3)",
    ]  # fmt: skip
