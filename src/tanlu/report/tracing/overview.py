"""One picture of a trace: the way on a map, below it each leg in time and what it emitted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanlu.errors import say
from tanlu.report.numbers import grouped
from tanlu.report.svg import Canvas, fit, wide
from tanlu.report.svg.frame import escape
from tanlu.report.tracing.atlas import draw_map
from tanlu.report.tracing.paints import paint
from tanlu.report.tracing.rows import draw_rows
from tanlu.report.words import Words

__all__ = ["overview"]

EDGE, HEAD, LEAST = 28.0, 84.0, 640
MOST = 60
NOTED = 3


def overview(facts: dict[str, Any], *, width: int = 1080) -> str:
    """Give the picture of a trace as SVG text, light or dark as the reader has it.

    Parameters
    ----------
    facts
        Those of the document that `tracing` gives.
    width
        Width of the picture [px], 640 at least.
    """
    w = Words(facts["language"])
    title = w("trace.title", subject=facts["subject"])
    room = max(width, LEAST) - 2 * EDGE
    canvas = Canvas(title, room)
    canvas.pieces.append(f'<g transform="translate({EDGE:g} {EDGE:g})">')
    _head(canvas, w, facts, title)
    legs = facts["legs"][:MOST]
    y = _legend(canvas, w, legs, HEAD)
    below = draw_map(canvas, facts, y)
    if below is None:
        canvas.text(0, y + 20, w("trace.no_map"), style="f")
        below = y + 24
    y = below + 30
    if legs:
        y = draw_rows(canvas, w, legs, facts["subject"], y) + 24
    y = _foot(canvas, w, facts, y)
    canvas.pieces.append("</g>")
    canvas.width = room + 2 * EDGE
    return canvas.close(y + 2 * EDGE - 12, standalone=True) + "\n"


def _head(canvas: Canvas, w: Words, facts: dict[str, Any], title: str) -> None:
    total = facts["total"]
    said, small = w("trace.no_sum"), ""
    if total:
        said = f"{grouped(Decimal(total['co2e_kg']))} kg CO₂e"
        low, high = (grouped(Decimal(total[f"{end}_kg"])) for end in ("lower", "upper"))
        small = f"{w('trace.interval')} {low} – {high} kg"
    _large(canvas, 0, fit(title, canvas.width - wide(said, 22) - 40, 20), 20)
    _large(canvas, canvas.width, said, 22, "end")
    lead = w(
        "trace.lead", direction=w(f"trace.direction.{facts['direction']}"),
        profile=w.profile(facts["profile"] or "–"), basis=w.maybe("basis", facts["basis"]),
        version=facts["ledger"]["version"],
    )  # fmt: skip
    canvas.text(0, 44, fit(lead, canvas.width - wide(small) - 30), style="s")
    canvas.text(canvas.width, 44, small, at="end", style="s")


def _large(canvas: Canvas, x: float, text: str, size: int, at: str = "start") -> None:
    y = 22.0
    canvas.words.append((x, y, text, at, "b"))
    canvas.pieces.append(
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{at}" '
        f'style="font-size:{size}px;font-weight:600">{escape(text)}</text>'
    )


def _legend(canvas: Canvas, w: Words, legs: list[dict[str, Any]], y: float) -> float:
    """Name the modes in the order in which they come."""
    shown: dict[str, str] = {}
    for leg in legs:
        shown.setdefault(paint(leg["kind"]), w.kind(leg["kind"]))
    if not shown:
        return y
    return canvas.legend([(name, each, False) for each, name in shown.items()], y - 10)


def _foot(canvas: Canvas, w: Words, facts: dict[str, Any], y: float) -> float:
    """Say what the picture cannot show: further legs, what is missing, what is not summed."""
    notes = []
    if len(facts["legs"]) > MOST:
        notes.append(w("trace.more", count=len(facts["legs"]) - MOST))
    if facts["others"]:
        notes.append(w("trace.text.others"))
    told = [
        say(each["code"], language=w.language, value=each["value"]) for each in facts["findings"]
    ]
    notes += told[:NOTED]
    if len(told) > NOTED:
        notes.append(f"{w('trace.section.open')} +{len(told) - NOTED}")
    for note in notes:
        canvas.text(0, y, fit(note, canvas.width, 11), style="n s")
        y += 17
    return y
