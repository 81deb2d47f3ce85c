"""'As much as so many trees': only with a source and a date, and with what other sources say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tanlu.account.rules import rows
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Equivalence", "Equivalent", "equivalences", "equivalents", "made"]

STATUSES = ("official", "peer", "claim", "assumption")


@dataclass(frozen=True, slots=True)
class Equivalence:
    """How much of something one of another thing stands for, who says so and when."""

    name: str
    of: str
    amount: Fraction
    unit: str
    date: dt.date
    place: str
    status: str
    source: str
    en: str
    zh: str


class Equivalent(NamedTuple):
    """A number that stands for an amount, and the source that goes with it wherever it goes."""

    number: Fraction
    by: Equivalence

    def say(self, language: str = "en") -> str:
        """Give the number with its words, date and source."""
        words = self.by.zh if language.startswith("zh") else self.by.en
        return f"{float(self.number):,.4g} {words} ({self.by.source}, {self.by.date})"


@cache
def equivalences() -> tuple[Equivalence, ...]:
    """Give the equivalences that are known, every one with its source and date."""
    return tuple(made(row) for row in rows("cobenefit/equivalences.csv"))


def made(row: Mapping[str, str]) -> Equivalence:
    """Give an equivalence from its texts.

    Raises
    ------
    TanluError
        TL555 without source or date, for an unknown status, or for an amount that is not positive.
    """
    try:
        amount, date = Fraction(row["amount"]), dt.date.fromisoformat(row["date"])
    except ValueError as error:
        raise TanluError("TL555", value=row["name"], why="no amount or no date is given") from error
    wrong = {
        "no source is given": not row["source"].strip(),
        "the status is none of official, peer, claim, assumption": row["status"] not in STATUSES,
        "the amount is not positive": amount <= 0,
    }
    for why, holds in wrong.items():
        if holds:
            raise TanluError("TL555", value=row["name"], why=why)
    return Equivalence(
        row["name"], row["of"], amount, row["unit"], date, row["place"], row["status"],
        row["source"], row["en"], row["zh"],
    )  # fmt: skip


def equivalents(of: str, amount: int | Fraction) -> tuple[Equivalent, ...]:
    """Give everything that an amount is said to equal, all sources beside each other.

    Parameters
    ----------
    of
        ``co2e`` [kg], ``paper`` [kg] or ``energy`` [kWh].
    amount
        In that unit.

    Raises
    ------
    TanluError
        TL502 for a quantity of which nobody says what it equals.
    """
    known = [each for each in equivalences() if each.of == of]
    if not known:
        names = sorted({each.of for each in equivalences()})
        raise TanluError("TL502", value=of, known=", ".join(names))
    return tuple(Equivalent(Fraction(amount) / each.amount, each) for each in known)
