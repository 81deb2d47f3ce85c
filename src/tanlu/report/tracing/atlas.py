"""The map of a trace: legs and nodes without borders, centred on where the way lies."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tanlu.report.numbers import grouped
from tanlu.report.tracing.arcs import arc
from tanlu.report.tracing.features import point
from tanlu.report.tracing.labels import Box, placed
from tanlu.report.tracing.paints import badge, paint

if TYPE_CHECKING:
    from tanlu.report.svg import Canvas

__all__ = ["draw_map"]

PAD, PAD_X, DOT, BADGE, SHORT = 44.0, 90.0, 4.0, 8.5, 34.0
LOW, HIGH, TOUCH = 130.0, 320.0, 10.0
DRAWN = ("self", "input", "output")
LEAST_DEG = 0.02
KM_PER_DEG = 111.195
SCALES = (1, 2, 5)
MARGIN = 14.0


class _View:
    """From longitude and latitude to the picture: equirectangular, true at the middle latitude."""

    def __init__(self, points: list[tuple[float, float]], across: float, top: float) -> None:
        self.turn = _turn([lon for lon, _ in points])
        lons = [self._lon(lon) for lon, _ in points]
        lats = [lat for _, lat in points]
        middle = (min(lats) + max(lats)) / 2
        self.squeeze = max(math.cos(math.radians(middle)), 0.2)
        width = max((max(lons) - min(lons)) * self.squeeze, LEAST_DEG)
        height = max(max(lats) - min(lats), LEAST_DEG)
        room = across - 2 * PAD_X
        # as high as the way needs at full width, within what looks well on a page
        high = min(max(room * height / width, LOW), HIGH)
        self.frame = Box(0.0, top, across, top + high + 2 * PAD)
        self.scale = min(room / width, high / height)
        self.centre = ((min(lons) + max(lons)) / 2, middle)
        self.middle = (across / 2, top + high / 2 + PAD)

    def _lon(self, lon: float) -> float:
        return (lon - self.turn) % 360.0

    def at(self, where: tuple[float, float]) -> tuple[float, float]:
        """Give the place on the picture [px]."""
        lon, lat = where
        x = (self._lon(lon) - self.centre[0]) * self.squeeze * self.scale
        return self.middle[0] + x, self.middle[1] - (lat - self.centre[1]) * self.scale


def _turn(lons: list[float]) -> float:
    """Give where the globe is cut open: in the middle of the widest gap between longitudes."""
    ordered = sorted({lon % 360.0 for lon in lons})
    gaps = [
        ((after - before) % 360.0 or 360.0, before)
        for before, after in zip(ordered, [*ordered[1:], ordered[0]], strict=True)
    ]
    gap, before = max(gaps)
    return before + gap / 2


def draw_map(canvas: Canvas, facts: dict[str, Any], top: float) -> float | None:
    """Draw the way below ``top``; give the y below it [px], None where no place is known."""
    own = [leg for leg in facts["legs"] if leg["relation"] in DRAWN]
    lines = [(leg, point(leg["origin"]), point(leg["destination"])) for leg in own]
    ways = [(leg, arc(a, b)) for leg, a, b in lines if a and b and a != b]
    nodes = _nodes(facts, own)
    if not nodes:
        return None
    view = _View([*nodes, *(each for _, way in ways for each in way)], canvas.width, top)
    frame = view.frame
    canvas.rect(0, top, canvas.width, frame.bottom - top, "var(--wash)", round_px=10)
    clusters = _clusters([(name, *view.at(where)) for where, name in nodes.items()])
    taken = [Box(x - 7, y - 7, x + 7, y + 7) for _, x, y in clusters]
    drawn = [(leg, [view.at(each) for each in way]) for leg, way in ways]
    for leg, points in drawn:
        _line(canvas, leg, points)
    for leg, points in drawn:
        box = _number(canvas, leg, points, taken)
        if box is not None:
            taken.append(box)
    for _, x, y in clusters:
        canvas.pieces.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}" fill="var(--card)" '
            'stroke="var(--ink)" stroke-width="1.6"/>'
        )
    taken.append(_scale(canvas, view, frame))
    on_way = [box for _, points in drawn for box in _covered(points)]
    inner = Box(frame.left + 6, frame.top + 6, frame.right - 6, frame.bottom - 6)
    _labels(canvas, [each for each in clusters if each[0]], taken, on_way, inner)
    return frame.bottom


def _clusters(points: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Give one dot for places that would lie on each other, named by the first two."""
    found: list[tuple[list[str], float, float]] = []
    for name, x, y in points:
        near = next((each for each in found if math.dist(each[1:], (x, y)) < TOUCH), None)
        if near is None:
            found.append(([name] if name else [], x, y))
        elif name and name not in near[0]:
            near[0].append(name)
    said = [(" · ".join(names[:2]) + (f" +{len(names) - 2}" if names[2:] else ""), x, y)
            for names, x, y in found]  # fmt: skip
    return [(name, x, y) for name, x, y in said]


def _covered(points: list[tuple[float, float]]) -> list[Box]:
    """Give small boxes along a line, which labels keep off where they can."""
    return [
        Box(x - 3, y - 3, x + 3, y + 3)
        for a, b in pairwise(points)
        for at in range(max(int(math.dist(a, b) / 7), 1))
        for share in [at / max(int(math.dist(a, b) / 7), 1)]
        for x, y in [(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))]
    ]


def _nodes(facts: dict[str, Any], own: list[dict[str, Any]]) -> dict[tuple[float, float], str]:
    """Give the name of each place: first both ends of the way, then in its order."""
    places = [leg[end] for leg in own for end in ("origin", "destination", "place")]
    places += [node["place"] for node in facts["nodes"]]
    places = [places[0], places[3 * len(own) - 2], *places] if own else places
    found: dict[tuple[float, float], str] = {}
    for place in places:
        at = point(place)
        if at is not None and not found.get(at):
            found[at] = place["name"] or place["code"] or ""
    return found


def _line(canvas: Canvas, leg: dict[str, Any], points: list[tuple[float, float]]) -> None:
    data = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dashed = "" if leg["relation"] == "self" else ' stroke-dasharray="1.5 5"'
    ends = " → ".join(filter(None, ((leg[e] or {}).get("name") for e in ("origin", "destination"))))
    canvas.path(data, note=f"{leg['number']} · {ends}", extra=(
        f'fill="none" stroke="{paint(leg["kind"])}" stroke-width="2.4" stroke-linecap="round"'
        f' stroke-linejoin="round"{dashed}'
    ))  # fmt: skip


def _number(
    canvas: Canvas, leg: dict[str, Any], points: list[tuple[float, float]], taken: list[Box]
) -> Box | None:
    """Write the number of a leg on its line, where that is long enough and free."""
    length = sum(math.dist(a, b) for a, b in pairwise(points))
    if length < SHORT:
        return None
    for share in (0.5, 0.38, 0.62, 0.28, 0.72):
        x, y = _along(points, length * share)
        box = Box(x - BADGE, y - BADGE, x + BADGE, y + BADGE)
        if not any(box.meets(each) for each in taken):
            badge(canvas, x, y, leg, BADGE)
            return box
    return None


def _along(points: list[tuple[float, float]], wanted: float) -> tuple[float, float]:
    for a, b in pairwise(points):
        step = math.dist(a, b)
        if step >= wanted and step:
            share = wanted / step
            return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
        wanted -= step
    return points[-1]


def _labels(
    canvas: Canvas,
    named: list[tuple[str, float, float]],
    taken: list[Box],
    lines: list[Box],
    frame: Box,
) -> None:
    """Write the names beside their dots, off the lines where there is room for it."""
    free = placed(named, [*taken, *lines], frame)
    done = {label.at for label in free}
    left = [each for each in named if each[1:] not in done]
    found = [*free, *placed(left, [*taken, *(label.box for label in free)], frame)]
    for label in found:
        if label.led:
            x, y = label.at
            near = (min(max(x, label.box.left), label.box.right),
                    min(max(y, label.box.top), label.box.bottom))  # fmt: skip
            canvas.line(x, y, *near, paint="var(--faint)")
    for label in found:
        canvas.text(label.box.left, label.box.bottom - 4, label.text, style="h")


def _scale(canvas: Canvas, view: _View, frame: Box) -> Box:
    """Draw a bar of a round length of at most a fifth of the frame."""
    px_per_km = view.scale / KM_PER_DEG
    most = (frame.right - frame.left) / 5 / px_per_km
    power = 10.0 ** math.floor(math.log10(most)) if most > 0 else 1.0
    length = max((each * power for each in SCALES if each * power <= most), default=power)
    x, y, wide_px = frame.left + MARGIN, frame.bottom - MARGIN, length * px_per_km
    canvas.path(
        f"M{x:.1f} {y - 5:.1f} V{y:.1f} H{x + wide_px:.1f} V{y - 5:.1f}",
        extra='fill="none" stroke="var(--faint)" stroke-width="1"',
    )
    canvas.text(
        x + wide_px + 6, y + 1, f"{grouped(length, 0 if length >= 1 else 3)} km", style="n f"
    )
    return Box(x, y - 10, x + wide_px + 70, y + 4)
