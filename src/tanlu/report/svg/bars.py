"""Horizontal bars, single and stacked: names to the left, values to the right of their bar."""

from __future__ import annotations

from tanlu.report.svg.frame import HATCHED, Canvas, colour, fit, number, wide, widest
from tanlu.report.words import role
from tanlu.terms import Chart

__all__ = ["draw_bars"]

ROW, BAR, GAP = 30.0, 14.0, 10.0


def draw_bars(chart: Chart, width: float) -> tuple[Canvas, float]:
    """Draw a bar or stack chart; give the canvas and its height [px]."""
    canvas = Canvas(chart.title, width)
    if len(chart.categories) == 1 and chart.kind == "stack":
        return canvas, _one_stack(canvas, chart)
    totals = [
        sum(max(values[i], 0.0) for _, values in chart.series) for i in range(len(chart.categories))
    ]
    largest = max(totals, default=0.0) or 1.0
    y = 10.0
    if len(chart.series) > 1:
        y = canvas.legend([_entry(name, i) for i, (name, _) in enumerate(chart.series)], 12.0) + 2
    left = min(widest(chart.categories), width * 0.42)
    right = widest([number(total, largest) for total in totals]) + 4
    room = max(width - left - right - 2 * GAP, 20.0)
    for i, category in enumerate(chart.categories):
        middle = y + ROW / 2
        canvas.text(left, middle + 4, fit(category, left), at="end")
        x = left + GAP
        for j, (name, values) in enumerate(chart.series):
            length = room * max(values[i], 0.0) / largest
            paint = colour(category if len(chart.series) == 1 else name, _hue(chart, j))
            canvas.rect(
                x, middle - BAR / 2, max(length, 1.5 if values[i] > 0 else 0), BAR, paint,
                round_px=2, note=f"{category} · {name}: {number(values[i])} {chart.unit}",
                hatched=role(name) in HATCHED,
            )  # fmt: skip
            x += length
        canvas.text(x + 6, middle + 4, number(totals[i], largest), style="s")
        y += ROW
    return canvas, y + 4


def _hue(chart: Chart, series: int) -> int:
    # one series: all bars in one colour, unless their names have a role of their own
    return 0 if len(chart.series) == 1 else series


def _entry(name: str, place: int) -> tuple[str, str, bool]:
    return name, colour(name, place), role(name) in HATCHED


def _one_stack(canvas: Canvas, chart: Chart) -> float:
    """Draw a single thick bar and a line for each of its parts with value and share."""
    parts = [(name, max(values[0], 0.0)) for name, values in chart.series]
    total = sum(value for _, value in parts) or 1.0
    x = 0.0
    for i, (name, value) in enumerate(parts):
        length = canvas.width * value / total
        gap = 1.5 if x else 0.0
        canvas.rect(
            x + gap, 4, max(length - gap, 0), 26, colour(name, i), round_px=3,
            note=f"{name}: {number(value)} {chart.unit}", hatched=role(name) in HATCHED,
        )  # fmt: skip
        x += length
    y = 54.0
    for i, (name, value) in enumerate(parts):
        _part(canvas, y, (name, value, 100 * value / total), i, chart.unit)
        y += 24
    return y - 8


def _part(canvas: Canvas, y: float, part: tuple[str, float, float], place: int, unit: str) -> None:
    name, value, percent = part
    canvas.rect(0, y - 9.5, 11, 11, colour(name, place), round_px=2, hatched=role(name) in HATCHED)
    canvas.text(canvas.width, y, f"{percent:.1f} %", at="end", style="b")
    amount = f"{number(value)} {unit}"
    canvas.text(canvas.width - 66, y, amount, at="end", style="s")
    canvas.text(18, y, fit(name, canvas.width - 66 - wide(amount) - 30))
