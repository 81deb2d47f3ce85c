"""China's 34 units as equal tiles: a statistical picture, not a map; the unknown is an outline."""

from __future__ import annotations

import math
from typing import Any

from tanlu.report.svg import GRID, compact, step, wide
from tanlu.terms import Chart
from tanlu.ui.charts.parts import CARD, HAIR, SOFT, href, plain, said, tooltip

__all__ = ["tiles"]

COLUMNS = 8
NARROW = 44.0  # width of a tile on a card [px]


def tiles(chart: Chart) -> dict[str, Any]:
    """Give the options of a tile grid; ``categories`` are ``CODE name``."""
    values = chart.series[0][1] if chart.series else ()
    known = {
        category.split(" ", 1)[0]: value
        for category, value in zip(chart.categories, values, strict=True)
        if not math.isnan(value)
    }
    names = dict(c.split(" ", 1) for c in chart.categories if " " in c)
    top = max(known.values(), default=0.0) if chart.top is None else chart.top
    data = [
        _tile(chart, code, names.get(code, code[3:]), known.get(code, math.nan), top)
        for code in GRID
    ]
    hidden = {
        "type": "category", "show": False, "data": [str(i) for i in range(COLUMNS)],
    }  # fmt: skip
    return {
        "grid": {"left": 0, "right": 0, "top": 0, "bottom": 0},
        "tooltip": tooltip(trigger="item"),
        "xAxis": hidden, "yAxis": hidden | {"inverse": True},
        "series": [{
            "type": "heatmap", "data": data,
            "itemStyle": {"borderColor": CARD, "borderWidth": 3, "borderRadius": 7},
            "label": {
                "show": True, "lineHeight": 14,
                "rich": {"v": {"fontSize": 10}, "n": {"fontSize": 11, "fontWeight": 600}},
            },
            "emphasis": {"disabled": True},
        }],
    }  # fmt: skip


def _tile(chart: Chart, code: str, name: str, value: float, top: float) -> dict[str, Any]:
    column, row = GRID[code]
    brief = plain(name if wide(name, 11) <= NARROW else code[3:])
    found: dict[str, Any] = {
        "name": name,
        "tooltip": {"formatter": plain(f"{name}\n{said(value, top, chart.unit)}")},
        **href(chart, code),
    }
    if math.isnan(value):
        # nothing known is not zero: an outline, without a colour of the ramp
        style = {"color": CARD, "borderColor": HAIR, "borderWidth": 1, "borderType": "dashed"}
        label = {"formatter": f"{{n|{brief}}}", "color": SOFT}
        return found | {"value": [column, row, 0], "itemStyle": style, "label": label}
    place = step(value, top)
    return found | {
        "value": [column, row, value],
        "itemStyle": {"color": f"var(--i{place})"},
        "label": {
            "formatter": f"{{n|{brief}}}\n{{v|{compact(value)}}}", "color": f"var(--on{place})",
        },
    }  # fmt: skip
