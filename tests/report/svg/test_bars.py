"""Bars are as long as their values."""

from __future__ import annotations

import re

from tanlu.report.svg.bars import draw_bars
from tanlu.terms import Chart


def widths(drawn: str) -> list[float]:
    return [float(w) for w in re.findall(r'<rect [^>]*width="([\d.]+)" height="14\.0"', drawn)]


def test_a_bar_is_as_long_as_its_value() -> None:
    canvas, height = draw_bars(Chart("bar", "x", "t", ("a", "b"), (("WTW", (4.0, 1.0)),)), 500)
    long, short = widths(canvas.close(height))

    assert round(long / short, 1) == 4.0


def test_assumed_parts_are_hatched_and_measured_ones_are_not() -> None:
    chart = Chart("stack", "x", "t", ("all",), (("Measured", (1.0,)), ("Default", (1.0,))))
    canvas, height = draw_bars(chart, 500)

    assert {"var(--default)"} == canvas.hatches
    assert "<pattern" in canvas.close(height)
