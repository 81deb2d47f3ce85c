"""Kinds of activity: what can be done, in dotted words, and which quantities count it."""

from __future__ import annotations

import csv
import difflib
from functools import cache
from importlib import resources
from typing import NamedTuple

from tanlu.errors import TanluError

__all__ = ["FORMS", "Kind", "kind", "kinds", "leaves"]

# form of a quantity -> the activity columns whose product it is
FORMS: dict[str, tuple[str, ...]] = {
    "tkm": ("mass_mg", "distance_m"),
    "teukm": ("teu_milli", "distance_m"),
    "pkm": ("count", "distance_m"),
    "km": ("distance_m",),
    "t": ("mass_mg",),
    "kg": ("mass_mg",),
    "teu": ("teu_milli",),
    "item": ("count",),
    "mj": ("energy_j",),
    "l": ("volume_ml",),
    "money": ("amount_fen",),
}


class Kind(NamedTuple):
    """A kind of activity; ``forms`` name its quantities, the best first, none for a family."""

    name: str
    en: str
    zh: str
    forms: tuple[str, ...]
    reference: str

    @property
    def parent(self) -> str:
        """The family, empty for a family itself."""
        return self.name.rpartition(".")[0]

    def within(self, family: str) -> bool:
        """Tell whether this is the family or one of its kinds."""
        return self.name == family or self.name.startswith(f"{family}.")

    def form_for(self, columns: frozenset[str]) -> str | None:
        """Give the first form whose columns are all there, None when no quantity is complete."""
        return next((form for form in self.forms if columns.issuperset(FORMS[form])), None)


@cache
def kinds() -> dict[str, Kind]:
    """Give every kind by name, families before their kinds, in the order of ``kinds.csv``."""
    text = resources.files("tanlu.terms").joinpath("kinds.csv").read_text(encoding="utf-8")
    return {row["kind"]: _kind(row) for row in csv.DictReader(text.splitlines())}


def leaves() -> tuple[str, ...]:
    """Give the names of the kinds that an activity may have: those with a quantity."""
    return tuple(each.name for each in kinds().values() if each.forms)


def kind(name: str) -> Kind:
    """Give one kind by its exact name.

    Raises
    ------
    TanluError
        TL115 for an unknown kind, with the nearest.
    """
    if name not in kinds():
        near = difflib.get_close_matches(name[:40], kinds(), n=1, cutoff=0.3)
        raise TanluError("TL115", value=name, table="kinds.csv", nearest=near[0] if near else "hub")
    return kinds()[name]


def _kind(row: dict[str, str]) -> Kind:
    forms = tuple(form for form in row["forms"].split(";") if form)
    return Kind(row["kind"], row["en"], row["zh"], forms, row["reference"])
