"""Which factor holds: hard filters, then a lexicographic rank, never a weighted sum.

A candidate is a bundle of factor rows of one activity, place, source and edition: the energy of a
vehicle, or its TTW and WTT pair, or the parts of an electricity value. Every rejection keeps its
reason and every loser the first component in which it lost.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tanlu.factors.packs import canonical
from tanlu.factors.places import chain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanlu.factors.packs import Library
    from tanlu.factors.rules import Profile

US = 1_000_000
# Days of factors begin at midnight in the default zone of the house, Asia/Shanghai (UTC+8).
MIDNIGHT_US = -8 * 3600 * US
FIRST_YEAR, LAST_YEAR = 1900, 2200

COMPONENTS = (
    *("override", "source", "place", "unmatched facets", "defaulted facets"),
    *("time", "tier", "pedigree", "published", "factor_id"),
)
TIERS = {"official": 0, "peer": 1, "derived": 2, "assumption": 3}

# Basic 95 % factor of a value whose row states none, and the ecoinvent pedigree factors version 1
# (reliability, completeness, time, geography, technology; scores 1 to 5).
BASIC_GSD2 = 1.05
PEDIGREE = (
    (1.0, 1.05, 1.1, 1.2, 1.5),
    (1.0, 1.02, 1.05, 1.1, 1.2),
    (1.0, 1.03, 1.1, 1.2, 1.5),
    (1.0, 1.01, 1.02, 1.02, 1.1),
    (1.0, 1.0, 1.2, 1.5, 2.0),
)


class Want(NamedTuple):
    """What is looked for: an activity with its facets in a place."""

    activity: str
    vehicle_class: str
    energy_carrier: str
    temperature_class: str
    place: str | None


@dataclass(frozen=True, eq=False)
class Candidate:
    """Factor rows of one activity, place, source and edition, by boundary."""

    parts: Mapping[str, dict[str, str]]

    @cached_property
    def row(self) -> dict[str, str]:
        """The first of its rows: facets, dates and source are the same in all."""
        return next(iter(self.parts.values()))

    @cached_property
    def ids(self) -> str:
        """The identities of its rows, joined."""
        return "+".join(sorted(row["factor_id"] for row in self.parts.values()))

    @cached_property
    def content(self) -> bytes:
        """The bytes over which its rows are hashed, one after the other."""
        return b"".join(canonical(row) + b"\x1e" for row in self.parts.values())

    @cached_property
    def years(self) -> tuple[int, int]:
        """First year of validity and the year after the last."""
        first = int(self.row["valid_from"][:4])
        until = self.row.get("valid_to") or ""
        return first, int(until[:4]) if until else LAST_YEAR

    @cached_property
    def fixed(self) -> tuple[int, int, int, str]:
        """The components of the rank that no question changes: tier, pedigree, published, id."""
        row = self.row
        pedigree = row.get("pedigree") or "55555"
        published = row.get("published") or "1900-01-01"
        newest = -dt.date.fromisoformat(published).toordinal()
        return (TIERS.get(row["status"], 9), sum(map(int, pedigree)), newest, self.ids)

    @cached_property
    def sigma_ln(self) -> float:
        """Standard deviation of ln of the value: published bounds, else the pedigree."""
        return max(sigma_ln(row) for row in self.parts.values())


Rank = tuple[int, int, int, int, int, int, int, int, int, str]


class Span(NamedTuple):
    """One stretch of time with its winner; ``gap`` is -1 past, 0 exact, 1 future."""

    start_us: int
    end_us: int
    winner: Candidate
    gap: int
    conflict: float


def sigma_ln(row: Mapping[str, str]) -> float:
    """Give ln(upper/lower)/(2*1.96), else ``0.5*sqrt(ln^2 U_b + sum ln^2 U_k)``.

    U_b is the basic 95 % factor (column ``gsd``), U_k come from the pedigree scores (ecoinvent
    version 1). IPCC 2006 volume 1 chapter 3 for the bounds.
    """
    if row.get("lower") and row.get("upper"):
        return math.log(float(row["upper"]) / float(row["lower"])) / (2 * 1.96)
    total = math.log(float(row.get("gsd") or BASIC_GSD2)) ** 2
    for factors, score in zip(PEDIGREE, row.get("pedigree") or "", strict=False):
        total += math.log(factors[int(score) - 1]) ** 2
    return 0.5 * math.sqrt(total)


class Index:
    """The candidates of a library by activity, class and carrier."""

    def __init__(self, kept: Library) -> None:
        bundles: dict[tuple[str, ...], dict[str, dict[str, str]]] = {}
        for items in kept.rows:
            row = dict(items)
            bundles.setdefault(_bundle(row), {})[row["boundary"]] = row
        self.by: dict[tuple[str, str], list[Candidate]] = {}
        self.carriers: dict[tuple[str, str], set[str]] = {}
        for parts in bundles.values():
            found = Candidate(dict(sorted(parts.items())))
            row = found.row
            name = row.get("vehicle_class") or ""
            carrier = row.get("energy_carrier") or ""
            self.by.setdefault((row["activity"], name or carrier), []).append(found)
            if row["form"] != "linear_load" or "energy" in parts:
                self.carriers.setdefault((row["activity"], name), set()).add(carrier)

    def about(self, want: Want) -> Sequence[Candidate]:
        """Give the candidates of an activity of this class, or of this carrier."""
        return self.by.get((want.activity, want.vehicle_class or want.energy_carrier), ())


@lru_cache(maxsize=8)
def index(kept: Library) -> Index:
    """Give the index of a library, made once."""
    return Index(kept)


def _bundle(row: Mapping[str, str]) -> tuple[str, ...]:
    names = (
        *("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology"),
        *("place", "source_id", "data_year", "valid_from", "method", "form", "denominator"),
    )
    role = "energy" if row["boundary"] == "energy" else "gases"
    return (role, *(row.get(name) or "" for name in names))


def rejection(found: Candidate, want: Want, profile: Profile) -> str | None:
    """Give the first hard filter that a candidate hits, or nothing."""
    row = found.row
    if row.get("energy_carrier", "") != want.energy_carrier:
        return f"energy carrier is {row.get('energy_carrier')}"
    if row["place"] not in chain(want.place):
        return f"holds for {row['place']}"
    temperature = row.get("temperature_class") or ""
    if temperature not in {"", want.temperature_class}:
        return f"temperature class is {temperature}"
    if row.get("technology"):
        return f"technology is {row['technology']}"
    if row["status"] == "deprecated":
        return "deprecated"
    if row["form"] == "linear_load" and "energy" not in found.parts:
        return "published emission curve, kept for audit: composed by energy instead"
    return _boundary(found, profile)


def _boundary(found: Candidate, profile: Profile) -> str | None:
    row = found.row
    if "energy" in found.parts:
        return None
    if row["activity"] == "energy.electricity":
        method = row.get("method")
        return None if method == profile.electricity else f"method is {method}"
    if "ttw" not in found.parts:
        return "no TTW value"
    if profile.pair and "wtt" not in found.parts:
        return "no WTT value of the same source and edition"
    return None


def rank(found: Candidate, want: Want, profile: Profile, year: int) -> Rank:
    """Give the rank tuple of a candidate in a year; the smaller wins, component by component."""
    row = found.row
    source = row["source_id"]
    unmatched = int((row.get("temperature_class") or "") != want.temperature_class)
    first, until = found.years
    gap = 0
    if year >= until:
        gap = year - until + 1
    elif year < first:
        gap = 10 * (first - year) + 1
    return (
        0 if source.startswith("own") else 1,
        profile.order(source),
        chain(want.place).index(row["place"]),
        unmatched,
        int((row.get("energy_carrier") or "") != want.energy_carrier),
        gap,
        *found.fixed,
    )


@lru_cache(maxsize=65_536)
def winners(want: Want, kept: Library, profile: Profile) -> tuple[Span, ...]:
    """Give the winners over all time among the candidates that pass every hard filter."""
    found = index(kept).about(want)
    passed = [each for each in found if rejection(each, want, profile) is None]
    return tuple(timeline(passed, want, profile))


def timeline(pool: Sequence[Candidate], want: Want, profile: Profile) -> list[Span]:
    """Give the winners over all time as disjoint spans that cover 1900 to 2200, in order."""
    spans: list[Span] = []
    for year, until in _stretches(pool) if pool else ():
        winner, conflict = _settle(sorted((rank(each, want, profile, year), each) for each in pool))
        first, last = winner.years
        gap = 1 if year < first else (-1 if year >= last else 0)
        end = day_us(dt.date(until, 1, 1))
        if spans and spans[-1].winner is winner and spans[-1].gap == gap:
            spans[-1] = spans[-1]._replace(end_us=end)
        else:
            spans.append(Span(day_us(dt.date(year, 1, 1)), end, winner, gap, conflict))
    return spans


def day_us(day: dt.date) -> int:
    """Give the instant at which a day begins in the house's zone [us since 1970 UTC]."""
    return (day.toordinal() - 719_163) * 86_400 * US + MIDNIGHT_US


def year_of(at_us: int) -> int:
    """Give the calendar year of an instant in the house's zone."""
    return dt.date.fromordinal((at_us - MIDNIGHT_US) // (86_400 * US) + 719_163).year


def _stretches(pool: Sequence[Candidate]) -> list[tuple[int, int]]:
    firsts = {first for first, _ in (each.years for each in pool)}
    lasts = {last for _, last in (each.years for each in pool)} - {LAST_YEAR}
    marks = firsts | lasts
    years = [FIRST_YEAR, *range(min(marks), max(marks) + 1), LAST_YEAR]
    return list(pairwise(years))


def _settle(ranked: list[tuple[Rank, Candidate]]) -> tuple[Candidate, float]:
    """Give the winner, and how far an equally good one lies from it (the higher of two wins)."""
    best, winner = ranked[0]
    equal = [each for other, each in ranked if other[:8] == best[:8]]
    if len(equal) == 1:
        return winner, 0.0
    sizes = [(size(each), each.ids, each) for each in equal]
    low, high = min(sizes), max(sizes)
    apart = 0.0 if low[0] == 0 else high[0] / low[0] - 1
    return (high[2], apart) if apart > 0.02 else (winner, 0.0)


def size(found: Candidate) -> float:
    """Give one number by which two equally good candidates are compared."""
    names = ("value_full", "value", "co2e_published", "co2_fossil")
    return sum(
        next((float(row[name]) for name in names if row.get(name)), 0.0)
        for row in found.parts.values()
    )
