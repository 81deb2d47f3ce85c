"""Tables of a page: numbers right-aligned with one number of digits a column, words as tags."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from tanlu.report.cells import LONG, TIERS, is_code, laid_out
from tanlu.report.svg.frame import ROLES, colour
from tanlu.report.words import role

__all__ = ["table"]


def table(columns: tuple[str, ...], rows: tuple[tuple[object, ...], ...], caption: str) -> str:
    """Give a table as HTML; every text is escaped."""
    if not rows:
        return ""
    made = laid_out(columns, rows)
    head = "".join(
        f'<th scope="col"{" class=n" if column.numeric else ""}>{escape(column.name)}</th>'
        for column in made
    )
    body = "".join(
        "<tr>"
        + "".join(
            _number(column.cells[i], row[j], percent=column.percent)
            if column.numeric
            else _word(column.cells[i], first=j == 0)
            for j, column in enumerate(made)
        )
        + "</tr>"
        for i, row in enumerate(rows)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _number(shown: str, value: object, *, percent: bool) -> str:
    if not percent or not isinstance(value, int | float | Decimal):
        return f'<td class="n">{shown}</td>'
    width = min(max(float(value), 0.0), 100.0)
    return f'<td class="n"><span class="bar"><i style="width:{width:.1f}%"></i></span>{shown}</td>'


def _word(text: str, *, first: bool) -> str:
    known = role(text)
    if is_code(text):
        return f'<td class="code">{escape(text)}</td>'
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
