"""The page: a head with one figure, cards on a grid of twelve columns, a foot that says who."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from itertools import groupby

from tanlu.report.html.table import table
from tanlu.report.svg import STYLE, picture, tokens
from tanlu.report.words import Words
from tanlu.terms import VERSION, Chart, Document, Section

__all__ = ["page"]

GAP, CONTAINER, PADDING, NARROW = 16, 1152, 42, 334
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
MARK = (
    '<svg viewBox="0 0 32 32" fill="none" stroke="var(--green)" stroke-width="2.6" '
    'stroke-linecap="round" aria-hidden="true"><path d="M5 25 12.4 9.6c1.2-2.4 4-2.4 5.2 0'
    'l4.8 10.2c1 2.2 4.6 1.6 4.6-.9"/><circle cx="5" cy="25" r="2.4" fill="var(--card)"/>'
    '<circle cx="27" cy="14" r="2.4" fill="var(--green)" stroke="none"/></svg>'
)
SPANS = {"sankey": 7, "tiles": 5, "line": 7, "curve": 7, "stack": 6, "bar": 5}


@cache
def _style() -> str:
    css = resources.files("tanlu.report.html").joinpath("page.css").read_text(encoding="utf-8")
    return tokens() + STYLE + css


def page(document: Document) -> str:
    """Give a document as the text of one HTML file that loads nothing."""
    words = Words(document.language)
    head, *sections = document.sections
    cards = _cards(sections, words)
    tongue = "zh-CN" if words.language == "zh" else "en"
    made = words("page.made", version=VERSION)
    return (
        f'<!doctype html><html lang="{tongue}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(document.title)}</title>'
        f"<style>{_style()}</style></head><body>"
        f'<a class="skip" href="#main">{escape(words("page.skip"))}</a><div class="page">'
        f'<header class="top">{MARK}<b>碳路 Tanlu</b>'
        f'<span class="what">{escape(document.title)}</span></header><main id="main">'
        f"{_hero(head, document, words)}{cards}</main>"
        f"<footer>{escape(made)}</footer></div></body></html>\n"
    )


def _hero(section: Section, document: Document, words: Words) -> str:
    figures = list(section.figures)
    main = ""
    if figures:
        label, value, unit = figures.pop(0)
        main = (
            f'<div class="label">{escape(label)}</div>'
            f'<div class="big">{escape(value)}<small>{escape(unit)}</small></div>'
        )
    beside = figures[:2] if document.facts.get("report") and len(figures) > 1 else []
    figures = figures[len(beside) :]
    if beside:
        (label, value, unit), (hole, missing, of) = beside
        main += (
            f'<div class="side">{escape(label)} <b>{escape(value)}</b> {escape(unit)}</div>'
            f'<div class="hole"><i></i><span>{escape(hole)} <b>{escape(missing)}</b> '
            f"{escape(of)}</span></div>"
        )
    chart = ""
    if section.chart is not None:
        chart = f"<section><h2>{escape(section.chart.title)}</h2>{_figure(section.chart, 440)}"
        chart += "</section>"
    strip = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}<small>{escape(unit)}</small></dd></div>"
        for label, value, unit in figures
    )
    extra = table(section.columns, section.rows, section.title)
    del words
    return (
        f'<section class="hero"><h1>{escape(section.title)}</h1>'
        f'<p class="lead">{escape(section.text)}</p><div>{main}</div>{chart}'
        f"{f'<dl class=kpis>{strip}</dl>' if strip else ''}{extra}</section>"
    )


def _cards(sections: list[Section], words: Words) -> str:
    """Give the cards: pictures on a grid, neighbouring small tables in two balanced columns."""
    pieces: list[str] = []
    for small, group in groupby(sections, key=_is_small):
        members = list(group)
        if small:
            span = 6 if len(members) > 1 else 12
            inside = "".join(_card(section, span, words) for section in members)
            css = "columns" if len(members) > 1 else "grid"
        else:
            spans = _spans([_span(section) for section in members])
            inside = "".join(
                _card(section, span, words) for section, span in zip(members, spans, strict=True)
            )
            css = "grid"
        pieces.append(f'<div class="{css}">{inside}</div>')
    return "".join(pieces)


def _is_small(section: Section) -> bool:
    return section.chart is None and _span(section) < 12


def _spans(wanted: list[int]) -> list[int]:
    """Give each card its width in columns of twelve, so that every row is filled."""
    spans: list[int] = []
    used = 0
    for i, span in enumerate(wanted):
        following = wanted[i + 1] if i + 1 < len(wanted) else 12
        rest = 12 - used
        take = rest if span > rest or following > rest - span > 0 else span
        spans.append(take)
        used = (used + take) % 12
    return spans


def _span(section: Section) -> int:
    if len(section.columns) > 7:
        return 12
    if section.chart is not None:
        return SPANS.get(section.chart.kind, 6)
    longest = max((sum(len(str(cell)) for cell in row) for row in section.rows), default=0)
    return 12 if longest > 130 else 6


def _card(section: Section, span: int, words: Words) -> str:
    unit = f"<small>{escape(section.chart.unit)}</small>" if section.chart else ""
    text = f"<p>{escape(section.text)}</p>" if section.text else ""
    figures = "".join(
        f"<span>{escape(label)}<b>{escape(value)}<small>{escape(unit_)}</small></b></span>"
        for label, value, unit_ in section.figures
    )
    body = f'<div class="figures">{figures}</div>' if figures else ""
    grid = table(section.columns, section.rows, section.title)
    if section.chart is not None:
        body += _figure(section.chart, _room(span))
        if grid and len(section.columns) <= 8:
            grid = f"<details><summary>{escape(words('page.table'))}</summary>{grid}</details>"
    css = "card" if span == 12 else f"card w{span}"
    return (
        f'<section class="{css}"><h2>{escape(section.title)}{unit}</h2>{text}{body}{grid}</section>'
    )


def _room(span: int) -> float:
    column = (CONTAINER - 11 * GAP) / 12
    return column * span + GAP * (span - 1) - PADDING


def _figure(chart: Chart, width: float) -> str:
    broad = picture(chart, round(width), standalone=False)
    narrow = picture(chart, NARROW, standalone=False)
    return f'<figure><div class="broad">{broad}</div><div class="narrow">{narrow}</div></figure>'
