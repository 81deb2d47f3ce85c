"""Sankey: where a total comes from and where it goes; every node says its value and share."""

from __future__ import annotations

from typing import Any

from tanlu.report.svg import fit, number, wide
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
    sizes = {name: max(into.get(name, 0.0), out.get(name, 0.0)) for name in names}
    nodes = [_node(chart, name, place, sizes[name], total) for place, name in enumerate(names)]
    ends = [name for name in names if name not in out]
    told = [wide(f"{name} {_said(sizes[name], total)}") + 16 for name in ends]
    broad = {"right": round(max(told, default=0)), "nodeGap": 18, "data": nodes}
    # on a phone the share stands below its name
    slim = {
        "right": round(min(max(map(wide, ends), default=0) + 14, 110)), "nodeGap": 16,
        "data": [node | {"label": node["label"] | {"formatter": _slim(node, sizes, total)}}
                 for node in nodes],
    }  # fmt: skip
    return {
        "tooltip": tooltip(trigger="item"),
        "series": [{
            "type": "sankey", "left": 0, "top": 6, "bottom": 6, **broad,
            "nodeWidth": 9, "draggable": False, "layoutIterations": 48,
            "links": [_link(chart, link, total) for link in links],
            "lineStyle": {"color": "gradient", "opacity": 0.28, "curveness": 0.5},
            "label": {
                "fontSize": 12, "textBorderColor": CARD, "textBorderWidth": 3, "position": "right",
                "rich": {"b": {"fontWeight": 600, "color": INK},
                         "v": {"color": SOFT, "padding": [0, 0, 0, 5]},
                         "s": {"color": SOFT, "fontSize": 11}},
            },
            "labelLayout": {"hideOverlap": True},
            "emphasis": {"focus": "adjacency", "lineStyle": {"opacity": 0.5}},
            "blur": {"itemStyle": {"opacity": 0.4}, "lineStyle": {"opacity": 0.1}},
        }],
        "media": [
            {"query": {"maxWidth": 480}, "option": {"series": [slim]}},
            {"option": {"series": [broad]}},
        ],
    }  # fmt: skip


def _node(chart: Chart, name: str, place: int, size: float, total: float) -> dict[str, Any]:
    told = _said(size, total)
    return {
        "name": name, "itemStyle": {"color": paint(chart, name, place), "borderWidth": 0},
        "label": {"formatter": f"{{b|{plain(name)}}}{{v|{told}}}", "show": size / total >= SMALL},
        "tooltip": {"formatter": plain(f"{name}\n{said(size, total, chart.unit)} · "
                                       f"{_share(size / total)}")},
        **href(chart, name),
    }  # fmt: skip


def _slim(node: dict[str, Any], sizes: dict[str, float], total: float) -> str:
    name = str(node["name"])
    return f"{{b|{plain(fit(name, 96))}}}\n{{s|{_share(sizes[name] / total)}}}"


def _said(size: float, total: float) -> str:
    return f"{number(size, total)} · {_share(size / total)}"


def _share(part: float) -> str:
    return f"{part:.0%}" if part >= 0.01 else f"{part:.1%}"


def _link(chart: Chart, link: tuple[str, str, float], total: float) -> dict[str, Any]:
    source, target, value = link
    told = f"{source} → {target}\n{said(value, total, chart.unit)} · {_share(value / total)}"
    return {
        "source": source, "target": target, "value": value,
        "tooltip": {"formatter": plain(told)}, **href(chart, f"{source}→{target}"),
    }  # fmt: skip
