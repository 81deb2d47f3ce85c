"""Numbers of foreign files as decimal text: as published, or converted exactly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

__all__ = ["DECIMAL", "each", "kept", "numbers", "places", "scaled", "text_of"]

# a number as a table prints it; nothing else is one
DECIMAL = r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?$"
DIGITS = 15  # significant digits of a workbook: the 16th and 17th are noise of its arithmetic


def kept(values: pl.Series) -> pl.Series:
    """Give doubles of a workbook as the decimal text that it shows: 15 significant digits."""
    return each(values, lambda value: _plain(Decimal(f"{value:.{DIGITS}g}")))


def numbers(values: pl.Series) -> pl.Series:
    """Give written numbers as decimal text, null where it is none; only commas of thousands go."""
    bare = values.str.strip_chars().str.replace_all(r"(\d),(\d{3})", "$1$2")
    valid = bare.set(~bare.str.contains(DECIMAL).fill_null(value=False), None)
    return each(valid, _written)


def scaled(values: pl.Series, factor: Fraction) -> pl.Series:
    """Give decimal texts times a factor, exactly where that ends, else with 15 digits."""
    if factor == 1:
        return values
    return each(values, lambda text: text_of(Fraction(text) * factor))


def each(values: pl.Series, change: Callable[[Any], str | None]) -> pl.Series:
    """Give a column of text with every different value changed once."""
    different = values.drop_nulls().unique()
    changed = pl.Series([change(value) for value in different], dtype=pl.String)
    return values.replace_strict(different, changed, default=None, return_dtype=pl.String)


def text_of(value: Fraction) -> str:
    """Give a fraction as decimal text: exact up to 30 places, else 15 significant digits."""
    bottom, places_needed = value.denominator, 0
    while bottom % 10 == 0 or bottom % 2 == 0 or bottom % 5 == 0:
        bottom //= 10 if bottom % 10 == 0 else 2 if bottom % 2 == 0 else 5
        places_needed += 1
        if places_needed > 30:
            break
    if bottom == 1:
        whole = value * 10**places_needed
        return _plain(Decimal(whole.numerator).scaleb(-places_needed))
    return _plain(Decimal(f"{Decimal(value.numerator) / Decimal(value.denominator):.{DIGITS}g}"))


def places(values: pl.Expr) -> pl.Expr:
    """Give how many decimal places a text has."""
    return values.str.extract(r"\.(\d+)$").str.len_chars().fill_null(0)


def _written(text: str) -> str:
    return _plain(Decimal(text)) if "e" in text.casefold() else text.removeprefix("+")


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
