"""Units of measure as exact fractions of the unit that is stored.

``units.csv`` is the table of units with their spellings, ``units_refused.csv`` the spellings that
mean more than one unit. A ton is not guessed: it is refused with the choices.
"""

from __future__ import annotations

import csv
import difflib
import unicodedata
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from decimal import Decimal

    import polars as pl

__all__ = ["Unit", "convert", "is_unit", "shown", "stored", "unit", "units"]

INT64_MAX = 2**63 - 1
EXACT_DOUBLE = 2.0**52  # from here on a double has no half, and adding one would move it

# stored unit of a column -> unit at the rim and how many decimal places lie between them
RIM: dict[str, tuple[str, int]] = {
    "mg": ("kg", 6),
    "ug": ("kg", 9),
    "m": ("km", 3),
    "J": ("MJ", 6),
    "mL": ("L", 3),
    "ppm": ("%", 4),
    "0.001 TEU": ("TEU", 3),
    "1/100 of currency": ("", 2),
    "kg.m": ("t.km", 6),
    "1e-7 deg": ("°", 7),
    "us": ("s", 6),
    "1e-3 degC": ("°C", 3),
    "mm": ("m", 3),
    "mm/s": ("m/s", 3),
    "0.01 deg": ("°", 2),
}


class Unit(NamedTuple):
    """A unit: ``numerator / denominator`` of the stored unit of its dimension.

    Stored units: mass mg, distance m, energy J, volume mL, count 1, container 0.001 TEU, share
    ppm, time µs, temperature m°C, transport kg.m, money.XXX 1/100 of the currency XXX.
    """

    name: str
    dimension: str
    numerator: int
    denominator: int
    meaning: str = ""
    meaning_zh: str = ""
    reference: str = ""

    @property
    def scale(self) -> Fraction:
        """How many stored units one of this unit is, exactly."""
        return Fraction(self.numerator, self.denominator)


@cache
def units() -> dict[str, Unit]:
    """Give every unit by its name, in the order of ``units.csv``."""
    return {row["unit"]: _unit(row) for row in _rows("units.csv")}


def unit(text: str) -> Unit:
    """Give the unit that a spelling means: ``kg``, ``KGM``, ``公斤`` or ``Kilograms``.

    An exact spelling wins; otherwise the case is ignored where that leaves one unit.

    Raises
    ------
    TanluError
        TL103 for an unknown unit, with the nearest spelling; TL110 for a spelling that means
        more than one unit (``ton``, ``gal``, ``MT``), with the choices.
    """
    exact, folded, refused = _spellings()
    key = _normal(text)
    if key in exact:
        return units()[exact[key]]
    if key in refused or key.casefold() in refused:
        choices = refused.get(key) or refused[key.casefold()]
        raise TanluError("TL110", value=text, choices=choices)
    names = folded.get(key.casefold(), ())
    if len(names) == 1:
        return units()[names[0]]
    if names:
        raise TanluError("TL110", value=text, choices=", ".join(names))
    near = difflib.get_close_matches(key.casefold()[:40], folded, n=1, cutoff=0.5)
    nearest = folded[near[0]][0] if near else "kg, t, km, kWh, L"
    raise TanluError("TL103", value=text, nearest=nearest)


def is_unit(text: str) -> bool:
    """Tell whether a spelling means exactly one unit."""
    try:
        unit(text)
    except TanluError:
        return False
    return True


def convert(value: float | Decimal | Fraction, from_: str | Unit, to: str | Unit) -> Fraction:
    """Give a value in another unit, exactly.

    A float counts as the decimal that it prints as, so ``convert(0.1, "t", "kg")`` is 100.

    Raises
    ------
    TanluError
        TL103 or TL110 for a spelling, TL104 when the units measure different things.
    """
    old = unit(from_) if isinstance(from_, str) else from_
    new = unit(to) if isinstance(to, str) else to
    if old.dimension != new.dimension:
        raise TanluError("TL104", value=old.name, wanted=new.name)
    exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    return exact * old.scale / new.scale


def stored(values: pl.Expr, in_unit: str | Unit) -> pl.Expr:
    """Give the int64 column in the stored unit of the dimension.

    ``sign(x)·floor(|x|+0.5)`` with ``x = value·numerator/denominator`` on doubles: exact while the
    product stays below 2**53. Null for null, NaN, infinity and whatever int64 cannot hold.
    """
    import polars as pl

    of = unit(in_unit) if isinstance(in_unit, str) else in_unit
    x = values.cast(pl.Float64, strict=False) * float(of.numerator)
    if of.denominator != 1:
        x = x / float(of.denominator)
    size = x.abs()
    whole = pl.when(size < EXACT_DOUBLE).then((size + 0.5).floor()).otherwise(size)
    fits = size.is_finite() & (size < 2.0**63)
    kept = pl.when(fits).then(whole).otherwise(None).cast(pl.Int64, strict=False)
    return pl.when(x < 0).then(-kept).otherwise(kept)


def shown(value: int, column_unit: str) -> tuple[str, str]:
    """Give a kept integer as exact decimal text and the unit in which people read it.

    ``shown(12345678, "mg")`` is ``("12.345678", "kg")``; a unit without a rim keeps its own.
    """
    name, places = RIM.get(column_unit, (column_unit, 0))
    digits = str(abs(value)).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    part = part.rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}{'.' if part else ''}{part}", name


def _unit(row: dict[str, str]) -> Unit:
    scale = Fraction(row["scale"])
    return Unit(
        name=row["unit"],
        dimension=row["dimension"],
        numerator=scale.numerator,
        denominator=scale.denominator,
        meaning=row["meaning"],
        meaning_zh=row["含义"],
        reference=row["reference"],
    )


@cache
def _spellings() -> tuple[dict[str, str], dict[str, tuple[str, ...]], dict[str, str]]:
    """Give spelling -> unit, case-folded spelling -> units, and refused spelling -> choices."""
    exact: dict[str, str] = {}
    folded: dict[str, tuple[str, ...]] = {}
    for row in _rows("units.csv"):
        for spelling in (row["unit"], *row["aliases"].split("|")):
            key = _normal(spelling)
            exact[key] = row["unit"]
            seen = folded.get(key.casefold(), ())
            if row["unit"] not in seen:
                folded[key.casefold()] = (*seen, row["unit"])
    refused = {
        _normal(spelling): row["choices"].replace("|", ", ")
        for row in _rows("units_refused.csv")
        for spelling in row["spelling"].split("|")
    }
    return exact, folded, refused


def _normal(text: str) -> str:
    """Give a spelling with one form of dot, blank, prime and superscript."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for dot in "·⋅∙•*×":  # the signs people write for a product
        plain = plain.replace(dot, ".")
    plain = plain.replace("′", "'").replace("’", "'").replace("^3", "3")
    plain = ".".join(part.strip() for part in plain.split("."))
    return " ".join(plain.rstrip(".").split())


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.terms").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
