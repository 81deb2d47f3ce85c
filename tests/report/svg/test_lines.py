"""Lines over time."""

from __future__ import annotations

import itertools
import re

from tanlu.report.svg.frame import wide
from tanlu.report.svg.lines import draw_lines
from tanlu.terms import Chart

DAYS = tuple(f"2026-10-{day:02d}" for day in range(1, 32))


def test_dates_are_thinned_until_none_touches_another() -> None:
    chart = Chart("line", "x", "t", DAYS, (("Road", tuple(float(n) for n in range(31))),))
    canvas, height = draw_lines(chart, 334)
    drawn = canvas.close(height)

    places = [float(x) for x in re.findall(r'x="([\d.]+)"[^>]*>\d\d-\d\d<', drawn)]
    assert len(places) > 2
    assert all(b - a > wide("10-01", 11) for a, b in itertools.pairwise(places))


def test_one_day_is_a_bar() -> None:
    canvas, _ = draw_lines(Chart("line", "x", "t", DAYS[:1], (("Road", (2.0,)),)), 334)

    assert any(piece.startswith("<rect") for piece in canvas.pieces)
