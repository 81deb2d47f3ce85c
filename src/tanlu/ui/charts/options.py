"""A chart record as options of ECharts: plain JSON, no function, every label a text.

Colours stand as the names of the style sheet (``var(--road)``); who draws puts the theme's in.
"""

from __future__ import annotations

import math
from typing import Any

from tanlu.report import colour, number
from tanlu.terms import Chart

__all__ = ["options"]

INK, SOFT, HAIR, CARD = "var(--ink)", "var(--soft)", "var(--hair)", "var(--card)"
FONT = (
    "Inter Variable, Inter, system-ui, PingFang SC, HarmonyOS Sans SC, Noto Sans SC, "
    "Noto Sans CJK SC, Microsoft YaHei, sans-serif"
)
HATCH = {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 4], "rotation": -0.7854}


def options(chart: Chart, language: str = "zh") -> dict[str, Any]:
    """Give the options that draw a chart.

    Parameters
    ----------
    chart
        What to draw.
    language
        Tongue of the few words that the options themselves need.
    """
    made = {
        "bar": _bars, "stack": _bars, "line": _lines, "curve": _lines, "sankey": _sankey,
        "tiles": _bars,
    }[chart.kind](chart)  # fmt: skip
    stop = "，" if language == "zh" else ", "
    return {
        "textStyle": {"fontFamily": FONT, "fontSize": 12, "color": INK},
        "aria": {"enabled": True, "label": {"description": f"{chart.title}{stop}{chart.unit}"}},
        "animationDuration": 300,
        **made,
    }


def _tooltip(**more: Any) -> dict[str, Any]:
    return {
        "renderMode": "richText", "confine": True, "backgroundColor": CARD, "borderColor": HAIR,
        "textStyle": {"color": INK, "fontSize": 12}, **more,
    }  # fmt: skip


def _legend(chart: Chart) -> dict[str, Any]:
    if len(chart.series) < 2:
        return {"show": False}
    return {
        "show": True, "top": 0, "left": 0, "itemWidth": 10, "itemHeight": 10, "itemGap": 14,
        "icon": "roundRect", "textStyle": {"color": SOFT, "fontSize": 12},
    }  # fmt: skip


def _axis(name: str = "") -> dict[str, Any]:
    return {
        "type": "value", "name": name, "nameTextStyle": {"color": SOFT, "align": "right"},
        "axisLabel": {"color": SOFT}, "splitLine": {"lineStyle": {"color": HAIR}},
        "axisLine": {"show": False}, "axisTick": {"show": False},
    }  # fmt: skip


def _categories(chart: Chart) -> dict[str, Any]:
    return {
        "type": "category", "data": list(chart.categories), "axisTick": {"show": False},
        "axisLabel": {"color": SOFT, "hideOverlap": True},
        "axisLine": {"lineStyle": {"color": HAIR}},
    }  # fmt: skip


def _value(value: float) -> float | None:
    return None if math.isnan(value) else value


def _grid(chart: Chart) -> dict[str, Any]:
    top = 34 if len(chart.series) > 1 else 18
    return {"left": 4, "right": 12, "top": top, "bottom": 4, "containLabel": True}


def _bars(chart: Chart) -> dict[str, Any]:
    largest = max((abs(v) for _, vs in chart.series for v in vs if not math.isnan(v)), default=0.0)
    stacked = chart.kind == "stack" or len(chart.series) > 1
    series = []
    for place, (name, values) in enumerate(chart.series):
        paint = colour(name, place)
        data = [
            {"value": _value(v), "label": {"formatter": number(v, largest)}}
            if not math.isnan(v) else {"value": None}
            for v in values
        ]  # fmt: skip
        series.append({
            "type": "bar", "name": name, "data": data, "barMaxWidth": 18,
            "stack": "all" if stacked else None, "itemStyle": {"color": paint, "borderRadius": 2},
            "label": {"show": not stacked, "position": "right", "color": SOFT, "fontSize": 12},
        })  # fmt: skip
    names = _categories(chart) | {"inverse": True, "axisLine": {"show": False}}
    names["axisLabel"] = {"color": INK, "width": 150, "overflow": "truncate"}
    return {
        "legend": _legend(chart), "grid": _grid(chart) | {"right": 12 if stacked else 56},
        "tooltip": _tooltip(trigger="axis", axisPointer={"type": "shadow"}),
        "xAxis": _axis() | {"axisLabel": {"color": SOFT, "hideOverlap": True}},
        "yAxis": names, "series": series,
    }  # fmt: skip


def _lines(chart: Chart) -> dict[str, Any]:
    area = chart.kind == "line"
    series = [
        {
            "type": "line", "name": name, "data": [_value(v) for v in values], "showSymbol": False,
            "stack": "all" if area else None, "areaStyle": {"opacity": 0.75} if area else None,
            "lineStyle": {"width": 0 if area else 2}, "color": colour(name, place),
            "emphasis": {"focus": "series"},
        }
        for place, (name, values) in enumerate(chart.series)
    ]  # fmt: skip
    return {
        "legend": _legend(chart), "grid": _grid(chart) | {"top": 44},
        "tooltip": _tooltip(trigger="axis"),
        "xAxis": _categories(chart) | {"boundaryGap": False}, "yAxis": _axis(chart.unit),
        "series": series,
    }  # fmt: skip


def _sankey(chart: Chart) -> dict[str, Any]:
    links = [link for link in chart.links if link[2] > 0]
    into: dict[str, float] = {}
    out: dict[str, float] = {}
    for source, target, value in links:
        out[source] = out.get(source, 0.0) + value
        into[target] = into.get(target, 0.0) + value
    names = list(dict.fromkeys(name for source, target, _ in links for name in (source, target)))
    total = sum(value for name, value in out.items() if name not in into) or 1.0
    nodes = []
    for place, name in enumerate(names):
        size = max(into.get(name, 0.0), out.get(name, 0.0))
        last = name not in out
        nodes.append({
            "name": name, "value": size, "itemStyle": {"color": colour(name, place)},
            "label": {
                "position": "left" if last else "right",
                "formatter": f"{{b|{name}}} {{v|{number(size, total)} · {size / total:.0%}}}",
            },
        })  # fmt: skip
    rich = {"b": {"fontWeight": 600, "color": INK}, "v": {"color": SOFT}}
    return {
        "tooltip": _tooltip(trigger="item"),
        "series": [{
            "type": "sankey", "left": 0, "right": 0, "top": 6, "bottom": 6, "nodeWidth": 9,
            "nodeGap": 16, "draggable": False, "layoutIterations": 64, "data": nodes,
            "links": [{"source": s, "target": t, "value": v} for s, t, v in links],
            "lineStyle": {"color": "gradient", "opacity": 0.3, "curveness": 0.5},
            "label": {"rich": rich, "fontSize": 12, "textBorderColor": CARD, "textBorderWidth": 3},
            "emphasis": {"focus": "adjacency"},
        }],
    }  # fmt: skip
