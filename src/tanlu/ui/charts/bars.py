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
    highs = [upper for _, ranges in chart.bounds for _, upper in ranges]
    reach = max([top, *(high for high in highs if not math.isnan(high))])
    series = [_bar(chart, place, top) for place in range(len(chart.series))]
    if several or chart.bounds:
        series.append(_ends(chart, totals, top))
    names = categories(chart.categories) | {"inverse": True, "axisLine": {"show": False}}
    names["axisLabel"] = {"color": INK, "fontSize": 12, "width": 132, "overflow": "truncate"}
    return {
        "legend": legend(chart),
        "grid": {"left": 0, "right": 58, "top": 30 if several else 4, "bottom": 0,
                 "containLabel": True},
        "tooltip": tooltip(trigger="item"),
        # each bar says its value: an axis would say it again
        "xAxis": {"type": "value", "show": False, "max": round(reach, 6) if reach > 0 else None},
        "yAxis": names,
        "series": series + [_whiskers(chart, name) for name, _ in chart.bounds],
    }  # fmt: skip


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
        "label": {"show": not (several or chart.bounds), "position": "right", "color": SOFT,
                  "fontSize": 12},
        **({"stack": "all"} if several or chart.bounds else {}),
    }  # fmt: skip


def _ends(chart: Chart, totals: list[float], top: float) -> dict[str, Any]:
    """Give an unseen bar at the end of each, which says the total beyond its interval."""
    highs = [0.0] * len(totals)
    for _, ranges in chart.bounds:
        highs = [max(high, upper) for high, (_, upper) in zip(highs, ranges, strict=True)]
    known = [
        any(not math.isnan(values[i]) for _, values in chart.series) for i in range(len(totals))
    ]
    return {
        "type": "bar", "stack": "all", "silent": True, "barMinHeight": 0,
        "itemStyle": {"color": "transparent"}, "tooltip": {"show": False},
        "data": [
            {
                "value": rounded(max(0.0, high - total), top),
                "label": {"formatter": plain(number(total, top)) if told else "–"},
            }
            for total, high, told in zip(totals, highs, known, strict=True)
        ],
        "label": {"show": True, "position": "right", "color": SOFT, "fontSize": 12},
    }  # fmt: skip


def _whiskers(chart: Chart, name: str) -> dict[str, Any]:
    """Give the intervals of a series as thin lines across the ends of its bars."""
    ranges = dict(chart.bounds)[name]
    return {
        "type": "lines", "coordinateSystem": "cartesian2d", "silent": True, "z": 5,
        "symbol": "none", "lineStyle": {"color": INK, "width": 1.6, "opacity": 0.7},
        "data": [
            {"coords": [[lower, i], [upper, i]]}
            for i, (lower, upper) in enumerate(ranges)
            if not math.isnan(lower + upper)
        ],
    }  # fmt: skip
