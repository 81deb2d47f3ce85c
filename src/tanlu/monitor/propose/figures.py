"""How the numbers of a column are written: signs of thousands and decimals, words for nothing."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.monitor.numbers import plain

__all__ = ["NOTHING", "Figures", "figures_of"]

NOTHING = (
    "n/a", "na", "#n/a", "-", "--", "—", "——", "null", "none", "nil", "nan", "unknown", "tbd",
    "/", "\\", "无", "暂无", "空", "未知", "不详", "待定",
)  # fmt: skip
GROUPED = r"^[+-]?\d{1,3}(?:,\d{3})+$"
GROUPED_CLEAR = r"^[+-]?(?:\d{1,3}(?:,\d{3})+\.\d*|\d{1,3}(?:,\d{3}){2,})$"
COMMA_CLEAR = r"^[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|\d{4,},\d+|\d{1,3}(?:\.\d{3})+,\d+)$"
DOTTED = r"^[+-]?\d{1,3}(?:\.\d{3})+,\d+$"
POINT = r"^[+-]?\d*\.\d+$"


class Figures(NamedTuple):
    """Signs of a column's numbers; ``unclear`` is a number that can be read in two ways.

    ``nothing`` lists words for "nothing"; ``others`` other words that are no numbers.
    """

    decimal: str | None = None
    thousands: str | None = None
    unclear: str | None = None
    nothing: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def figures_of(column: pl.Series) -> Figures:
    """Give how the numbers of a column of texts are written."""
    if column.dtype != pl.String:
        return Figures()
    text = plain(column)
    text = text.filter(text.str.len_bytes() > 0)
    words = text.filter(~text.str.contains(r"\d")).unique(maintain_order=True)
    nothing = tuple(word for word in words if word.casefold() in NOTHING)
    others = tuple(word for word in words if word.casefold() not in NOTHING)[:20]
    commas = text.filter(text.str.contains(",", literal=True))
    said = Figures(nothing=nothing, others=others)
    if commas.is_empty():
        return said
    if commas.str.contains(COMMA_CLEAR).any():
        if commas.str.contains(GROUPED_CLEAR).any():
            return said._replace(unclear=str(commas[0]))
        dotted = bool(commas.str.contains(DOTTED).any())
        return said._replace(decimal=",", thousands="." if dotted else None)
    point = bool(text.str.contains(POINT).any())
    if commas.str.contains(GROUPED_CLEAR).any() or (point and commas.str.contains(GROUPED).any()):
        return said._replace(thousands=",")
    grouped = commas.filter(commas.str.contains(GROUPED))
    return said if grouped.is_empty() else said._replace(unclear=str(grouped[0]))
