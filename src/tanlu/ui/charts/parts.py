"""What charts have in common: colours by role, axes, legend, tooltips, texts without marks."""

from __future__ import annotations

import math
from typing import Any

from tanlu.report.svg import colour, number
from tanlu.terms import Chart

__all__ = [
    "CARD", "FONT", "HAIR", "HATCH", "INK", "NO_DECALS", "SOFT", "axis", "categories", "href",
    "largest", "legend", "paint", "plain", "rounded", "said", "tooltip", "units",
]  # fmt: skip

INK, SOFT, HAIR, CARD = "var(--ink)", "var(--soft)", "var(--hair)", "var(--card)"
FONT = (
    "Inter Variable, Inter, system-ui, PingFang SC, HarmonyOS Sans SC, Noto Sans SC, "
    "Noto Sans CJK SC, Microsoft YaHei, sans-serif"
)
# what is assumed or missing is hatched; nothing else has a pattern
NO_DECALS = [{"symbol": "none"}]
HATCH = {
    "symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 3], "rotation": -0.7854,
    "color": "var(--card)",
}  # fmt: skip
HATCHED = frozenset({"default", "rest", "missing"})
MARKS = str.maketrans({"{": "（", "}": "）", "|": "｜"})  # they begin and end styles in rich texts


def plain(text: str) -> str:
    """Give a text in which nothing is a mark of rich text."""
    return text.translate(MARKS)


def paint(chart: Chart, label: str, place: int) -> str:
    """Give the colour of a label: its role in this chart, else in all, else the next one."""
    role = dict(chart.roles).get(label)
    return f"var(--{role})" if role else colour(label, place)


def hatched(chart: Chart, label: str) -> bool:
    """Whether what a label names is assumed or missing."""
    name = paint(chart, label, 0).removeprefix("var(--").removesuffix(")")
    return name in HATCHED


def href(chart: Chart, label: str) -> dict[str, str]:
    """Give the address of the records behind a label, for a point that can be followed."""
    found = dict(chart.hrefs).get(label)
    return {"href": found, "cursor": "pointer"} if found else {}


def largest(chart: Chart) -> float:
    """Give the largest value, for the digits of all."""
    values = [abs(v) for _, values in chart.series for v in values if not math.isnan(v)]
    return max(values, default=0.0)


def rounded(value: float, top: float) -> float | None:
    """Give a value with the digits that are seen beside the largest; None where none is known."""
    if math.isnan(value):
        return None
    if not top:
        return value
    return round(value, max(0, 4 - math.ceil(math.log10(top))))


def said(value: float, top: float, unit: str) -> str:
    """Give a value as a tooltip says it."""
    return "–" if math.isnan(value) else f"{number(value, top)} {unit}".strip()


def tooltip(**more: Any) -> dict[str, Any]:
    """Give a tooltip that needs no style of its own in the page."""
    return {
        "renderMode": "richText", "confine": True, "backgroundColor": CARD, "borderColor": HAIR,
        "borderWidth": 1, "padding": [8, 11], "textStyle": {"color": INK, "fontSize": 12}, **more,
    }  # fmt: skip


def legend(chart: Chart) -> dict[str, Any]:
    """Give the legend of a chart with several series."""
    if len(chart.series) < 2:
        return {"show": False}
    return {
        "show": True, "top": 0, "left": 0, "itemWidth": 10, "itemHeight": 10, "itemGap": 14,
        "icon": "roundRect", "type": "scroll", "data": [name for name, _ in chart.series],
        "textStyle": {"color": SOFT, "fontSize": 12}, "inactiveColor": HAIR,
        "pageIconColor": SOFT, "pageTextStyle": {"color": SOFT}, "itemStyle": {"decal": "none"},
    }  # fmt: skip


def axis(*, right: bool = False) -> dict[str, Any]:
    """Give an axis of values; its unit stands above it, as `units` writes it."""
    return {
        "type": "value", "splitNumber": 4,
        "axisLabel": {"color": SOFT, "fontSize": 11, "hideOverlap": True},
        "splitLine": {"show": not right, "lineStyle": {"color": HAIR}},
        "axisLine": {"show": False}, "axisTick": {"show": False},
    }  # fmt: skip


def units(left: str, right: str = "", *, top: int = 0) -> list[dict[str, Any]]:
    """Give the units above the axes: an axis's own name is cut where its figures are short."""
    style = {"color": SOFT, "fontSize": 11, "fontWeight": 400}
    found = [{"text": left, "left": -4, "top": top, "textStyle": style}]
    if right:
        found.append({"text": right, "right": -4, "top": top, "textStyle": style})
    return found


def categories(names: tuple[str, ...]) -> dict[str, Any]:
    """Give an axis of names; dates of one year lose their year."""
    if names and all(len(n) == 10 and n[:5] == names[0][:5] and n[4] == "-" for n in names):
        names = tuple(name[5:] for name in names)
    return {
        "type": "category", "data": list(names), "axisTick": {"show": False},
        "axisLabel": {"color": SOFT, "fontSize": 11, "hideOverlap": True},
        "axisLine": {"lineStyle": {"color": HAIR}},
    }  # fmt: skip
