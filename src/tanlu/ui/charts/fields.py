"""Heat fields (a matrix of values) and scatters (two values and a size)."""

from __future__ import annotations

import math
from typing import Any

from tanlu.report.svg import number, step
from tanlu.terms import Chart
from tanlu.ui.charts.parts import (
    CARD,
    HAIR,
    INK,
    SOFT,
    axis,
    categories,
    href,
    largest,
    paint,
    plain,
    said,
    tooltip,
    units,
)  # fmt: skip

__all__ = ["heat", "scatter"]

FEW = 12  # columns up to which each field says its value
BUBBLE = 28.0


def heat(chart: Chart) -> dict[str, Any]:
    """Give the options of a matrix: categories across, series down, colour by value."""
    top = largest(chart)
    data = [
        _field(chart, (column, row), (category, name), values[column], top)
        for row, (name, values) in enumerate(chart.series)
        for column, category in enumerate(chart.categories)
    ]
    across = categories(chart.categories) | {"axisLine": {"show": False}, "position": "top"}
    down = categories(tuple(name for name, _ in chart.series)) | {"inverse": True}
    down["axisLine"] = {"show": False}
    down["axisLabel"] = {"color": INK, "fontSize": 12, "width": 120, "overflow": "truncate"}
    return {
        "grid": {"left": 0, "right": 0, "top": 4, "bottom": 4, "containLabel": True},
        "tooltip": tooltip(trigger="item"), "xAxis": across, "yAxis": down,
        "series": [{
            "type": "heatmap", "data": data, "emphasis": {"disabled": True},
            "itemStyle": {"borderColor": CARD, "borderWidth": 2, "borderRadius": 4},
            "label": {"show": len(chart.categories) <= FEW, "fontSize": 11},
        }],
    }  # fmt: skip


def _field(
    chart: Chart, at: tuple[int, int], names: tuple[str, str], value: float, top: float
) -> dict[str, Any]:
    told = plain(f"{names[0]} · {names[1]}\n{said(value, top, chart.unit)}")
    found = {"tooltip": {"formatter": told}, **href(chart, names[0])}
    if math.isnan(value):
        style = {"color": CARD, "borderColor": HAIR, "borderWidth": 1, "borderType": "dashed"}
        label = {"formatter": "–", "color": SOFT}
        return found | {"value": [*at, 0], "itemStyle": style, "label": label}
    place = step(value, top)
    return found | {
        "value": [*at, value], "itemStyle": {"color": f"var(--i{place})"},
        "label": {"formatter": number(value, top), "color": f"var(--on{place})"},
    }  # fmt: skip


def scatter(chart: Chart) -> dict[str, Any]:
    """Give the options of points by two values; links between them are a front, in their order."""
    top = max((size for *_, size in chart.points), default=0.0)
    high = max((abs(y) for _, _, y, _ in chart.points), default=0.0)
    far = max((abs(x) for _, x, _, _ in chart.points), default=0.0)
    data = []
    for place, (name, x, y, size) in enumerate(chart.points):
        told = f"{name}\n{said(x, far, chart.right_unit)}\n{said(y, high, chart.unit)}"
        data.append({
            "name": name, "value": [x, y], "tooltip": {"formatter": plain(told)},
            "symbolSize": max(9.0, BUBBLE * math.sqrt(size / top)) if top and size else 9.0,
            "itemStyle": {"color": paint(chart, name, place)},
            "label": {"formatter": plain(name)}, **href(chart, name),
        })  # fmt: skip
    at = {name: [x, y] for name, x, y, _ in chart.points}
    front = [{"coords": [at[a], at[b]]} for a, b, _ in chart.links if a in at and b in at]
    along = axis() | {
        "name": chart.right_unit,
        "nameLocation": "end", "nameGap": 10,
        "nameTextStyle": {"color": SOFT, "fontSize": 11, "align": "left"},
        "splitLine": {"show": False}, "scale": True,
    }  # fmt: skip
    return {
        "grid": {"left": 0, "right": 26, "top": 26, "bottom": 4, "containLabel": True},
        "title": units(chart.unit), "tooltip": tooltip(trigger="item"),
        "xAxis": along, "yAxis": axis() | {"scale": True},
        "series": [
            {"type": "lines", "coordinateSystem": "cartesian2d", "data": front, "silent": True,
             "lineStyle": {"color": SOFT, "type": "dashed", "width": 1.2, "opacity": 0.8}},
            {"type": "scatter", "data": data, "itemStyle": {"opacity": 0.88},
             "label": {"show": True, "position": "right", "color": INK, "fontSize": 11,
                       "textBorderColor": CARD, "textBorderWidth": 3},
             "labelLayout": {"hideOverlap": True}},
        ],
    }  # fmt: skip
