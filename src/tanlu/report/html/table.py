"""Tables of a page: numbers right-aligned with one number of digits a column, words as tags."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from tanlu.report.numbers import digits, grouped
from tanlu.report.svg.frame import ROLES, colour
from tanlu.report.words import role

__all__ = ["table"]

TIERS = frozenset({"measured", "learned", "modelled", "default"})
LONG = 34


def table(columns: tuple[str, ...], rows: tuple[tuple[object, ...], ...], caption: str) -> str:
    """Give a table as HTML; every text is escaped."""
    if not rows:
        return ""
    cells = list(zip(*rows, strict=True))
    numeric = [_numeric(column) for column in cells]
    places = [
        digits(v for v in column if isinstance(v, Decimal)) if is_number else 0
        for column, is_number in zip(cells, numeric, strict=True)
    ]
    head = "".join(
        f'<th scope="col"{" class=n" if is_number else ""}>{escape(name)}</th>'
        for name, is_number in zip(columns, numeric, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            _number(value, places[i], percent=columns[i].endswith("[%]"))
            if numeric[i]
            else _word(value, first=i == 0)
            for i, value in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _numeric(column: tuple[object, ...]) -> bool:
    known = [value for value in column if value is not None]
    return bool(known) and all(isinstance(v, int | float | Decimal) for v in known)


def _number(value: object, places: int, *, percent: bool) -> str:
    if not isinstance(value, int | float | Decimal):
        return '<td class="n">–</td>'
    shown = f"{value:,}" if isinstance(value, int) else grouped(value, min(places, 4))
    if not percent:
        return f'<td class="n">{shown}</td>'
    width = min(max(float(value), 0.0), 100.0)
    shown = grouped(Decimal(str(value)), 1) if value else "0"
    return f'<td class="n"><span class="bar"><i style="width:{width:.1f}%"></i></span>{shown}</td>'


def _word(value: object, *, first: bool) -> str:
    text = "–" if value is None else str(value)
    known = role(text)
    css = " class=key" if first and len(text) <= LONG else ""
    if known in TIERS:
        return f'<td{css}><span class="tag {known}">{escape(text)}</span></td>'
    if known in ("yes", "no"):
        return f'<td{css}><span class="tag {known}">{escape(text)}</span></td>'
    plain = known.split(".", maxsplit=1)[0]
    if first and plain in ROLES:
        dot = f'<i class="dot" style="background:{colour(text, 0)}"></i>'
        return f"<td{css}>{dot}{escape(text)}</td>"
    return f"<td{css}>{escape(text)}</td>"
