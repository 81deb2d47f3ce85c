"""Sankey: where a total comes from and where it goes; every node says its value and share."""

from __future__ import annotations

from typing import Any

from tanlu.report.svg import number, wide
from tanlu.terms import Chart
from tanlu.ui.charts.parts import CARD, INK, SOFT, href, paint, plain, said, tooltip

__all__ = ["flows"]

SMALL = 0.004  # share below which a label says more than its node


def flows(chart: Chart) -> dict[str, Any]:
    """Give the options of a Sankey chart."""
    links = [link for link in chart.links if link[2] > 0]
    into: dict[str, float] = {}
    out: dict[str, float] = {}
    for source, target, value in links:
        out[source] = out.get(source, 0.0) + value
        into[target] = into.get(target, 0.0) + value
    names = list(dict.fromkeys(name for source, target, _ in links for name in (source, target)))
    total = sum(value for name, value in out.items() if name not in into) or 1.0
    nodes, ends = [], [0.0]
    for place, name in enumerate(names):
        size = max(into.get(name, 0.0), out.get(name, 0.0))
        told = f"{number(size, total)} · {_share(size / total)}"
        if name not in out:
            ends.append(wide(f"{name} {told}"))
        nodes.append({
            "name": name, "itemStyle": {"color": paint(chart, name, place), "borderWidth": 0},
            "label": {"formatter": f"{{b|{plain(name)}}} {{v|{told}}}",
                      "show": size / total >= SMALL},
            "tooltip": {"formatter": plain(f"{name}\n{number(size, total)} {chart.unit} · "
                                           f"{_share(size / total)}")},
            **href(chart, name),
        })  # fmt: skip
    last = max(ends) + 12
    return {
        "tooltip": tooltip(trigger="item"),
        "series": [{
            "type": "sankey", "left": 0, "right": round(last), "top": 6, "bottom": 6,
            "nodeWidth": 9, "nodeGap": 18, "draggable": False, "layoutIterations": 48,
            "data": nodes,
            "links": [_link(chart, link, total) for link in links],
            "lineStyle": {"color": "gradient", "opacity": 0.28, "curveness": 0.5},
            "label": {
                "fontSize": 12, "textBorderColor": CARD, "textBorderWidth": 3, "position": "right",
                "rich": {"b": {"fontWeight": 600, "color": INK}, "v": {"color": SOFT}},
            },
            "labelLayout": {"hideOverlap": True},
            "emphasis": {"focus": "adjacency", "lineStyle": {"opacity": 0.5}},
            "blur": {"itemStyle": {"opacity": 0.4}, "lineStyle": {"opacity": 0.1}},
        }],
        # on a phone the last labels take too much: they stand over the flows
        "media": [{
            "query": {"maxWidth": 480},
            "option": {"series": [{
                "right": 84, "nodeGap": 14,
                "label": {"fontSize": 11, "width": 92, "overflow": "truncate"},
            }]},
        }],
    }  # fmt: skip


def _share(part: float) -> str:
    return f"{part:.0%}" if part >= 0.01 else f"{part:.1%}"


def _link(chart: Chart, link: tuple[str, str, float], total: float) -> dict[str, Any]:
    source, target, value = link
    told = f"{source} → {target}\n{said(value, total, chart.unit)} · {_share(value / total)}"
    return {
        "source": source, "target": target, "value": value,
        "tooltip": {"formatter": plain(told)}, **href(chart, f"{source}→{target}"),
    }  # fmt: skip
