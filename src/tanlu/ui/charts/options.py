"""A chart record as options of ECharts: plain JSON, no function, every label a text.

Colours stand as the names of the style sheet (``var(--road)``); who draws puts the theme's in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tanlu.errors import TanluError
from tanlu.terms import Chart
from tanlu.ui.charts.bars import bars
from tanlu.ui.charts.fields import heat, scatter
from tanlu.ui.charts.flows import flows
from tanlu.ui.charts.lines import lines
from tanlu.ui.charts.network import network
from tanlu.ui.charts.parts import FONT, INK, NO_DECALS
from tanlu.ui.charts.tiles import tiles

__all__ = ["options"]

KINDS: dict[str, Callable[[Chart], dict[str, Any]]] = {
    "bar": bars, "stack": bars, "line": lines, "curve": lines, "sankey": flows, "tiles": tiles,
    "heat": heat, "scatter": scatter, "network": network,
}  # fmt: skip


def options(chart: Chart, language: str = "zh") -> dict[str, Any]:
    """Give the options that draw a chart.

    Parameters
    ----------
    chart
        What to draw.
    language
        Tongue of the few words that the options themselves need.

    Raises
    ------
    TanluError
        TL802 when there is no such kind of chart.
    """
    if chart.kind not in KINDS:
        raise TanluError("TL802", value=chart.kind, known=", ".join(sorted(KINDS)))
    stop = "，" if language == "zh" else ", "
    return {
        "textStyle": {"fontFamily": FONT, "fontSize": 12, "color": INK},
        "aria": {
            "enabled": True, "label": {"description": f"{chart.title}{stop}{chart.unit}"},
            "decal": {"show": True, "decals": NO_DECALS},
        },
        "animationDuration": 300,
        **KINDS[chart.kind](chart),
    }  # fmt: skip
