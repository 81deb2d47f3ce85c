"""The legs as rows: what it was, when it was, and what it emitted with its interval."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tanlu.report.numbers import plain
from tanlu.report.svg import fit, wide
from tanlu.report.svg.frame import nice_ticks, number
from tanlu.report.tracing.paints import badge, paint
from tanlu.report.tracing.sheet import way

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanlu.report.svg import Canvas
    from tanlu.report.words import Words

__all__ = ["draw_rows"]

ROW, NAME, BAR, HEAD, GAP = 27.0, 22.0, 11.0, 40.0, 22.0
NAMES, TIMES = 0.40, 0.27
DAY_US = 86_400_000_000
LEAST = 3.0


def draw_rows(
    canvas: Canvas, w: Words, legs: list[dict[str, Any]], subject: str, top: float
) -> float:
    """Draw a row a leg below ``top``, under the name of its thing; give the y below them [px]."""
    width = canvas.width
    left = width * NAMES
    middle = left + width * TIMES
    spans = (left + GAP, middle - GAP), (middle + GAP, width - 70.0)
    several = any(leg["thing"] != subject for leg in legs)
    headed = [
        several and (at == 0 or leg["thing"] != legs[at - 1]["thing"])
        for at, leg in enumerate(legs)
    ]
    bottom: float = top + HEAD + ROW * len(legs) + NAME * sum(headed)
    when = _times(canvas, legs, spans[0], (top, bottom), w("trace.timeline"))
    how_much = _amounts(canvas, legs, spans[1], (top, bottom), w("trace.bars"))
    y = top + HEAD
    for at, (leg, named) in enumerate(zip(legs, headed, strict=True)):
        if named:
            whose = w(f"trace.relation.{leg['relation']}")
            canvas.text(6, y + 15, f"{leg['thing']} · {whose}", style="n f")
            y += NAME
        if at % 2 == 0:
            canvas.rect(0, y, width, ROW, "var(--wash)", round_px=4, extra=' opacity=".55"')
        y += ROW / 2
        _name(canvas, w, leg, y, left - 8)
        x1, x2 = when(leg["start_us"]), when(leg["end_us"])
        canvas.rect(x1, y - BAR / 2, max(x2 - x1, LEAST), BAR, paint(leg["kind"]), round_px=2,
                    note=f"{leg['start']} – {leg['end']}")  # fmt: skip
        _amount(canvas, w, leg, y, (spans[1][0], how_much))
        y += ROW / 2
    return bottom


def _name(canvas: Canvas, w: Words, leg: dict[str, Any], y: float, room: float) -> None:
    badge(canvas, 14, y, leg, 8.5)
    mode = w.kind(leg["kind"])
    canvas.text(30, y + 4, mode, style="b")
    x = 30 + wide(mode) + 12
    canvas.text(x, y + 4, fit(way(leg) or "", room - x), style="s")


def _amount(
    canvas: Canvas,
    w: Words,
    leg: dict[str, Any],
    y: float,
    scale: tuple[float, Callable[[float], float]],
) -> None:
    zero, at = scale
    amount = leg["emission"]
    if amount is None:
        shared = leg["quantified"] == "shared"
        canvas.text(zero + 4, y + 4, "–" if shared else w("trace.no_sum"), style="f")
        return
    value, low, high = (float(Decimal(amount[f"{n}_kg"])) for n in ("co2e", "lower", "upper"))
    canvas.rect(zero, y - BAR / 2, max(at(value) - zero, 1.5 if value > 0 else 0), BAR,
                paint(leg["kind"]), round_px=2, hatched=leg["tier"] == "default")  # fmt: skip
    if high > low and at(high) - at(low) > LEAST:
        canvas.path(
            f"M{at(low):.1f} {y - 4:.1f} V{y + 4:.1f} M{at(low):.1f} {y:.1f} H{at(high):.1f} "
            f"M{at(high):.1f} {y - 4:.1f} V{y + 4:.1f}",
            extra='fill="none" stroke="var(--ink)" stroke-width="1.3"',
            note=f"{number(low)} – {number(high)} kg",
        )
    canvas.text(max(at(high), at(value)) + 7, y + 4, number(value), style="n b")


def _times(
    canvas: Canvas, legs: list[dict[str, Any]], span: tuple[float, float],
    ends: tuple[float, float], title: str,
) -> Callable[[float], float]:  # fmt: skip
    first: int = min(leg["start_us"] for leg in legs)
    last: int = max(first + 1, *(leg["end_us"] for leg in legs))
    zone = ZoneInfo(legs[0]["zone"])

    def at(moment: float) -> float:
        return span[0] + (span[1] - span[0]) * (moment - first) / (last - first)

    canvas.text(span[0], ends[0] + 12, fit(title, span[1] - span[0] + GAP), style="b")
    used = -1e9
    for moment, text in _ticks(first, last, zone):
        x = at(moment)
        canvas.line(x, ends[0] + HEAD - 6, x, ends[1])
        if x - wide(text, 11) / 2 > used and x + wide(text, 11) / 2 < span[1] + GAP:
            canvas.text(x, ends[0] + HEAD - 11, text, at="middle", style="n f")
            used = x + wide(text, 11) / 2 + 10
    return at


def _ticks(first: int, last: int, zone: ZoneInfo) -> list[tuple[int, str]]:
    """Give midnights, or hours where all lies within two days, at most about six."""
    span = last - first
    begin = dt.datetime.fromtimestamp(first // 1_000_000, zone)
    if span <= 2 * DAY_US:
        hours = next(h for h in (1, 2, 3, 6, 12) if span / (h * DAY_US / 24) <= 6 or h == 12)
        at = begin.replace(hour=begin.hour - begin.hour % hours, minute=0, second=0, microsecond=0)
        step, form = dt.timedelta(hours=hours), "%H:%M"
    else:
        days = next(
            d for d in (1, 2, 5, 7, 14, 30, 90, 365) if span / (d * DAY_US) <= 6 or d == 365
        )
        at = begin.replace(hour=0, minute=0, second=0, microsecond=0)
        step, form = dt.timedelta(days=days), "%m-%d"
    found = []
    while (moment := int(at.timestamp()) * 1_000_000) <= last:
        if moment >= first:
            # a new day says which
            found.append((moment, at.strftime(form if at.hour else "%m-%d")))
        at += step
    return found


def _amounts(
    canvas: Canvas, legs: list[dict[str, Any]], span: tuple[float, float],
    ends: tuple[float, float], title: str,
) -> Callable[[float], float]:  # fmt: skip
    known = [leg["emission"] for leg in legs if leg["emission"]]
    largest = max((float(Decimal(each["upper_kg"])) for each in known), default=0.0)
    ticks = nice_ticks(largest, 3)
    top = max(largest, 1e-12)

    def at(value: float) -> float:
        return span[0] + (span[1] - span[0]) * max(value, 0.0) / top

    canvas.text(span[0], ends[0] + 12, fit(title, canvas.width - span[0]), style="b")
    for tick in ticks:
        if tick <= top:
            canvas.line(at(tick), ends[0] + HEAD - 6, at(tick), ends[1])
            canvas.text(at(tick), ends[0] + HEAD - 11, plain(Decimal(repr(tick))), at="middle",
                        style="n f")  # fmt: skip
    return at
