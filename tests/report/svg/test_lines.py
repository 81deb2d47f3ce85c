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


def test_curves_stand_on_the_axis_and_not_on_each_other() -> None:
    two = (("a", (1.0, 4.0)), ("b", (4.0, 1.0)))
    ends = {
        kind: canvas.close(height)
        for kind in ("line", "curve")
        for canvas, height in [draw_lines(Chart(kind, "x", "t", ("0 %", "1 %"), two), 334)]
    }

    # stacked they reach 5, so the axis goes to 6; bare ones reach 4
    assert ">6<" in ends["line"]
    assert ">6<" not in ends["curve"]
    assert ends["curve"].count('fill="none"') == 2
