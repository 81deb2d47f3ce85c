"""From legs to carbon: the formulas of the account on activities that have not happened.

Each leg goes through the same match and quantification as what is read into a ledger, by the
resolved factors in memory, and nothing is written.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.account import assumption, estimate
from tanlu.account.rules import circuities
from tanlu.account.uncertainty import relative_sum, spread
from tanlu.errors import TanluError
from tanlu.serve.quotes.options import Option, chain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.account.chains import Overrides
    from tanlu.factors import Library
    from tanlu.serve.quotes.asking import Place
    from tanlu.serve.quotes.lanes import Lane

__all__ = ["Estimated", "Pins", "assumed", "estimated", "great_circle_m", "own"]

EARTH_M = 6_371_008.8
E7 = 1e7
LOCKER_PPM = 500_000
# a full vehicle where no own one is known, and the shortest way that is flown [m]
FULL_PPM, FLIGHT_M = 800_000, 400_000
MILLION = 1_000_000
# what of a leg decides its carbon; where it emits stands in `place`
FACETS = (
    "kind", "place", "distance_m", "distance_type", "vehicle_class", "energy_carrier",
    "temperature_class", "load_ppm", "empty_ppm", "bio_ppm", "bio_basis",
)  # fmt: skip
BOUNDARIES = ("ttw", "wtt")

Leg = dict[str, Any]


class Pins(NamedTuple):
    """What an estimate rests on beside its legs."""

    library: Library
    chains: Overrides
    start_us: int
    # legs that were estimated already: the options of one parcel share most of theirs
    known: dict[tuple[Any, ...], Leg]


class Estimated(NamedTuple):
    """The carbon of one option [µg] with its interval, and its legs."""

    co2e_ug: int
    lower_ug: int
    upper_ug: int
    sigma_ln: float
    legs: tuple[Leg, ...]


def estimated(legs: Sequence[Leg], mass_mg: int, pins: Pins, *sigmas: float) -> Estimated:
    """Give the carbon of a parcel on some legs.

    Parameters
    ----------
    legs
        Facets of an activity, with the ``codes`` of what was assumed about it.
    mass_mg
        Mass of the parcel.
    sigmas
        What else makes the sum unsure, as standard deviations of its logarithm.

    Raises
    ------
    TanluError
        TL201 or TL501 for a leg for which no factor is known.
    """
    told = [_leg(leg, mass_mg, pins) for leg in legs]
    amounts = [float(leg["co2e_ug"]) for leg in told]
    # two codes of one cause are one doubt: the widest counts for a leg
    factor = relative_sum(
        amounts, [leg["sigma_ln"] for leg in told],
        [str(leg["factor_id"]).partition("/")[0] for leg in told],
    )  # fmt: skip
    assumed_ = relative_sum(amounts, [leg["assumed_ln"] for leg in told])
    whole = math.sqrt(factor**2 + assumed_**2 + sum(each**2 for each in sigmas))
    total = sum(leg["co2e_ug"] for leg in told)
    ends = spread(total, whole)
    return Estimated(total, ends.lower, ends.upper, whole, tuple(told))


def own(lane: Lane, option: Option) -> tuple[Leg, ...]:
    """Give the legs of a lane's own shipment as an option changes them."""
    legs = [dict(leg) for leg in lane.legs]
    main = max(range(len(legs)), key=lambda at: legs[at]["distance_m"] or 0)
    if option.change == "full" and lane.full_ppm and legs[main]["kind"] == "transport.road":
        load_ppm = max(lane.full_ppm, legs[main]["load_ppm"] or 0)
        legs[main] |= {"load_ppm": load_ppm, "assumed_ln": option.sigma_ln}
    last = max(at for at, leg in enumerate(legs) if leg["kind"].startswith("transport."))
    if option.change == "locker" and last != main:
        half_m = legs[last]["distance_m"] * LOCKER_PPM // MILLION
        legs[last] |= {"distance_m": half_m, "assumed_ln": option.sigma_ln}
    return tuple(legs)


def assumed(origin: Place, destination: Place, option: Option) -> tuple[Leg, ...]:
    """Give the legs that are assumed where a lane has no past: by factors and circuity.

    Raises
    ------
    TanluError
        TL970 over a border, where the chain has ports and customs that nobody told, and by air
        where the way is too short for it.
    """
    straight = great_circle_m(origin, destination)
    near = option.own == "air" and straight < FLIGHT_M
    if near or origin.country != destination.country:
        raise TanluError("TL970", value=option.option)
    table = circuities()
    made: list[Leg] = []
    steps = chain(option.own)
    for number, step in enumerate(steps):
        stretch = table.get((step.kind, origin.country), table.get((step.kind, ""), 1.0))
        way = {"circuity": straight * stretch, "great_circle": straight}.get(step.way, 0)
        distance = max(step.at_least_m, round(way)) if step.at_least_m else None
        last = option.change == "locker" and number == len(steps) - 1
        full = option.change == "full" and step.way == "circuity"
        if last and distance:
            distance = distance * LOCKER_PPM // MILLION
        here = destination if number > 1 else origin
        made.append({
            "kind": step.kind, "place": here.region, "distance_m": distance,
            "distance_type": None if distance is None else "gcd" if step.way == "great_circle"
            else "sfd", "vehicle_class": step.vehicle_class,
            "energy_carrier": step.energy_carrier, "codes": step.codes,
            "load_ppm": FULL_PPM if full else None,
            "assumed_ln": option.sigma_ln if last or full else 0.0,
        })  # fmt: skip
    return tuple(made)


def great_circle_m(one: Place, other: Place) -> int:
    """Give the great circle between two places [m], by the haversine as the tables have it."""
    lat1, lon1, lat2, lon2 = (
        math.radians(angle / E7) for angle in (one.lat_e7, one.lon_e7, other.lat_e7, other.lon_e7)
    )
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_M * math.asin(math.sqrt(min(1.0, half))))


def _leg(leg: Leg, mass_mg: int, pins: Pins) -> Leg:
    asked = {name: leg[name] for name in FACETS if leg.get(name) is not None}
    asked |= {"start": pins.start_us, "mass_mg": mass_mg}
    key = tuple(asked.items())
    if key not in pins.known:
        pins.known[key] = estimate(asked, library=pins.library, chains=pins.chains)
    found = pins.known[key]
    (only,) = found["legs"]
    codes = [*leg.get("codes", ()), *(only["assumptions"] or "").split(";")]
    return {
        **{name: leg.get(name) for name in FACETS},
        "co2e_ug": found["co2e_ug"], **{f"{b}_ug": only[b]["co2e_ug"] or 0 for b in BOUNDARIES},
        "factor_id": only["factor_id"], "factor_hash": only["factor_hash"],
        "sigma_ln": (only["sigma_ln_ppm"] or 0) / MILLION,
        "assumed_ln": max(
            leg.get("assumed_ln", 0.0),
            *(assumption(code).sigma_ln for code in leg.get("codes", ())),
            0.0,
        ),
        "codes": tuple(dict.fromkeys(code for code in codes if code)),
    }  # fmt: skip
