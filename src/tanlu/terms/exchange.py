"""Rules of the exchange of footprints that implementers get wrong: answers, pages, filters, dates.

They are data and pure functions, so that whatever speaks PACT or iLEAP says the same.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tanlu.errors import TanluError
from tanlu.terms.time import years_later

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["Answer", "answer", "matching", "next_page", "product_mass", "validity"]

# PACT 3.0: the mass of what has none
NO_MASS = ("ton kilometer", "hour", "megabit second", "kilowatt hour", "megajoule")
VALID_YEARS = 3


class Answer(NamedTuple):
    """What an interface answers when it refuses."""

    status: int
    code: str


@cache
def _answers() -> Mapping[tuple[str, str], Answer]:
    text = resources.files("tanlu.terms").joinpath("answers.csv").read_text(encoding="utf-8")
    return {
        (row["protocol"], row["situation"]): Answer(int(row["status"]), row["code"])
        for row in csv.DictReader(text.splitlines())
    }


def answer(protocol: str, situation: str) -> Answer:
    """Give status and code with which a protocol refuses: ``answer("ileap", "wrong_token")``.

    The same situation has another answer in each protocol (``answers.csv``).

    Raises
    ------
    TanluError
        TL115 for an unknown protocol or situation.
    """
    found = _answers().get((protocol, situation))
    if found is None:
        known = " ".join(f"{each}.{what}" for each, what in _answers())
        raise TanluError(
            "TL115", value=f"{protocol}.{situation}", table="answers.csv", nearest=known
        )
    return found


def next_page(url: str, **changed: int | str) -> str:
    """Give the Link header to the next page: the same host and every other parameter of a URL.

    A parameter may stand more than once (the same key repeated means or).
    """
    parts = urlsplit(url)
    told = [pair for pair in parse_qsl(parts.query, keep_blank_values=True)
            if pair[0] not in changed]  # fmt: skip
    query = urlencode([*told, *((name, str(value)) for name, value in changed.items())])
    return f'<{urlunsplit(parts._replace(query=query))}>; rel="next"'


def matching(asked: Iterable[str], known: Collection[str]) -> frozenset[str]:
    """Give the words of an enumeration that a filter asks for, whatever their case.

    An unknown word matches nothing; it is no error.
    """
    folded = {word.casefold() for word in asked}
    return frozenset(word for word in known if word.casefold() in folded)


def product_mass(unit: str, mass: str) -> str:
    """Give productMassPerDeclaredUnit: "0" for what has no mass, such as a ton kilometer."""
    return "0" if unit in NO_MASS else mass


def validity(reference_end: dt.date) -> tuple[dt.date, dt.date]:
    """Give the period in which a footprint holds when none is told: three years on.

    PACT 3.0: from referencePeriodEnd, three years long.
    """
    return reference_end, years_later(reference_end, VALID_YEARS)
