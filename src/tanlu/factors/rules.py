"""The rules that are data: profiles, defaults with their reasons, and what each code says."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tanlu.errors import TanluError


@dataclass(frozen=True, slots=True)
class Profile:
    """What a way of reporting asks of a factor and which sources it prefers."""

    name: str
    pair: bool
    electricity: str
    sources: tuple[str, ...]

    def order(self, source_id: str) -> int:
        """Give the place of a source in the profile's order, the first is 0."""
        for number, prefix in enumerate(self.sources):
            if source_id.startswith(prefix):
                return number
        return len(self.sources)


@dataclass(frozen=True, slots=True)
class Default:
    """One assumption: which value is taken when a facet is missing, why, and how unsure it is."""

    code: str
    kind: str
    facet: str
    place: str
    by: str
    below: int
    value: str
    sigma_ln: float
    en: str
    zh: str


@cache
def profile(name: str) -> Profile:
    """Give a profile; raise TL203 for an unknown one."""
    rows = {row["profile"]: row for row in _rows("profiles.csv")}
    if name not in rows:
        raise TanluError("TL203", value=name, known=", ".join(rows))
    row = rows[name]
    return Profile(name, row["pair"] == "yes", row["electricity"], tuple(row["sources"].split(";")))


@cache
def bands() -> dict[str, tuple[int, ...]]:
    """Give the marks of mass and distance at which an untold class becomes another one.

    Two amounts between the same marks get the same class; ``mass_mg`` [mg], ``distance_m`` [m].
    """
    found: dict[str, set[int]] = {}
    for row in defaults():
        if row.by in {"mass_mg", "distance_m"}:
            found.setdefault(row.by, set()).add(row.below)
    return {by: tuple(sorted(marks)) for by, marks in sorted(found.items())}


@cache
def defaults() -> tuple[Default, ...]:
    """Give all assumptions in the order in which they are tried."""
    return tuple(
        Default(
            code=row["code"],
            kind=row["kind"],
            facet=row["facet"],
            place=row["place"],
            by=row["by"],
            below=int(row["below"] or 0),
            value=row["value"],
            sigma_ln=float(row["sigma_ln"]),
            en=row["en"],
            zh=row["zh"],
        )
        for row in _rows("defaults.csv")
    )


@cache
def default(kind: str, facet: str, places: tuple[str, ...]) -> Default | None:
    """Give the assumption for a missing facet of a kind in a chain of places, or nothing."""
    for row in defaults():
        fits = row.kind in {kind, ""} and row.facet == facet and not row.by
        if fits and (not row.place or row.place in places):
            return row
    return None


@cache
def assumption(code: str) -> Default:
    """Give what a code says; raise TL203 for an unknown code."""
    for row in defaults():
        if row.code == code:
            return row
    raise TanluError("TL203", value=code, known=", ".join(sorted({d.code for d in defaults()})))


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.factors").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
