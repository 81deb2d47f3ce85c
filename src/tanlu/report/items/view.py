"""What the sections of a report look at: words, facts, sums, and one unit for all amounts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.report import numbers
from tanlu.report.items.totals import Tally
from tanlu.report.words import Words

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Scaled", "View", "dec", "dec_tkm"]


class Scaled(ABC):
    """What has words and one unit of mass for a whole document."""

    __slots__ = ()
    words: Words

    @property
    @abstractmethod
    def scale(self) -> numbers.Scale:
        """The unit of mass of CO2e for the whole document."""

    def of(self, kilograms: str | None) -> Decimal | None:
        """Give an amount of the facts [kg] in the unit of the document."""
        if kilograms is None:
            return None
        return Decimal(kilograms).scaleb(9 - self.scale.power, context=numbers.EXACT)

    def column(self, key: str) -> str:
        """Give a column's header with the unit of the document."""
        return self.words(f"column.{key}", unit=self.scale.unit)

    @property
    def unit(self) -> str:
        """The unit of CO2e for charts and figures."""
        return f"{self.scale.unit} CO₂e"


@dataclass(frozen=True, slots=True)
class View(Scaled):
    """All that the sections are made of."""

    words: Words
    facts: dict[str, Any]
    sums: Tally
    missing: pl.DataFrame

    @property
    def scale(self) -> numbers.Scale:
        """The unit of mass of CO2e for the whole report."""
        return numbers.scale(int(self.sums.head["co2e_ug"][0] or 0))


def dec(text: str | None) -> Decimal | None:
    """Give a decimal string as a number; null stays null."""
    return None if text is None else Decimal(text)


def dec_tkm(transport_kgm: int | None) -> Decimal | None:
    """Give transport activity [t·km]; null when there is none."""
    return numbers.tkm(int(transport_kgm)) if transport_kgm else None
