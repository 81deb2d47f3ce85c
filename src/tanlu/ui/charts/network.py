"""A network without borders: places and lanes on a blank canvas, projected here.

No boundary is drawn, so nothing is said about any. Lines that an operator supplied stand below
the lanes, their regions filled by value, with the number of their approval in the corner.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tanlu.report.svg import number
from tanlu.terms import Chart
from tanlu.ui.charts.parts import CARD, INK, SOFT, href, paint, plain, said, tooltip

__all__ = ["network", "project"]

# Albers' equal-area conic for China (parallels 25 and 47 N, meridian 105 E): area is what is seen
SOUTH, NORTH, MIDDLE, ORIGIN = 25.0, 47.0, 105.0, 0.0
WEST_EDGE, EAST_EDGE, SOUTH_EDGE, NORTH_EDGE = 70.0, 140.0, 0.0, 56.0
THIN, THICK, SMALL, LARGE = 1.2, 5.0, 6.0, 26.0
# names of places so near the right edge, as a part of the width, stand on the other side
EDGE = 0.06
MARGIN = 0.06
# lanes and places stand out from the regions below them
FILLED = 0.75


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Give the place of a point in the projection of China [thousand km], north upwards."""
    n = (math.sin(math.radians(SOUTH)) + math.sin(math.radians(NORTH))) / 2
    c = math.cos(math.radians(SOUTH)) ** 2 + 2 * n * math.sin(math.radians(SOUTH))

    def radius(at: float) -> float:
        return math.sqrt(c - 2 * n * math.sin(math.radians(at))) / n

    turn = n * math.radians(longitude - MIDDLE)
    rho = radius(latitude)
    return (
        round(6.371 * rho * math.sin(turn), 4),
        round(6.371 * (radius(ORIGIN) - rho * math.cos(turn)), 4),
    )


def _flat(longitude: float, latitude: float) -> tuple[float, float]:
    """Give the place of a point of the whole earth, for networks that leave China."""
    return round(longitude / 20, 4), round(latitude / 20, 4)


def network(chart: Chart) -> dict[str, Any]:
    """Give the options of a network: ``points`` by longitude and latitude, ``links`` between."""
    home = all(
        WEST_EDGE <= x <= EAST_EDGE and SOUTH_EDGE <= y <= NORTH_EDGE for _, x, y, _ in chart.points
    )
    put = project if home else _flat
    at = {name: put(x, y) for name, x, y, _ in chart.points}
    widest = max((value for *_, value in chart.links), default=0.0)
    if chart.top is not None:
        widest = chart.top
    return {
        "tooltip": tooltip(trigger="item"),
        "geo": {
            "roam": True, **_ground(chart), "aspectScale": 1, "left": 0, "right": 0,
            "top": 0, "bottom": 18 if chart.note else 0, "boundingCoords": _box(list(at.values())),
            "preserveAspect": "contain", "scaleLimit": {"min": 1, "max": 12},
            "emphasis": {"disabled": True},
        },
        "series": [
            {
                "type": "lines", "coordinateSystem": "geo", "zlevel": 0, "z": 2,
                "data": [_lane(chart, link, at, widest) for link in chart.links
                         if link[0] in at and link[1] in at],
                "lineStyle": {"curveness": 0.18, "opacity": 0.85, "cap": "round"},
                "emphasis": {"lineStyle": {"opacity": 1}},
            },
            {
                "type": "scatter", "coordinateSystem": "geo", "z": 3,
                "data": _places(chart, at),
                "itemStyle": {"color": INK, "borderColor": CARD, "borderWidth": 1.5},
                "label": {"show": True, "position": "right", "color": INK, "fontSize": 11,
                          "textBorderColor": CARD, "textBorderWidth": 3},
                "labelLayout": {"hideOverlap": True},
            },
            *_outlines(chart, put),
        ],
        **_corner(chart),
        # on a small card names crowd: they are shown when a place is pointed at
        "media": [
            {"query": {"maxWidth": 360}, "option": {"series": [{}, {
                "label": {"show": False}, "emphasis": {"label": {"show": True}}}]}},
            {"option": {"series": [{}, {"label": {"show": True}}]}},
        ],
    }  # fmt: skip


def _ground(chart: Chart) -> dict[str, Any]:
    """Give what lies below the lanes: nothing, or regions in the colours of their values.

    Which lines bound a region is told with them; a part that comes without them changes colours.
    """
    if not chart.areas:
        return {"map": "blank", "silent": True, "itemStyle": {"opacity": 0}}
    roles = dict(chart.roles)
    values = chart.series[0][1] if chart.series else ()
    told = dict(zip((each.split(" ", 1)[0] for each in chart.categories), values, strict=True))
    names = dict(each.split(" ", 1) for each in chart.categories if " " in each)
    most = max((value for value in told.values() if not math.isnan(value)), default=0.0)
    found: dict[str, Any] = {
        "map": "own", "silent": False, "itemStyle": {"areaColor": "transparent", "borderWidth": 0},
        "label": {"show": False}, "select": {"disabled": True}, "tooltip": {"show": True},
        "regions": [
            {
                "name": code,
                "itemStyle": {"areaColor": f"var(--{roles[code]})" if code in roles else
                              "transparent", "opacity": FILLED},
                "tooltip": {"formatter": plain(
                    f"{names.get(code, code)}\n{said(told.get(code, math.nan), most, chart.unit)}"
                )},
            }
            for code, _ in chart.areas
        ],
    }  # fmt: skip
    if chart.outlines:
        found["areas"] = dict(chart.areas)
    return found


def _outlines(
    chart: Chart, put: Callable[[float, float], tuple[float, float]]
) -> list[dict[str, Any]]:
    """Give the boundaries that an operator supplied, as thin lines below all else."""
    if not chart.outlines:
        return []
    return [{
        "type": "lines", "coordinateSystem": "geo", "polyline": True, "silent": True, "z": 1,
        "data": [{"coords": [list(put(*point)) for point in line]} for line in chart.outlines],
        "lineStyle": {"color": "var(--faint)", "width": 0.7, "opacity": 0.7},
        "tooltip": {"show": False},
    }]  # fmt: skip


def _corner(chart: Chart) -> dict[str, Any]:
    if not chart.note:
        return {}
    style = {"text": plain(chart.note), "fontSize": 11, "fill": SOFT}
    return {"graphic": [{"type": "text", "right": 4, "bottom": 4, "silent": True, "style": style}]}


def _box(places: list[tuple[float, float]]) -> list[list[float]]:
    xs = [x for x, _ in places] or [-2.5, 2.5]
    ys = [y for _, y in places] or [2.0, 6.0]
    wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    return [
        [min(xs) - wide * MARGIN, max(ys) + high * MARGIN],
        [max(xs) + wide * MARGIN * 2, min(ys) - high * MARGIN],
    ]


def _lane(
    chart: Chart,
    link: tuple[str, str, float],
    at: dict[str, tuple[float, float]],
    widest: float,
) -> dict[str, Any]:
    source, target, value = link
    label = f"{source}→{target}"
    role = dict(chart.roles).get(label, "")
    own = paint(chart, label, 0)
    told = plain(f"{source} → {target}\n{said(value, widest, chart.unit)}")
    size = THIN + (THICK - THIN) * math.sqrt(min(1.0, value / widest)) if widest else THIN
    return {
        "coords": [list(at[source]), list(at[target])], "value": value,
        "lineStyle": {"color": own, "width": round(size, 2),
                      "type": "dashed" if role == "air" else "solid"},
        "tooltip": {"formatter": told}, **href(chart, label),
    }  # fmt: skip


def _places(chart: Chart, at: dict[str, tuple[float, float]]) -> list[dict[str, Any]]:
    top = max((size for *_, size in chart.points), default=0.0)
    if chart.top is not None:
        top = chart.top
    roles = dict(chart.roles)
    found = []
    easts = [at[name][0] for name, *_ in chart.points]
    edge = max(easts) - EDGE * (max(easts) - min(easts)) if easts else 0.0
    # the largest first: where names meet, theirs stays
    for name, _, _, size in sorted(chart.points, key=lambda point: -point[3]):
        told = f"{name}\n{number(size, top)} {chart.unit}" if size else name
        grown = SMALL + (LARGE - SMALL) * math.sqrt(min(1.0, size / top)) if top and size else SMALL
        own = {"color": f"var(--{roles[name]})", "opacity": 0.82} if name in roles else {
            "color": SOFT if size else INK, "opacity": 0.82,
        }  # fmt: skip
        side = {"position": "left"} if at[name][0] > edge else {}
        found.append({
            "name": name, "value": [*at[name], size], "symbolSize": round(grown, 1),
            "itemStyle": own, "label": {"formatter": plain(name), **side},
            "tooltip": {"formatter": plain(told)}, **href(chart, name),
        })  # fmt: skip
    return found
