"""A document as what the template sets: texts that can be shown, widths, pictures without words."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tanlu.report.cells import TIERS, Column, is_code, laid_out
from tanlu.report.pdf.fonts import LATIN, WIDE, shown
from tanlu.report.svg import STYLE, drawn, tokens, wide
from tanlu.report.words import Words, role
from tanlu.terms import VERSION, Chart, Document, Section

__all__ = ["colours", "layout"]

PAGE_PT = 493.0  # A4 less two margins of 18 mm
# width at which a picture is drawn [px] and the share of the page's width that it gets
DRAWN = {"sankey": (720, 1.0), "tiles": (560, 0.56), "bar": (640, 1.0), "stack": (640, 1.0),
         "line": (720, 1.0), "curve": (720, 1.0)}  # fmt: skip
HERO_PX = 300
SIZES = (8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
GAP_PT = 9.0
BARS = 8  # columns up to which a share has a bar beside it
BOLD = 1.07  # words of a first column are bolder than what was measured
WHOLE = 14  # rows of a table that stays on one page
WHOLE_PT = 330.0  # and no higher than this
LEADING, ROW_PT = 1.35, 7.0  # a line of a size of type, and what stands between rows [pt]
STEP_PT = 2.0
BREAK = 20  # a word of more characters may be cut after so many
SPACE = "\u200b"
TEXT_LEAST, TEXT_MOST, HEAD_MOST, NARROWEST = 44.0, 330.0, 64.0, 300.0
UNIT = re.compile(r"\[[^\]]{1,24}\]")
VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")
STYLES = re.compile(r"\.([a-z0-9]+)\{([^}]*)\}")


def layout(document: Document) -> dict[str, Any]:
    """Give all that the template reads; every text is data, whatever it looks like."""
    words = Words(document.language)
    head, *sections = document.sections
    facts = document.facts
    return {
        "title": shown(document.title),
        "language": words.language,
        "fonts": [LATIN, WIDE],
        "date": _date(facts.get("period")),
        "running": _running(words, facts),
        "made": words("page.made", version=VERSION),
        "colours": colours(),
        "hero": _section(head, words, HERO_PX),
        "sections": [_section(section, words) for section in sections],
    }


def _date(period: Any) -> list[int] | None:
    """Give the last day of the period in its zone: the date of the document, not of its making."""
    if not isinstance(period, dict) or period.get("end_us") is None:
        return None
    at = dt.datetime.fromtimestamp((int(period["end_us"]) - 1) // 1_000_000, dt.UTC)
    local = at.astimezone(ZoneInfo(period.get("zone") or "UTC"))
    return [local.year, local.month, local.day]


def _running(words: Words, facts: dict[str, Any]) -> str:
    """Give what stands on every page: of which state of the ledger this is the report."""
    parts = []
    if facts.get("ledger_version") is not None:
        parts.append(f"{words('item.version')} {facts['ledger_version']}")
        parts.append(f"{words('item.edition')} {facts.get('edition') or words('revision')}")
    return shown(" · ".join(parts))


@cache
def colours() -> dict[str, str]:
    """Give the colours of the light theme: paper is white."""
    light = tokens().split("@media")[0]
    return dict(re.findall(r"--([a-z0-9-]+):([^;}]+)", light))


def _solid(text: str) -> str:
    return VARIABLE.sub(lambda match: colours().get(match[1], "#000000"), text)


def _section(section: Section, words: Words, width: float | None = None) -> dict[str, Any]:
    return {
        "title": shown(section.title) or "–",
        "unit": shown(section.chart.unit) if section.chart else "",
        "text": [_broken(shown(line)) for line in section.text.split("\n") if line.strip()],
        "figures": [[_broken(shown(text)) for text in figure] for figure in section.figures],
        "picture": None if section.chart is None else _picture(section.chart, width),
        "table": _table(section, words),
    }


# ── pictures ──


def _picture(chart: Chart, width: float | None) -> dict[str, Any]:
    """Give shapes as SVG and words with their places: the page sets them in its own fonts."""
    room, share = DRAWN.get(chart.kind, (640, 1.0))
    canvas, height = drawn(_shown(chart), width or room)
    return {
        "svg": _solid(canvas.close(height, wordless=True)),
        "alt": shown(chart.title) or "–",
        "title": shown(chart.title),
        "width": canvas.width,
        "height": height,
        "share": share,
        "words": [_label(*word) for word in canvas.words],
    }


def _shown(chart: Chart) -> Chart:
    """Give a chart whose words can be shown, before room is made for them."""
    return replace(
        chart,
        categories=tuple(map(shown, chart.categories)),
        series=tuple((shown(name), values) for name, values in chart.series),
        links=tuple((shown(a), shown(b), value) for a, b, value in chart.links),
    )


@cache
def _styles() -> dict[str, str]:
    own = {f"o{i}": f"fill:var(--on{i})" for i in range(6)}
    return dict(STYLES.findall(STYLE)) | own


def _label(x: float, y: float, text: str, at: str, style: str) -> dict[str, Any]:
    css = ";".join(_styles().get(name, "") for name in style.split())
    fill = re.search(r"fill:var\(--([a-z0-9-]+)\)", css)
    return {
        "x": x,
        "y": y,
        "text": shown(text),
        "at": at,
        "size": 11 if "font-size:11px" in css else 12,
        "weight": 600 if "font-weight:600" in css else 400,
        "fill": colours()[fill[1] if fill else "ink"],
        "halo": "stroke-width" in css,
    }


# ── tables ──


def _table(section: Section, words: Words) -> dict[str, Any] | None:
    if not section.rows:
        return None
    made = laid_out(section.columns, section.rows)
    size, widths = _widths(made)
    bars = len(made) <= BARS
    kinds = [
        "word" if not column.numeric else "bar" if column.percent and bars else "number"
        for column in made
    ]
    return {
        "size": size,
        "widths": widths,
        "kinds": kinds,
        "head": [_head(_broken(shown(column.name))) for column in made],
        "cells": [_cell(column, i) for i in range(len(section.rows)) for column in made],
        "whole": len(section.rows) <= WHOLE and _height(made, widths, size) <= WHOLE_PT,
        "note": words("pdf.rows", rows=f"{len(section.rows):,}") if len(section.rows) > 40 else "",
    }


def _cell(column: Column, row: int) -> Any:
    text = column.cells[row]
    if column.numeric:
        return text
    known = role(text)
    if known in TIERS or known in ("yes", "no"):
        return [known, shown(text)]
    clean = _broken(shown(text))
    return ["code", clean] if is_code(text) else clean


def _broken(text: str) -> str:
    """Give a text whose long words may be cut, so that none leaves its column."""
    return re.sub(rf"(\S{{{BREAK}}})(?=\S)", rf"\1{SPACE}", text) if len(text) > BREAK else text


def _widths(columns: list[Column]) -> tuple[float, list[float]]:
    """Give the size of type [pt] at which all columns stand on a page, and their widths [pt]."""
    size, least = SIZES[0], [0.0]
    bar = 24.0 if len(columns) <= BARS else 0.0
    for size in SIZES:
        least = [_least(column, size, bar) for column in columns]
        if sum(least) <= PAGE_PT:
            break
    spare = PAGE_PT - sum(least)
    if spare <= 0:
        return size, [low * PAGE_PT / sum(least) for low in least]
    want = [max(_most(column, size), low) for column, low in zip(columns, least, strict=True)]
    widths = _filled(least, want, spare)
    # a small table stays small: the eye should not travel over an empty page
    rest = max(min(PAGE_PT, max(sum(widths) * 1.5, NARROWEST)) - sum(widths), 0.0)
    return size, [width + rest / len(columns) for width in widths]


def _filled(least: list[float], want: list[float], spare: float) -> list[float]:
    """Give each step of what is left to the column that would have the most lines."""
    widths = list(least)
    while spare >= STEP_PT:
        narrow = max(range(len(want)), key=lambda i: want[i] / widths[i])
        if widths[narrow] >= want[narrow]:
            break
        widths[narrow] += STEP_PT
        spare -= STEP_PT
    return widths


def _height(columns: list[Column], widths: list[float], size: float) -> float:
    """Give about how high [pt] the rows of a table stand."""
    lines = [
        [max(math.ceil(wide(cell, size) * BOLD / (width - GAP_PT)), 1) for cell in column.cells]
        for column, width in zip(columns, widths, strict=True)
    ]
    rows = [max(row) for row in zip(*lines, strict=True)]
    return size * LEADING * float(sum(rows)) + ROW_PT * len(rows)


def _least(column: Column, size: float, bar: float) -> float:
    """Give the narrowest width: a number is never cut, a word may be."""
    head = max((wide(word, size) for word in _head(column.name).split(" ")), default=0.0)
    head = min(head, HEAD_MOST)
    if column.numeric:
        more = bar if column.percent else 0.0
        return max(head, max(wide(cell, size) for cell in column.cells) + more) + GAP_PT
    longest = max((wide(p, size) for cell in column.cells for p in _pieces(cell)), default=0.0)
    small = min(TEXT_LEAST, max(wide(cell, size) for cell in column.cells) * BOLD)
    return min(max(head, longest * BOLD, small), TEXT_MOST) + GAP_PT


def _head(name: str) -> str:
    """Give a header whose unit in brackets stays on one line."""
    return UNIT.sub(lambda match: match[0].replace(" ", "\u00a0").replace("/", "/\u2060"), name)


def _pieces(text: str) -> list[str]:
    """Give what cannot be cut: words of letters, at most `BREAK` characters; one glyph of CJK."""
    found = re.findall(r"[^\s\u2e80-\uffef]+", text[:2000])
    return [word[:BREAK] for word in found]


def _most(column: Column, size: float) -> float:
    if column.numeric:
        return 0.0
    longest = max((wide(cell[:200], size) for cell in column.cells), default=0.0)
    return min(longest * BOLD + GAP_PT, TEXT_MOST)
