"""Amounts as people read them: exact decimals, one unit for a table, separators, a sensible digit.

Everything that is kept is an integer; here it becomes a `Decimal` of t, kg or g without a float
in between, so that a report can be compared with the ledger to the microgram.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

__all__ = ["MASS", "Scale", "digits", "exact", "grouped", "kilograms", "plain", "share", "tkm"]

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit for showing: its name and the power of ten of one kept unit [10^-n]."""

    unit: str
    power: int

    def of(self, kept: int | None) -> Decimal | None:
        """Give a kept integer in this unit, exactly; null stays null."""
        return None if kept is None else exact(kept, self.power)


# micrograms to the unit that gives the largest value three or more digits before the point
MASS = (Scale("Mt", 18), Scale("kt", 15), Scale("t", 12), Scale("kg", 9), Scale("g", 6))
FREIGHT = (Scale("t", 9), Scale("kg", 6))
STEPS = {"Mt": 10, "kt": 100}


def exact(kept: int, power: int) -> Decimal:
    """Give kept / 10**power as an exact decimal."""
    return Decimal(int(kept)).scaleb(-power, context=EXACT)


def kilograms(co2e_ug: int | None) -> Decimal | None:
    """Give micrograms as kilograms [kg], exactly."""
    return None if co2e_ug is None else exact(co2e_ug, 9)


def tkm(transport_kgm: int | None) -> Decimal | None:
    """Give transport activity kept in kg·m as tonne-kilometres [t·km], exactly."""
    return None if transport_kgm is None else exact(transport_kgm, 6)


def scale(largest_ug: int) -> Scale:
    """Give the unit in which amounts up to this one read well: g, kg, t, kt or Mt."""
    size = abs(largest_ug)
    for unit in MASS:
        if size >= 10**unit.power * STEPS.get(unit.unit, 1):
            return unit
    return MASS[-1]


def share(part: int, whole: int) -> Decimal:
    """Give part / whole as percent [%] with 4 decimals; 0 for a share of nothing."""
    if whole == 0:
        return Decimal(0)
    value = EXACT.divide(Decimal(int(part)) * 100, Decimal(int(whole)))
    return value.quantize(Decimal("0.0001"), context=EXACT)


def quotient(part: Decimal | int, whole: Decimal | int, places: int = 6) -> Decimal | None:
    """Give part / whole rounded half away from zero; None when the divisor is zero."""
    if not whole:
        return None
    return EXACT.divide(Decimal(part), Decimal(whole)).quantize(
        Decimal(1).scaleb(-places), context=EXACT
    )


def plain(value: Decimal) -> str:
    """Give decimal text without exponent and without trailing zeros: what JSON carries."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def digits(values: Iterable[Decimal | float | None]) -> int:
    """Give how many decimals a column of numbers needs so that its largest shows 3-4 digits."""
    largest = max((abs(float(value)) for value in values if value is not None), default=0.0)
    for limit, places in ((1000, 0), (100, 1), (10, 2), (1, 3)):
        if largest >= limit:
            return places
    return 4 if largest else 0


def grouped(value: Decimal | float | None, places: int | None = None) -> str:
    """Give a number with thousands separators, half away from zero; a dash for null.

    A value that would be rounded to nothing is shown with two significant digits instead.
    """
    if value is None:
        return "–"
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    wanted = digits([number]) if places is None else places
    rounded = number.quantize(Decimal(1).scaleb(-wanted), context=EXACT)
    if number and not rounded:
        rounded = number.quantize(Decimal(1).scaleb(number.adjusted() - 1), context=EXACT)
    return f"{rounded:,f}"
