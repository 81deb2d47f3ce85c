"""Areas and curves over time: intervals as bands, what is forecast dashed, gaps left open."""

from __future__ import annotations

import math
from typing import Any

from tanlu.terms import Chart
from tanlu.ui.charts.parts import (
    HAIR,
    INK,
    SOFT,
    axis,
    categories,
    largest,
    legend,
    paint,
    rounded,
    tooltip,
    units,
)  # fmt: skip

__all__ = ["lines"]


def lines(chart: Chart) -> dict[str, Any]:
    """Give the options of a line (stacked areas) or curve chart."""
    series: list[dict[str, Any]] = []
    for place, (name, values) in enumerate(chart.series):
        series += _band(chart, name, paint(chart, name, place))
        series += _line(chart, place, name, values)
    if chart.forecast is not None and series:
        series[0]["markArea"] = _unmeasured(chart, chart.forecast)
    scales = [axis()]
    if chart.right:
        scales.append(axis(right=True))
    dates = categories(chart.categories) | {"boundaryGap": False}
    # the last one ends where the curve does, and is not cut
    dates["axisLabel"] |= {"alignMaxLabel": "right"}
    top = 46 if len(chart.series) > 1 else 26
    return {
        "legend": legend(chart),
        "title": units(chart.unit, chart.right_unit, top=20 if len(chart.series) > 1 else 0),
        "grid": {"left": 0, "right": 0 if chart.right else 10, "top": top, "bottom": 0,
                 "containLabel": True},
        "tooltip": tooltip(
            trigger="axis", order="seriesDesc" if chart.kind == "line" else "seriesAsc",
            axisPointer={"type": "line", "lineStyle": {"color": SOFT, "width": 1}},
        ),
        "xAxis": dates, "yAxis": scales, "series": series,
    }  # fmt: skip


def _line(chart: Chart, place: int, name: str, values: tuple[float, ...]) -> list[dict[str, Any]]:
    own = paint(chart, name, place)
    right = name in chart.right
    area = chart.kind == "line" and not right and name not in chart.over
    dashed = right
    found: dict[str, Any] = {
        "type": "line", "name": name, "color": own, "showSymbol": len(values) < 2,
        "symbolSize": 6, "smooth": 0.2 if len(values) > 40 else False, "sampling": "lttb",
        "data": [rounded(v, largest(chart)) for v in values],
        "lineStyle": {"width": 0 if area else 2, "type": "dashed" if dashed else "solid"},
        "emphasis": {"disabled": True},
        # whoever shows the tooltip writes the unit behind the value
        "tooltip": {"unit": chart.right_unit if right else chart.unit},
        "connectNulls": False, "z": 2 if area else 3,
    }  # fmt: skip
    if area:
        found |= {"stack": "all", "areaStyle": {"opacity": 0.82, "color": own}}
    if right:
        found["yAxisIndex"] = 1
    if name in chart.over:
        found |= {"color": INK}
    if chart.forecast is not None and not area and not dashed:
        return _forecast(found, chart.forecast)
    return [found]


def _forecast(line: dict[str, Any], start: int) -> list[dict[str, Any]]:
    """Give a line in two pieces, dashed where it is not measured: ECharts has one style a line."""
    values = line["data"]
    # the dashed piece begins where the other ends, and does not say that value again
    rest = [None] * (start - 1) + values[max(start - 1, 0) :]
    ahead = line | {"data": rest, "lineStyle": line["lineStyle"] | {"type": [4, 4]}}
    return [line | {"data": values[:start] + [None] * (len(values) - start)}, ahead]


def _unmeasured(chart: Chart, start: int) -> dict[str, Any]:
    last = len(chart.categories) - 1
    return {
        "silent": True, "itemStyle": {"color": HAIR, "opacity": 0.35},
        "data": [[{"xAxis": start}, {"xAxis": last}]],
    }  # fmt: skip


def _band(chart: Chart, name: str, own: str) -> list[dict[str, Any]]:
    """Give an interval as two lines that nobody sees with the colour between them."""
    ranges = dict(chart.bounds).get(name)
    if ranges is None:
        return []
    top = largest(chart)
    unseen = {
        "type": "line", "silent": True, "symbol": "none", "lineStyle": {"opacity": 0},
        "stack": f"band {name}", "stackStrategy": "all", "tooltip": {"show": False}, "z": 1,
    }  # fmt: skip
    lower = [rounded(low, top) for low, _ in ranges]
    width = [rounded(math.nan if math.isnan(a + b) else b - a, top) for a, b in ranges]
    return [
        unseen | {"data": lower},
        unseen | {"data": width, "areaStyle": {"color": own, "opacity": 0.16}},
    ]
