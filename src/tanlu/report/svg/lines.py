"""Areas over time, and curves: round ticks, names thinned until none touches another."""

from __future__ import annotations

from tanlu.report.numbers import grouped
from tanlu.report.svg.frame import Canvas, colour, nice_ticks, wide, widest
from tanlu.terms import Chart

__all__ = ["draw_lines"]

HEIGHT, LOW, TOP, BOTTOM = 350.0, 220.0, 14.0, 26.0


def draw_lines(chart: Chart, width: float) -> tuple[Canvas, float]:
    """Draw stacked areas (line) or bare curves (curve); give the canvas and its height [px]."""
    canvas = Canvas(chart.title, width)
    top_y = TOP
    if len(chart.series) > 1:
        entries = [(name, colour(name, i), False) for i, (name, _) in enumerate(chart.series)]
        top_y = canvas.legend(entries, 12.0) + 4
    count = len(chart.categories)
    bare = chart.kind == "curve"
    stacked = [[0.0] * count]
    for _, values in chart.series:
        below = stacked[0] if bare else stacked[-1]
        stacked.append([low + max(v, 0.0) for low, v in zip(below, values, strict=True)])
    ticks = nice_ticks(max(map(max, stacked)) if count else 0.0)
    labels = [grouped(tick, _places(ticks[1])) for tick in ticks]
    left = widest(labels, 11) + 8
    bottom = top_y + (HEIGHT if width > 480 else LOW) - BOTTOM
    room = width - left - 6

    def x_of(i: int) -> float:
        return left + (room * i / (count - 1) if count > 1 else room / 2)

    def y_of(value: float) -> float:
        return bottom - (bottom - top_y) * value / ticks[-1]

    for tick, label in zip(ticks, labels, strict=True):
        canvas.line(left, y_of(tick), width, y_of(tick))
        canvas.text(left - 6, y_of(tick) + 4, label, at="end", style="n f")
    for i, (name, _) in enumerate(chart.series):
        low, high = stacked[i], stacked[i + 1]
        if bare:
            _curve(canvas, [(x_of(k), y_of(high[k])) for k in range(count)], colour(name, i), name)
            continue
        _area(canvas, [(x_of(k), y_of(high[k]), y_of(low[k])) for k in range(count)],
              colour(name, i), name)  # fmt: skip
    _dates(canvas, chart.categories, [x_of(i) for i in range(count)], bottom + 18)
    return canvas, bottom + BOTTOM


def _places(step: float) -> int:
    """Give how many decimals the ticks need: those of their step."""
    return next((places for places in range(6) if round(step, places) == step), 6)


def _area(canvas: Canvas, points: list[tuple[float, float, float]], paint: str, name: str) -> None:
    if not points:
        return
    if len(points) == 1:
        x, high, low = points[0]
        canvas.rect(x - 12, high, 24, low - high, paint, round_px=2, note=name)
        return
    above = " L".join(f"{x:.1f} {high:.1f}" for x, high, _ in points)
    below = " L".join(f"{x:.1f} {low:.1f}" for x, _, low in reversed(points))
    canvas.path(f"M{above} L{below}Z", note=name, extra=f'fill="{paint}" fill-opacity=".82"')


def _curve(canvas: Canvas, points: list[tuple[float, float]], paint: str, name: str) -> None:
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    canvas.path(f"M{path}", note=name, extra=f'fill="none" stroke="{paint}" stroke-width="2.2"')


def _dates(canvas: Canvas, names: tuple[str, ...], places: list[float], y: float) -> None:
    """Write as many of the names as fit, evenly thinned."""
    if not names:
        return
    if len({name[:5] for name in names}) == 1 and all(len(name) == 10 for name in names):
        names = tuple(name[5:] for name in names)  # one year: month and day say it all
    need = max(wide(name, 11) for name in names) + 14
    span = places[-1] - places[0] if len(places) > 1 else 0.0
    every = 1
    while len(names) > 1 and span / max(len(names) - 1, 1) * every < need:
        every += 1
    for i in range(0, len(names), every):
        half = wide(names[i], 11) / 2
        at = min(max(places[i], half), canvas.width - half)
        canvas.text(at, y, names[i], at="middle", style="n f")
