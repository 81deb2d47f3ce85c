"""China's 34 provinces as equal tiles: a statistical picture, not a map, without any boundary."""

from __future__ import annotations

import math

from tanlu.report.svg.frame import Canvas, number, wide
from tanlu.terms import Chart

__all__ = ["GRID", "compact", "draw_tiles", "step"]

# place of each tile (column, row), counted from the top left
GRID: dict[str, tuple[int, int]] = {
    "CN-HL": (7, 0), "CN-NM": (5, 1), "CN-JL": (7, 1),
    "CN-XJ": (0, 2), "CN-NX": (3, 2), "CN-SX": (4, 2), "CN-BJ": (5, 2), "CN-TJ": (6, 2),
    "CN-LN": (7, 2), "CN-QH": (1, 3), "CN-GS": (2, 3), "CN-SN": (3, 3), "CN-HA": (4, 3),
    "CN-HE": (5, 3), "CN-SD": (6, 3), "CN-XZ": (0, 4), "CN-SC": (1, 4), "CN-CQ": (2, 4),
    "CN-HB": (3, 4), "CN-AH": (4, 4), "CN-JS": (5, 4), "CN-SH": (6, 4), "CN-YN": (1, 5),
    "CN-GZ": (2, 5), "CN-HN": (3, 5), "CN-JX": (4, 5), "CN-ZJ": (5, 5), "CN-GX": (2, 6),
    "CN-GD": (3, 6), "CN-FJ": (4, 6), "CN-TW": (5, 6), "CN-HI": (2, 7), "CN-MO": (3, 7),
    "CN-HK": (4, 7),
}  # fmt: skip
COLUMNS, ROWS, STEPS = 8, 8, 6


def draw_tiles(chart: Chart, width: float) -> tuple[Canvas, float]:
    """Draw one tile a province; give the canvas and its height [px].

    ``categories`` are ``CODE name``; the first series holds the values, nan where none is known.
    Such a province is an empty outline: nothing known is not zero.
    """
    canvas = Canvas(chart.title, width)
    values = chart.series[0][1] if chart.series else ()
    known = {
        category.split(" ", 1)[0]: value
        for category, value in zip(chart.categories, values, strict=True)
        if not math.isnan(value)
    }
    names = dict(c.split(" ", 1) for c in chart.categories if " " in c)
    largest = max(known.values(), default=0.0)
    gap = 4.0
    size = min((width - gap * (COLUMNS - 1)) / COLUMNS, 62.0)
    left = (width - COLUMNS * size - gap * (COLUMNS - 1)) / 2
    for code, (column, row) in GRID.items():
        x, y = left + column * (size + gap), row * (size + gap)
        name = names.get(code, code[3:])
        value = known.get(code)
        if value is None:
            canvas.rect(x, y, size, size, "none", round_px=5, note=name,
                        extra=' stroke="var(--hair)" stroke-dasharray="3 3"')  # fmt: skip
            canvas.text(x + size / 2, y + size / 2 + 4, _short(name, code, size), at="middle",
                        style="n f")  # fmt: skip
            continue
        place = step(value, largest)
        canvas.rect(x, y, size, size, f"var(--i{place})", round_px=5,
                    note=f"{name}: {number(value)} {chart.unit}")  # fmt: skip
        canvas.text(x + size / 2, y + size / 2 - 1, _short(name, code, size), at="middle",
                    style=f"n o{place}")  # fmt: skip
        label = compact(value)
        if wide(label, 11) < size:
            canvas.text(x + size / 2, y + size / 2 + 14, label, at="middle", style=f"n b o{place}")
    bottom = ROWS * (size + gap)
    return canvas, _scale(canvas, bottom + 16, largest, chart.unit)


def step(value: float, largest: float) -> int:
    """Give the step of the ramp of six for a value beside the largest."""
    # square root: a few large provinces would push all others into the lowest step
    if largest <= 0 or value <= 0:
        return 0
    return min(int(STEPS * (value / largest) ** 0.5), STEPS - 1)


def _short(name: str, code: str, size: float) -> str:
    return name if wide(name, 11) <= size - 4 else code[3:]


def compact(value: float) -> str:
    """Give a value in few characters: 12k, 3.4M."""
    for limit, sign in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{number(value / (1e3 if sign == 'k' else limit))}{sign}"
    return number(value)


def _scale(canvas: Canvas, y: float, largest: float, unit: str) -> float:
    """Draw the colour scale: where each step begins."""
    if largest <= 0:
        return y
    widths = min((canvas.width - 60) / STEPS, 64.0)
    for each in range(STEPS):
        canvas.rect(each * widths, y, widths - 2, 8, f"var(--i{each})", round_px=2)
        start = largest * (each / STEPS) ** 2
        canvas.text(each * widths, y + 22, number(start, largest) if each else "0", style="n f")
    canvas.text(STEPS * widths + 6, y + 22, unit, style="n f")
    return y + 28
