"""Resolve distinct keys once into disjoint validity intervals: vehicle curve × energy carrier.

``rate_empty`` a and ``rate_slope`` b give the units x of one leg, and x times grams gives gases::

    x = tkm · DAF · uplift · (a / ((1 − ε) · λ · capacity) + b)

With f(λ) = f0 + (f1 − f0)·λ the energy per kilometre (GLEC v3 annex on load curves, UK DESNZ
2025), a = f0 and b = (f1 − f0) / capacity. A scalar has a = 0.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors import grams, rules, select
from tanlu.factors.packs.load import Library, library
from tanlu.factors.places import chain
from tanlu.terms import gases, schema, taxonomy, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

KEY = ("kind", "vehicle_class", "energy_carrier", "temperature_class", "place", "technology",
       "material")  # fmt: skip

# Distance adjustment when the activity states the shortest feasible distance and the rate holds
# for actual kilometres: GLEC v3 section 1 (road 5 %, sea 15 %; none for the other modes).
DAF = {"transport.road": 1.05, "transport.sea": 1.15}

# names of the boundaries in which grams are given, where nothing else is said
PAIR: dict[str, float | str | None] = {"ttw_boundary": "ttw", "wtt_boundary": "wtt"}

# kinds whose factors are told apart by a class of vehicle or hub
MOVED = ("transport.", "hub.")

KeyRow = tuple[str, str | None, str | None, str | None, str | None, str | None, str | None]


@dataclass(eq=False)
class Plan:
    """What a key asks for after its missing facets are filled, and what was assumed for that."""

    key: KeyRow
    want: select.Want
    codes: list[str] = field(default_factory=list)
    sigma2: float = 0.0
    default: bool = False
    uplift: float = 1.0

    def assume(self, row: rules.Default, *, defaulted: bool = True) -> None:
        """Note an assumption with the uncertainty that it adds; without code it is a fact."""
        if not row.code:
            return
        self.codes.append(row.code)
        self.sigma2 += row.sigma_ln**2
        self.default |= defaulted and row.sigma_ln > 0


def resolve(
    keys: pl.DataFrame,
    *,
    library: Library | None = None,
    profile: str = "iso14083",
    gwp_set: str = "AR6",
) -> pl.DataFrame:
    """Give the resolved factors of all distinct keys: schema ``resolved``, disjoint intervals.

    Parameters
    ----------
    keys
        Columns kind, vehicle_class, energy_carrier, temperature_class, place, technology, material
        (strings or null; absent columns are null).
    library
        Factors to choose from, the built-in packs by default.
    profile
        Row of ``profiles.csv``: iso14083, cn_inventory, ghg_protocol, iso14067 or cbam.
    gwp_set
        SAR, AR4, AR5 or AR6.

    Returns
    -------
    DataFrame
        Schema ``resolved``; a key without factor has no row (see ``reason``).

    Raises
    ------
    TanluError
        TL203 for an unknown profile, TL111 for an unknown GWP set.
    """
    kept = library or _built_in()
    rule = rules.profile(profile)
    gases.gwp(gwp_set)
    rows: list[dict[str, Any]] = []
    told = keys.select(
        pl.col(name) if name in keys.columns else pl.lit(None, pl.String).alias(name)
        for name in KEY
    )
    for key in told.unique().sort(KEY).iter_rows():
        rows += resolve_one(key, kept, rule, gwp_set)
    shape = schema("resolved")
    return shape.check(pl.DataFrame(rows, schema=shape.dtypes(), orient="row"))


@lru_cache(maxsize=65_536)
def resolve_one(
    key: KeyRow, kept: Library, profile: rules.Profile, gwp_set: str
) -> tuple[dict[str, Any], ...]:
    """Give the rows of one key, in order of time; empty when there is no factor."""
    if key[0] == "refrigerant.leak":
        return tuple(_leak(key, gwp_set))
    made = plan(key, kept)
    if made is None:
        return ()
    rows: list[dict[str, Any]] = []
    for vehicle in select.winners(made.want, kept, profile):
        for carrier in _carriers(made, vehicle.winner, kept, profile):
            for supply in _supplies(made, (vehicle, carrier), kept, profile):
                spans = [each for each in (vehicle, carrier, supply) if each]
                start = max(each.start_us for each in spans)
                end = min(each.end_us for each in spans)
                if start < end:
                    found = (vehicle, carrier, supply)
                    row = _row(made, found, (start, end), profile, gwp_set)
                    rows += _hours(row, vehicle.winner)
    return tuple(_merged(sorted(rows, key=lambda row: row["valid_from"])))


def _hours(row: dict[str, Any], found: select.Candidate) -> list[dict[str, Any]]:
    """Give a row for each hour of an hourly value, the last for the mean; else the row alone.

    The amounts of the row are those of the stated mean: each hour has them in the proportion of
    its point to the mean.
    """
    told = found.row
    if told["form"] != "hourly" or told.get("axis") != "hour":
        return [row]
    mean = float(told["value"])
    marks = dict(point.split(":") for point in told["points"].split(";"))
    amounts = [name for name in row if name.endswith("_g") and row[name] is not None]
    hours = [
        {
            **row,
            "hour": hour,
            **{name: row[name] * float(marks[str(hour)]) / mean for name in amounts},
        }
        for hour in range(24)
    ]
    return [*hours, {**row, "hour": 24}]


def plan(key: KeyRow, kept: Library) -> Plan | None:
    """Give the key with its missing facets filled from the stated defaults, or nothing."""
    kind, *told = key
    name, carrier, temperature, place, technology, material = (each or "" for each in told)
    places = chain(place or None)
    want = select.Want(kind, name, carrier, temperature, place or None, technology, material)
    made = Plan(key, want)
    if kind.startswith("energy."):
        made.want = made.want._replace(vehicle_class="")
    elif not name and kind.startswith(MOVED):
        assumed = rules.default(kind, "vehicle_class", places)
        if assumed is None:
            return None
        made.assume(assumed)
        made.want = made.want._replace(vehicle_class=assumed.value)
    if not carrier and not _fill_carrier(made, places, kept):
        return None
    for facet in ("technology", "material"):
        _fill(made, facet, places, kept)
    if made.want.temperature_class == "ambient":
        made.want = made.want._replace(temperature_class="")
    return made


def _fill_carrier(made: Plan, places: tuple[str, ...], kept: Library) -> bool:
    """Fill the energy carrier that was not told; give whether there is one, or none is needed."""
    kind = made.want.activity
    filled = _carrier(kind, made.want.vehicle_class, places, kept)
    if filled:
        made.assume(filled[0])
        made.want = made.want._replace(energy_carrier=filled[1])
    return bool(filled) or not kind.startswith((*MOVED, "energy.fuel", "energy.electricity"))


def _fill(made: Plan, facet: str, places: tuple[str, ...], kept: Library) -> None:
    """Fill a facet that was not told, where no factor does without it and a default is stated."""
    if getattr(made.want, facet):
        return
    pool = select.index(kept).about(made.want)
    if any(not each.row.get(facet) for each in pool):
        return
    told = {each.row[facet] for each in pool}
    for assumed in rules.fallbacks(made.want.activity, facet, places):
        if told.intersection(taxonomy.families(assumed.value)):
            made.assume(assumed)
            made.want = made.want._replace(**{facet: assumed.value})
            return


def carrier_want(made: Plan) -> select.Want:
    """Give what is looked for to burn or to charge in a vehicle."""
    carrier = made.want.energy_carrier
    activity = "energy.electricity" if carrier == "electricity" else "energy.fuel"
    return select.Want(activity, "", carrier, "", made.want.place)


def _built_in() -> Library:
    return library()


def _carrier(
    kind: str, name: str, places: tuple[str, ...], kept: Library
) -> tuple[rules.Default, str] | None:
    has = select.index(kept).carriers.get((kind, name), set())
    assumed = rules.default(kind, "energy_carrier", places)
    if assumed is not None and (assumed.value in has or kind.startswith("energy.")):
        return assumed, assumed.value
    if len(has) == 1 and has != {""}:
        return rules.assumption("F-CARRIER-OTHER"), next(iter(has))
    return None


def _carriers(
    made: Plan, vehicle: select.Candidate, kept: Library, profile: rules.Profile
) -> Sequence[select.Span | None]:
    if "energy" not in vehicle.parts:
        return (None,)
    return select.winners(carrier_want(made), kept, profile)


def _supplies(
    made: Plan,
    pair: tuple[select.Span, select.Span | None],
    kept: Library,
    profile: rules.Profile,
) -> Sequence[select.Span | None]:
    """Give the values of other sources for the supply of what is burnt, where its own has none."""
    vehicle, carrier = pair
    burnt = (carrier or vehicle).winner
    asked = profile.upstream.covered(burnt.row["activity"])
    if asked is None or asked.of(burnt.parts):
        return (None,)
    want = carrier_want(made) if carrier else made.want
    return select.winners(want, kept, profile.upstream) or (None,)


def _row(
    made: Plan,
    found: tuple[select.Span, select.Span | None, select.Span | None],
    span: tuple[int, int],
    profile: rules.Profile,
    gwp_set: str,
) -> dict[str, Any]:
    vehicle, carrier, supply = found
    notes = Plan(made.key, made.want, list(made.codes), made.sigma2, made.default, 1.0)
    _temper(notes, vehicle.winner)
    spans = [vehicle] if carrier is None else [vehicle, carrier]
    for want, each in zip((made.want, carrier_want(made)), spans, strict=False):
        _noted(notes, each, want, profile)
        _second(notes, each.winner, profile)
    if supply:
        notes.assume(rules.assumption("F-UPSTREAM"), defaulted=False)
    chosen = [each.winner for each in spans]
    sigma2 = notes.sigma2 + sum(each.sigma_ln**2 for each in chosen)
    shape = _shape(vehicle.winner)
    burnt = spans[-1].winner
    codes = list(dict.fromkeys(notes.codes))
    if supply:
        # one interval for both boundaries: that of the less sure of the two
        sigma2 += max(0.0, supply.winner.sigma_ln**2 - burnt.sigma_ln**2)
        chosen.append(supply.winner)
    return {
        **dict(zip(KEY, made.key, strict=True)),
        "valid_from": span[0],
        "valid_to": span[1],
        "hour": None,
        **shape,
        "temperature_uplift": notes.uplift,
        "distance_basis": vehicle.winner.row.get("distance_basis") or None,
        "daf_default": DAF.get(made.want.activity, 1.0),
        "energy_mj_per_x": 1.0 if carrier or shape["form"] == "mj" else None,
        **emitted(burnt, gwp_set, supply and supply.winner, profile.electricity),
        "gas": None,
        "gwp_set": gwp_set,
        "sigma_ln": math.sqrt(sigma2),
        "tier": "default" if notes.default else "modelled",
        "factor_id": "/".join(each.winner.ids for each in spans)
        + (f"+{supply.winner.ids}" if supply else ""),
        "factor_hash": _hash(chosen, codes, notes.uplift, gwp_set),
        "reasons": ";".join(_reason(each, made) for each in chosen),
        "assumptions": ";".join(codes) or None,
    }


@lru_cache(maxsize=4096)
def emitted(
    burnt: select.Candidate,
    gwp_set: str,
    supply: select.Candidate | None = None,
    electricity: str = "chain",
) -> dict[str, float | str | None]:
    """Give the grams per unit of a carrier or a published pair, for TTW and WTT.

    Electricity is upstream of a wheel as a whole; an inventory has its generation (scope 2) and
    what lies before and behind that (scope 3, category 3) ``apart``.
    """
    parts = {**burnt.parts, **(supply.parts if supply else {})}
    if burnt.row["activity"] == "energy.electricity":
        if electricity == "apart" and "generation" in parts:
            return _apart(parts, gwp_set)
        upstream = grams.grams(parts.values(), "wtt", gwp_set)
        return {**PAIR, **grams.nothing("ttw"), **upstream}
    if "ttw" not in parts:
        only = grams.grams(parts.values(), "wtt", gwp_set)
        return {
            "ttw_boundary": "ttw",
            "wtt_boundary": "+".join(parts),
            **grams.unknown("ttw"),
            **only,
        }
    ttw = grams.grams([parts["ttw"]], "ttw", gwp_set)
    if "wtt" not in parts:
        return {**PAIR, **ttw, **grams.unknown("wtt")}
    return {**PAIR, **ttw, **grams.grams([parts["wtt"]], "wtt", gwp_set)}


def _apart(parts: Mapping[str, dict[str, str]], gwp_set: str) -> dict[str, float | str | None]:
    names = {"ttw_boundary": "generation", "wtt_boundary": "upstream"}
    before = [row for boundary, row in parts.items() if boundary != "generation"]
    upstream = grams.grams(before, "wtt", gwp_set) if before else grams.unknown("wtt")
    return {**names, **grams.grams([parts["generation"]], "ttw", gwp_set), **upstream}


@lru_cache(maxsize=4096)
def _shape(vehicle: select.Candidate) -> dict[str, Any]:
    row = vehicle.parts.get("energy") or vehicle.row
    form, per = grams.counted(row["denominator"])
    energy = "energy" in vehicle.parts
    scale = units.convert(1, row["numerator"], "MJ") / per if energy else Fraction(1)
    if row["form"] == "linear_load":
        empty, full = (float(Fraction(row[name]) * scale) for name in ("value_empty", "value_full"))
        capacity = float(row["capacity_t"])
        return {
            "form": "tkm",
            "rate_empty": empty,
            "rate_slope": (full - empty) / capacity,
            "capacity_t": capacity,
            "load_default": float(row["load_default"]),
            "empty_default": float(row["empty_default"]),
        }
    slope = float(Fraction(row["value"]) * scale) if energy else 1.0
    none = dict.fromkeys(("capacity_t", "load_default", "empty_default"))
    return {"form": form, "rate_empty": 0.0, "rate_slope": slope, **none}


def _temper(notes: Plan, vehicle: select.Candidate) -> None:
    wanted = notes.want.temperature_class
    plain = notes.want.activity.startswith(("energy.", "refrigerant."))
    if not wanted or plain or (vehicle.row.get("temperature_class") or "") == wanted:
        return
    if notes.want.vehicle_class.startswith("van"):
        row = rules.assumption("F-TEMP-VAN")
    else:
        row = next(
            each
            for each in rules.defaults()
            if each.code == "F-TEMP-UPLIFT" and each.kind in {notes.want.activity, ""}
        )
    notes.assume(row)
    notes.uplift = float(row.value)


def _second(notes: Plan, found: select.Candidate, profile: rules.Profile) -> None:
    """Note that the boundary of a value is not the one that the profile takes first."""
    if select.level(found, profile):
        notes.assume(rules.assumption("F-BOUNDARY"), defaulted=False)


def _noted(notes: Plan, span: select.Span, want: select.Want, profile: rules.Profile) -> None:
    row = span.winner.row
    for facet in ("technology", "material"):
        if (row.get(facet) or "") != getattr(want, facet):
            notes.assume(rules.assumption("F-FACET"), defaulted=False)
    if row["status"] == "assumption":
        notes.assume(rules.assumption("F-ASSUMED"), defaulted=False)
        notes.default = True
    electric = row["activity"] == "energy.electricity"
    if electric and not notes.want.place:
        notes.assume(rules.assumption("F-NOPLACE"), defaulted=False)
    local = row["activity"] not in {"transport.sea", "transport.air"}
    origin = row.get("origin")
    if origin:
        if origin not in chain(notes.want.place):
            code = "F-ABROAD-FUEL" if row["activity"].startswith("energy.") else "F-ABROAD"
            notes.assume(rules.assumption(code), defaulted=False)
    elif local and notes.want.place and row["place"] != notes.want.place:
        notes.assume(rules.assumption("F-PLACE"), defaulted=False)
    if span.gap:
        notes.assume(rules.assumption("F-PAST" if span.gap < 0 else "F-FUTURE"), defaulted=False)
    if span.conflict:
        notes.assume(rules.assumption("F-CONFLICT"), defaulted=False)
    # an inventory has generation and upstream apart: there the lack shows by itself
    chained = electric and profile.electricity == "chain"
    if chained and set(span.winner.parts) == {"generation"}:
        notes.assume(rules.assumption("F-GENERATION"), defaulted=False)


def _reason(found: select.Candidate, made: Plan) -> str:
    row = found.row
    steps = chain(made.want.place).index(row["place"])
    return f"{row['source_id']} {row['data_year']} {row['place']}+{steps} {row['status']}"


def _hash(
    chosen: Iterable[select.Candidate], codes: Iterable[str], uplift: float, gwp_set: str
) -> str:
    digest = hashlib.sha256()
    for found in chosen:
        digest.update(found.content)
    tail = [gwp_set, str(uplift), *(f"{code}={rules.assumption(code).sigma_ln}" for code in codes)]
    digest.update("\x1f".join(tail).encode())
    return digest.hexdigest()


def _merged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows with neighbours of one content joined into one interval."""
    joined: list[dict[str, Any]] = []
    for row in rows:
        last = joined[-1] if joined else None
        if (
            last
            and last["factor_hash"] == row["factor_hash"]
            and last["valid_to"] == row["valid_from"]
            and last["hour"] is None
        ):
            last["valid_to"] = row["valid_to"]
        else:
            joined.append(row)
    return joined


def _leak(key: KeyRow, gwp_set: str) -> list[dict[str, Any]]:
    """Give grams CO2e per kilogram of a refrigerant that leaks; its production is excluded."""
    name = key[2] or key[1]
    if not name:
        return []
    try:
        weight = gases.potential(name, gwp_set)
    except TanluError:
        return []
    substance = gases.gas(name)
    hashed = hashlib.sha256(f"gwp|{gwp_set}|{substance}|{weight}".encode()).hexdigest()
    nulls: dict[str, Any] = {**PAIR, **grams.unknown("ttw"), **grams.unknown("wtt")}
    return [
        {
            **dict(zip(KEY, key, strict=True)),
            "valid_from": select.day_us(dt.date(select.FIRST_YEAR, 1, 1)),
            "valid_to": select.day_us(dt.date(select.LAST_YEAR, 1, 1)),
            "hour": None,
            "form": "kg",
            "rate_empty": 0.0,
            "rate_slope": 1.0,
            "temperature_uplift": 1.0,
            "daf_default": 1.0,
            **nulls,
            "ttw_co2e_g": float(weight * 1000),
            "gas": substance,
            "gwp_set": gwp_set,
            "sigma_ln": 0.05,
            "tier": "modelled",
            "factor_id": f"gwp/{gwp_set}/{substance}",
            "factor_hash": hashed,
            "reasons": f"GWP-100 {gwp_set}",
        }
    ]
