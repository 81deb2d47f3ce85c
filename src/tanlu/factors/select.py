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

from tanlu.factors import grams
from tanlu.factors.packs.load import canonical
from tanlu.factors.places import chain
from tanlu.terms import taxonomy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanlu.factors.packs.load import Library, Row
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

# Basic 95 % factors of a value whose row states none (ecoinvent 2: combustion, electricity and
# materials 1.05, transport services 2.0), and the ecoinvent pedigree factors version 1
# (reliability, completeness, time, geography, technology; scores 1 to 5).
BASIC_GSD2, TRANSPORT_GSD2 = 1.05, 2.0
PEDIGREE = (
    (1.0, 1.05, 1.1, 1.2, 1.5),
    (1.0, 1.02, 1.05, 1.1, 1.2),
    (1.0, 1.03, 1.1, 1.2, 1.5),
    (1.0, 1.01, 1.02, 1.02, 1.1),
    (1.0, 1.0, 1.2, 1.5, 2.0),
)


class Want(NamedTuple):
    """What is looked for: an activity with its facets in a place; an empty facet is not told."""

    activity: str
    vehicle_class: str
    energy_carrier: str
    temperature_class: str
    place: str | None
    technology: str = ""
    material: str = ""


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
    def facets(self) -> tuple[str, str, str]:
        """What it tells of temperature, technology and material, empty where it tells nothing."""
        told = (self.row.get(name) for name in ("temperature_class", "technology", "material"))
        temperature, technology, material = (each or "" for each in told)
        return temperature, technology, material

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
    moved = row.get("activity", "").startswith(("transport.", "hub."))
    basic = TRANSPORT_GSD2 if moved else BASIC_GSD2
    total = math.log(float(row.get("gsd") or basic)) ** 2
    for factors, score in zip(PEDIGREE, row.get("pedigree") or "", strict=False):
        total += math.log(factors[int(score) - 1]) ** 2
    return 0.5 * math.sqrt(total)


class Index:
    """The candidates of a library by activity, class or carrier, material and place."""

    def __init__(self, kept: Library) -> None:
        bundles: dict[tuple[str, ...], dict[str, Row]] = {}
        for row in kept.rows:
            bundles.setdefault(_bundle(row), {})[row["boundary"]] = row
        self.by: dict[tuple[str, str, str], dict[str, list[Candidate]]] = {}
        self.carriers: dict[tuple[str, str], set[str]] = {}
        for parts in bundles.values():
            found = Candidate(dict(sorted(parts.items())))
            row = found.row
            name = row.get("vehicle_class") or ""
            carrier = row.get("energy_carrier") or ""
            key = (row["activity"], name or carrier, row.get("material") or "")
            self.by.setdefault(key, {}).setdefault(row["place"], []).append(found)
            if row["form"] != "linear_load" or "energy" in parts:
                self.carriers.setdefault((row["activity"], name), set()).add(carrier)

    def about(self, want: Want) -> list[Candidate]:
        """Give all candidates of an activity of this class, or of this carrier, or material."""
        by = self._materials(want)
        return [each for places in by for found in places.values() for each in found]

    def near(self, want: Want) -> list[Candidate]:
        """Give the candidates that hold for the place, or for a wider one."""
        by, places = self._materials(want), chain(want.place)
        return [each for held in by for place in places for each in held.get(place, ())]

    def _materials(self, want: Want) -> list[dict[str, list[Candidate]]]:
        key = (want.activity, want.vehicle_class or want.energy_carrier)
        families = taxonomy.families(want.material)
        return [self.by[held] for each in families if (held := (*key, each)) in self.by]


@lru_cache(maxsize=8)
def index(kept: Library) -> Index:
    """Give the index of a library, made once."""
    return Index(kept)


def _bundle(row: Row) -> tuple[str, ...]:
    names = (
        *("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology"),
        *("material", "place", "source_id", "data_year", "valid_from", "method", "form"),
        *("denominator", "heat_basis", "substance"),
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
    temperature, technology, _ = found.facets
    if temperature and temperature != want.temperature_class:
        return f"temperature class is {temperature}"
    if technology and not taxonomy.within(want.technology, technology):
        return f"technology is {technology}"
    return _standing(found, profile, told=bool(want.technology))


@lru_cache(maxsize=65_536)
def _standing(found: Candidate, profile: Profile, *, told: bool) -> str | None:
    """Give the filter that a candidate hits whatever is wanted, once for each profile."""
    row = found.row
    if row["status"] == "deprecated":
        return "deprecated"
    if row["form"] == "linear_load" and "energy" not in found.parts:
        return "published emission curve, kept for audit: composed by energy instead"
    return _boundary(found, profile, told=told) or _unit(row)


def _boundary(found: Candidate, profile: Profile, *, told: bool) -> str | None:
    row = found.row
    covered = profile.covered(row["activity"])
    if covered is None:
        return f"outside the profile {profile.name}"
    method = row.get("method") or ""
    methods = (covered.method, covered.told) if told else (covered.method,)
    if method == "marginal" or (covered.method and method not in methods):
        return f"method is {method or '-'}"
    if covered.of(found.parts):
        return None
    if "ttw" not in found.parts and "wtt" in found.parts:
        return "no TTW value"
    if "ttw" in found.parts:
        return "no WTT value of the same source and edition"
    return f"boundary is {'+'.join(found.parts)}"


def _unit(row: Row) -> str | None:
    """Refuse what is not counted as the house counts it: a fuel is composed by its net energy."""
    if row["form"] == "table" and not row.get("value"):
        return "table without a value for when its axis is not told"
    if row.get("heat_basis") == "gross":
        return "gross heating value: kept for audit, fuels are composed by net energy"
    if grams.dollars(row) == 0:
        return f"no rate or price index for {row['denominator']} of {row['data_year']}"
    form = grams.form(row["denominator"])
    if form is None or (row["activity"].startswith("energy.") and form != "mj"):
        return f"unit is {row['denominator']}"
    energy = row["boundary"] == "energy"
    if not grams.counts(row["numerator"], "MJ" if energy else "kg"):
        return f"unit is {row['numerator']}"
    if not energy and row["form"] != "linear_load" and not any(map(row.get, grams.TOLD)):
        return "neither a gas nor a CO2e is told"
    return None


@lru_cache(maxsize=65_536)
def used(found: Candidate, profile: Profile) -> Candidate:
    """Give a candidate with those of its boundaries that the profile takes."""
    covered = profile.covered(found.row["activity"])
    told = covered and covered.of(found.parts)
    if not told or len(told[1]) == len(found.parts):
        return found
    return Candidate({name: row for name, row in found.parts.items() if name in told[1]})


def rank(found: Candidate, want: Want, profile: Profile, year: int) -> Rank:
    """Give the rank tuple of a candidate in a year; the smaller wins, component by component."""
    return (*head(found, want, profile), gap(found, year), *found.fixed)


def components(profile: Profile) -> tuple[str, ...]:
    """Give the components of the rank in the order in which a profile compares them."""
    override, source, place, *rest = COMPONENTS
    pair = (source, place) if profile.first == "source" else (place, source)
    return (override, *pair, *rest)


def head(found: Candidate, want: Want, profile: Profile) -> tuple[int, int, int, int, int]:
    """Give the components of the rank before the time: whose, which source, place and facets."""
    row = found.row
    source = row["source_id"]
    wanted = (want.temperature_class, want.technology, want.material)
    order, place = profile.order(source), chain(want.place).index(row["place"])
    return (
        0 if source.startswith("own") else 1,
        *((order, place) if profile.first == "source" else (place, order)),
        0 if found.facets == wanted else sum(map(steps, found.facets, wanted)),
        level(found, profile),
    )


@lru_cache(maxsize=65_536)
def level(found: Candidate, profile: Profile) -> int:
    """Give how far the boundaries of a candidate are from those that the profile takes first."""
    covered = profile.covered(found.row["activity"])
    told = covered and covered.of(found.parts)
    return told[0] if told else 0


def steps(told: str, wanted: str) -> int:
    """Give how many families a facet lies above the one that is wanted."""
    return 0 if told == wanted else taxonomy.families(wanted).index(told)


def gap(found: Candidate, year: int) -> int:
    """Give how far a year lies from the validity: a later value counts ten times and one.

    A value without an end holds for all later years, yet the newest of several goes first.
    """
    first, until = found.years
    if year >= until:
        return year - until + 1
    if year < first:
        return 10 * (first - year) + 1
    return year - first if until == LAST_YEAR else 0


@lru_cache(maxsize=65_536)
def winners(want: Want, kept: Library, profile: Profile) -> tuple[Span, ...]:
    """Give the winners over all time among the candidates that pass every hard filter."""
    near = index(kept).near(want)
    passed = [used(each, profile) for each in near if rejection(each, want, profile) is None]
    return tuple(timeline(_first(told(passed, want), want, profile), want, profile))


def told(passed: Sequence[Candidate], want: Want) -> Sequence[Candidate]:
    """Give those that tell the technology that is asked; all of them where none does."""
    if not want.technology:
        return passed
    return [each for each in passed if each.facets[1]] or passed


def _first(pool: Sequence[Candidate], want: Want, profile: Profile) -> list[Candidate]:
    """Give those that lead before the time is asked: no other wins in any year."""
    heads = [head(each, want, profile) for each in pool]
    best = min(heads, default=None)
    return [each for each, told in zip(pool, heads, strict=True) if told == best]


def timeline(pool: Sequence[Candidate], want: Want, profile: Profile) -> list[Span]:
    """Give the winners over all time as disjoint spans that cover 1900 to 2200, in order."""
    spans: list[Span] = []
    for year, until in _stretches(pool) if pool else ():
        winner, conflict = _settle([(rank(each, want, profile, year), each) for each in pool])
        first, last = winner.years
        side = 1 if year < first else (-1 if year >= last else 0)
        end = day_us(dt.date(until, 1, 1))
        if spans and spans[-1].winner is winner and spans[-1].gap == side:
            spans[-1] = spans[-1]._replace(end_us=end)
        else:
            spans.append(Span(day_us(dt.date(year, 1, 1)), end, winner, side, conflict))
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
    best, winner = min(ranked, key=lambda each: each[0])
    # what counts in another unit is no rival: a value per km and one per t.km are both true, as
    # are an energy and an emission
    equal = [
        each
        for other, each in ranked
        if other[:8] == best[:8]
        and each.row["denominator"] == winner.row["denominator"]
        and ("energy" in each.parts) == ("energy" in winner.parts)
    ]
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
