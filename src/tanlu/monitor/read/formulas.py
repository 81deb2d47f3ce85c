"""Texts that a spreadsheet program would take for formulas: marked in what goes out to be mended.

A supplier writes what he likes into a cell; whoever opens the refused row in a spreadsheet program
would run it. A mark before it makes it a text, and is taken off when the file is read again.
"""

from __future__ import annotations

import re

import polars as pl

__all__ = ["as_was", "harmless", "names_as_were", "names_harmless"]

MARK = "'"
# what already has marks gets one more, so that taking one off gives what was there
BEGINS, MARKED = r"^'*[=+\-@\t\r]", r"^'+[=+\-@\t\r]"
NUMBER = r"^[+-]?[\d.,]+$"


def harmless(text: pl.Expr) -> pl.Expr:
    """Give texts with a mark before each that begins like a formula; numbers stay."""
    formula = text.str.contains(BEGINS) & ~text.str.contains(NUMBER)
    return pl.when(~formula).then(text).otherwise(pl.lit(MARK) + text)


def as_was(text: pl.Expr) -> pl.Expr:
    """Give texts as they were before `harmless`."""
    return pl.when(text.str.contains(MARKED)).then(text.str.slice(1)).otherwise(text)


def names_harmless(names: list[str]) -> list[str]:
    """Give names of columns as `harmless` gives cells."""
    return [
        MARK + each if re.match(BEGINS, each) and not re.match(NUMBER, each) else each
        for each in names
    ]


def names_as_were(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give names of columns as they were before `names_harmless`."""
    return tuple(each[1:] if re.match(MARKED, each) else each for each in names)
