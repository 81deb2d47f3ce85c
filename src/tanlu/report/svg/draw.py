"""One picture of any chart record."""

from __future__ import annotations

from collections.abc import Callable

from tanlu.errors import TanluError
from tanlu.report.svg.bars import draw_bars
from tanlu.report.svg.frame import Canvas
from tanlu.report.svg.lines import draw_lines
from tanlu.report.svg.sankey import draw_sankey
from tanlu.report.svg.tiles import draw_tiles
from tanlu.terms import Chart

__all__ = ["drawn", "picture"]

DRAWERS: dict[str, Callable[[Chart, float], tuple[Canvas, float]]] = {
    "bar": draw_bars,
    "stack": draw_bars,
    "line": draw_lines,
    "curve": draw_lines,
    "sankey": draw_sankey,
    "tiles": draw_tiles,
}


def picture(chart: Chart, width: float = 720, *, standalone: bool = True) -> str:
    """Give a chart as SVG text.

    Parameters
    ----------
    chart
        What to draw: kind bar, stack, line, curve, sankey or tiles.
    width
        Width of the picture [px]; texts keep their size, so ask for the width it will have.
    standalone
        With its own colours and fonts, for a file; without, for a page that has them.

    Raises
    ------
    TanluError
        TL802 when there is no such kind of chart.
    """
    canvas, height = drawn(chart, width)
    return canvas.close(height, standalone=standalone)


def drawn(chart: Chart, width: float) -> tuple[Canvas, float]:
    """Give the canvas with a chart on it, and its height [px]: for who sets its words himself.

    Raises
    ------
    TanluError
        TL802 when there is no such kind of chart.
    """
    if chart.kind not in DRAWERS:
        raise TanluError("TL802", value=chart.kind, known=", ".join(sorted(DRAWERS)))
    return DRAWERS[chart.kind](chart, width)
