"""Horizontal bars, single and stacked, with their intervals as whiskers."""

from __future__ import annotations

import math
from typing import Any

from tanlu.report.svg import number
from tanlu.terms import Chart
from tanlu.ui.charts.parts import (
    HATCH,
    INK,
    SOFT,
    axis,
    categories,
    hatched,
    href,
    largest,
    legend,
    paint,
    plain,
    rounded,
    said,
    tooltip,
)  # fmt: skip

__all__ = ["bars"]


def bars(chart: Chart) -> dict[str, Any]:
    """Give the options of a bar or stack chart."""
    several = len(chart.series) > 1
    totals = [
        math.fsum(max(values[i], 0.0) for _, values in chart.series if not math.isnan(values[i]))
        for i in range(len(chart.categories))
    ]
    top = max(totals, default=0.0) if several else largest(chart)
    series = [_bar(chart, place, top) for place in range(len(chart.series))]
    if several:
        series.append(_totals(totals, top))
    names = categories(chart.categories) | {"inverse": True, "axisLine": {"show": False}}
    names["axisLabel"] = {"color": INK, "fontSize": 12, "width": 132, "overflow": "truncate"}
    return {
        "legend": legend(chart),
        "grid": {"left": 0, "right": 58, "top": 30 if several else 4, "bottom": 0,
                 "containLabel": True},
        "tooltip": tooltip(trigger="item"),
        "xAxis": axis() | {"max": _head(top)}, "yAxis": names,
        "series": series + [_whiskers(chart, name) for name, _ in chart.bounds],
    }  # fmt: skip


def _head(top: float) -> float | None:
    """Give where the axis ends: at the largest bar, so that its label stands beside it."""
    return round(top, 6) if top > 0 else None


def _bar(chart: Chart, place: int, top: float) -> dict[str, Any]:
    name, values = chart.series[place]
    several = len(chart.series) > 1
    data: list[dict[str, Any]] = []
    for category, value in zip(chart.categories, values, strict=True):
        own = paint(chart, name if several else category, place if several else 0)
        mine = name if several else category
        told = f"{category} · {name}" if several else category
        data.append({
            "value": rounded(value, top),
            "itemStyle": {"color": own} | ({"decal": HATCH} if hatched(chart, mine) else {}),
            "label": {"formatter": plain(said(value, top, ""))},
            "tooltip": {"formatter": plain(f"{told}\n{said(value, top, chart.unit)}")},
            **href(chart, category),
        })  # fmt: skip
    return {
        "type": "bar", "name": name, "data": data, "barWidth": 14, "barMinHeight": 2,
        "color": paint(chart, name, place), "itemStyle": {"borderRadius": 2},
        "label": {"show": not several, "position": "right", "color": SOFT, "fontSize": 12},
        **({"stack": "all"} if several else {}),
    }  # fmt: skip


def _totals(totals: list[float], top: float) -> dict[str, Any]:
    """Give an empty bar at the end of each stack that says its total."""
    return {
        "type": "bar", "stack": "all", "silent": True, "barMinHeight": 0,
        "data": [
            {"value": 0, "label": {"formatter": number(total, top)}} for total in totals
        ],
        "label": {"show": True, "position": "right", "color": SOFT, "fontSize": 12},
    }  # fmt: skip


def _whiskers(chart: Chart, name: str) -> dict[str, Any]:
    """Give the intervals of a series as thin lines across the ends of its bars."""
    ranges = dict(chart.bounds)[name]
    return {
        "type": "lines", "coordinateSystem": "cartesian2d", "silent": True, "z": 5,
        "symbol": ["rect", "rect"], "symbolSize": [1.5, 8],
        "lineStyle": {"color": INK, "width": 1.5, "opacity": 0.75},
        "data": [
            {"coords": [[lower, i], [upper, i]]}
            for i, (lower, upper) in enumerate(ranges)
            if not math.isnan(lower + upper)
        ],
    }  # fmt: skip
