"""Texts and numbers into kept integers of a stated unit; nothing about a number is guessed."""

from __future__ import annotations

import re

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.rules import QUANTITIES, Rule
from tanlu.terms import units

__all__ = ["parted", "plain", "quantity", "unit_of", "unwrapped", "whole"]

DEGREES = units.Unit("deg", "angle", 10_000_000, 1)
DEGREE_WORDS = ("deg", "degree", "degrees", "°", "度")
NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$"
UNCLEAR, TOO_LARGE, NO_UNIT = "TL311", "TL312", "TL314"


def unit_of(target: str, spelled: str) -> units.Unit:
    """Give the unit that a mapping states for a column of the activity.

    Raises
    ------
    TanluError
        TL103, TL110 for an unknown or ambiguous spelling, TL104 for another dimension.
    """
    wanted = QUANTITIES[target]
    if wanted == "angle":
        if spelled.strip() not in DEGREE_WORDS:
            raise TanluError("TL104", value=spelled, wanted="deg")
        return DEGREES
    found = units.unit(spelled)
    if found.dimension.partition(".")[0] != wanted:
        raise TanluError("TL104", value=found.name, wanted=wanted)
    return found


def quantity(
    values: pl.Series, rule: Rule, decimal: str, thousands: str | None, spelled: pl.Series | None
) -> tuple[pl.Series, pl.Series]:
    """Give the kept integers of a column, and for each row the code of what is wrong with it.

    Parameters
    ----------
    values
        Numbers, or texts as they stand in the file.
    rule
        The rule of the column, with its unit.
    decimal, thousands
        Signs of the file, where the rule does not say others.
    spelled
        The unit of each row, where the rule names a column for it.
    """
    number = _number(values, rule.decimal or decimal, rule.thousands or thousands)
    unclear = number.is_null() & values.is_not_null()
    if spelled is None:
        assert rule.unit is not None
        kept = number.to_frame("x").select(
            units.stored(pl.col("x"), unit_of(rule.target, rule.unit))
        )["x"]
        nameless = pl.Series([False]).new_from_index(0, values.len())
    else:
        kept, nameless = _by_unit(number, spelled, rule)
    lost = number.is_not_null() & kept.is_null() & ~nameless
    table = pl.DataFrame({"u": unclear, "n": nameless & number.is_not_null(), "l": lost})
    code = table.select(
        pl.when("u")
        .then(pl.lit(UNCLEAR))
        .when("n")
        .then(pl.lit(NO_UNIT))
        .when("l")
        .then(pl.lit(TOO_LARGE))
    ).to_series()
    return kept.alias(rule.target), code


def whole(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Give plain whole numbers, and the code of what is wrong with each row."""
    number = _number(values, ".", None)
    kept = number.cast(pl.Int64, strict=False)
    fine = (kept.cast(pl.Float64) == number).fill_null(value=False)
    code = pl.DataFrame({"bad": ~fine & values.is_not_null()}).select(
        pl.when("bad").then(pl.lit(UNCLEAR))
    )
    return kept.set(~fine, None), code.to_series()


def plain(values: pl.Series) -> pl.Series:
    """Give texts with one form of each sign (full-width digits as ASCII) and no outer blanks."""
    text = unwrapped(values.cast(pl.String))
    if text.str.contains(r"[^\x00-\x7f]").any():
        text = text.str.normalize("NFKC").str.replace_all("−", "-", literal=True)
    return text.str.strip_chars()


def unwrapped(text: pl.Series) -> pl.Series:
    """Give texts without the ``="…"`` by which exports keep a spreadsheet from rounding them."""
    if not text.str.starts_with('="').any():
        return text
    return text.str.replace(r'^="([^"]*)"$', "${1}")


def parted(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Give figures and units of cells such as ``12.5 kg`` or ``350公里``."""
    cells = plain(values).str.extract_groups(r"^([+-]?[\d.,' ]*\d(?:[eE][+-]?\d+)?)\s*(.*)$")
    figures, unit = cells.struct.field("1"), cells.struct.field("2")
    return figures.fill_null(values.cast(pl.String)), unit.set(unit.str.len_bytes() == 0, None)


def _number(values: pl.Series, decimal: str, thousands: str | None) -> pl.Series:
    if values.dtype.is_numeric():
        number = values.cast(pl.Float64)
        return number.set(~number.is_finite().fill_null(value=True), None)
    text = plain(values)
    d = re.escape(decimal)
    if thousands is not None:
        t = re.escape("" if thousands == "" else thousands)
        if thousands in (" ", "'"):  # a narrow blank or an apostrophe of another shape
            text = text.str.replace_all(r"[\s’]", thousands)
        grouped = text.str.contains(rf"^[+-]?\d{{1,3}}(?:{t}\d{{3}})+(?:{d}\d*)?$")
        bare = text.str.replace_all(thousands, "", literal=True)
        text = text.zip_with(~grouped.fill_null(value=False), bare)
    if decimal != ".":
        clear = ~text.str.contains(".", literal=True).fill_null(value=False)
        text = text.set(~clear, None).str.replace(decimal, ".", literal=True)
    text = text.set(~text.str.contains(NUMBER).fill_null(value=True), None)
    # what is too large for a double becomes infinite, so that its row says so
    return text.cast(pl.Float64, strict=False)


def _by_unit(number: pl.Series, spelled: pl.Series, rule: Rule) -> tuple[pl.Series, pl.Series]:
    """Keep each row in its own unit; tell the rows whose unit is not known."""
    names = plain(spelled).alias("unit")
    frame = pl.DataFrame({"x": number, "unit": names})
    kept = pl.lit(None, dtype=pl.Int64)
    known: list[str] = []
    for spelling in names.drop_nulls().unique().sort():
        try:
            unit = unit_of(rule.target, spelling)
        except TanluError:
            continue
        known.append(spelling)
        kept = (
            pl.when(pl.col("unit") == spelling)
            .then(units.stored(pl.col("x"), unit))
            .otherwise(kept)
        )
    done = frame.select(
        kept.alias("x"), (~pl.col("unit").is_in(known)).fill_null(value=True).alias("nameless")
    )
    return done["x"], done["nameless"]
