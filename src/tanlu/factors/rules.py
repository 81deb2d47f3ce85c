"""The rules that are data: profiles, defaults with their reasons, and what each code says."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms import taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection


class Accepted(NamedTuple):
    """Boundaries that together answer a question: those needed and those taken where given."""

    needed: frozenset[str]
    taken: frozenset[str]


class Covered(NamedTuple):
    """What a profile asks of the factors of a kind: a method and boundaries, the best first.

    ``told`` is the method that it takes beside where the question tells a technology: electricity
    of a residual mix or a contract is market-based (GHG Protocol Scope 2 Guidance, chapter 6).
    ``apart`` is a boundary that another value may give where the best one has none: an inventory
    books the supply of a fuel in another scope than its burning.
    """

    method: str
    told: str
    levels: tuple[tuple[Accepted, ...], ...]
    apart: str = ""

    def of(self, boundaries: Collection[str]) -> tuple[int, frozenset[str]] | None:
        """Give how far from the first choice boundaries are, and which are used; else nothing."""
        for level, equal in enumerate(self.levels):
            for accepted in equal:
                if accepted.needed.issubset(boundaries):
                    return level, accepted.taken.intersection(boundaries)
        return None


@dataclass(frozen=True, eq=False)
class Profile:
    """What a way of reporting asks of a factor and which sources it prefers."""

    name: str
    version: str
    first: str
    electricity: str
    sources: tuple[str, ...]
    covers: tuple[tuple[str, Covered], ...]
    _orders: dict[str, int] = field(default_factory=dict, repr=False)
    _covered: dict[str, Covered | None] = field(default_factory=dict, repr=False)

    @cached_property
    def upstream(self) -> Profile:
        """The same profile asking for nothing but what it lets another value give."""
        covers = tuple(
            (kind, each._replace(levels=_levels(each.apart), apart=""))
            for kind, each in self.covers
            if each.apart
        )
        return Profile(self.name, self.version, self.first, self.electricity, self.sources, covers)

    def order(self, source_id: str) -> int:
        """Give the place of a source in the profile's order, the first is 0."""
        if source_id not in self._orders:
            fits = (n for n, prefix in enumerate(self.sources) if source_id.startswith(prefix))
            self._orders[source_id] = next(fits, len(self.sources))
        return self._orders[source_id]

    def covered(self, activity: str) -> Covered | None:
        """Give what the profile asks of the factors of an activity, nothing where it has none."""
        if activity not in self._covered:
            fits = (each for kind, each in self.covers if taxonomy.within(activity, kind))
            self._covered[activity] = next(fits, None)
        return self._covered[activity]


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
def profiles() -> dict[str, Profile]:
    """Give every profile by name, in the order of ``profiles.csv``."""
    asked: dict[str, list[tuple[str, Covered]]] = {}
    for row in _rows("boundaries.csv"):
        asked.setdefault(row["profile"], []).append(
            (row["kind"], _covered(row["method"], row["accept"], row["apart"]))
        )
    return {
        row["profile"]: Profile(
            row["profile"],
            row["version"],
            row["first"],
            row["electricity"],
            tuple(row["sources"].split(";")),
            tuple(sorted(asked[row["profile"]], key=lambda each: -len(each[0]))),
        )
        for row in _rows("profiles.csv")
    }


@cache
def profile(name: str) -> Profile:
    """Give a profile by its name or another that it goes by; raise TL203 for an unknown one."""
    if name in profiles():
        return profiles()[name]
    spelt = "".join(sign for sign in name.casefold() if sign.isalnum())
    for row in _rows("profiles.csv"):
        if spelt in {row["profile"].replace("_", ""), *row["aliases"].split(";")}:
            return profiles()[row["profile"]]
    raise TanluError("TL203", value=name, known=", ".join(profiles()))


@cache
def rules_hash() -> str:
    """Give the hash of profiles, boundaries and defaults: what chooses, apart from the factors."""
    digest = hashlib.sha256()
    for name in ("profiles.csv", "boundaries.csv", "defaults.csv"):
        for row in _rows(name):
            told = (
                f"{key}={value}" for key, value in row.items() if key not in {"aliases", "en", "zh"}
            )
            digest.update("\x1f".join(told).encode() + b"\x1e")
    return digest.hexdigest()


def _covered(method: str, accept: str, apart: str) -> Covered:
    first, _, told = method.partition(";")
    return Covered(first, told, _levels(accept), apart)


def _levels(text: str) -> tuple[tuple[Accepted, ...], ...]:
    """Read ``a+b?/c|d``: a, with b where given, or equally c; after these d."""
    return tuple(tuple(map(_accepted, equal.split("/"))) for equal in text.split("|"))


def _accepted(text: str) -> Accepted:
    parts = text.split("+")
    needed = frozenset(part for part in parts if not part.endswith("?"))
    return Accepted(needed, frozenset(part.rstrip("?") for part in parts))


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
    return next(iter(fallbacks(kind, facet, places)), None)


@cache
def fallbacks(kind: str, facet: str, places: tuple[str, ...]) -> tuple[Default, ...]:
    """Give the assumptions for a missing facet in the order in which they are tried."""
    return tuple(
        row
        for row in defaults()
        if row.facet == facet
        and not row.by
        and row.kind in {kind, kind.partition(".")[0], ""}
        and (not row.place or row.place in places)
    )


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
