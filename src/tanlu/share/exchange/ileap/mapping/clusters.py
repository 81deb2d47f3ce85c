"""Legs of one intensity: the fewest categories of which each leg is the product to the microgram.

ISO 14083 and iLEAP want the emissions of an element to be its activity times the intensity of its
category. Each leg admits an interval of intensities, and legs whose intervals meet share one.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tanlu.share.exchange.ileap.mapping.legs import Leg

__all__ = ["Cluster", "clusters", "key_of"]

# emissions are whole micrograms: rounding and the last unit of an allocation
ROOM_UG = Fraction(4, 5)
FACETS = (
    "kind", "vehicle_class", "energy_carrier", "temperature_class", "distance_type", "daf_ppm",
    "tier", "method", "factor_hash", "load_ppm", "empty_ppm", "round", "operator",
)  # fmt: skip


class Cluster(NamedTuple):
    """Legs of one category, and the bounds of its intensities [µg per mg·m, or per mg]."""

    key: tuple[object, ...]
    legs: list[Leg]
    wtw: tuple[Fraction, Fraction]
    ttw: tuple[Fraction, Fraction]


def key_of(leg: Leg) -> tuple[object, ...]:
    """Give what makes legs one category: kind, class, energy, factor, load, round."""
    shared = leg.row["share_key"] is not None
    return tuple(
        # rounds are told apart only where their energy was shared out over what they carried
        leg.row[name] if name != "round" or shared else None
        for name in FACETS
    )


def clusters(legs: Iterable[Leg]) -> list[Cluster]:
    """Give the categories of legs, in the order in which they come."""
    groups: dict[tuple[object, ...], list[Leg]] = defaultdict(list)
    for leg in legs:
        groups[key_of(leg)].append(leg)
    found: list[Cluster] = []
    for key, members in groups.items():
        for part in _met(members, "wtw_ug"):
            found += [
                Cluster(key, each, _span(each, "wtw_ug"), _span(each, "ttw_ug"))
                for each in _met(part, "ttw_ug")
            ]
    return found


def _admits(leg: Leg, column: str) -> tuple[Fraction, Fraction]:
    emitted = Fraction(leg.row[column])
    if not leg.base:
        # nothing was moved: any intensity gives nothing
        return Fraction(0), Fraction(10**30)
    return max(Fraction(0), (emitted - ROOM_UG) / leg.base), (emitted + ROOM_UG) / leg.base


def _met(members: list[Leg], column: str) -> list[list[Leg]]:
    """Give groups whose intervals have a point in common: by the end that comes first."""
    spans = sorted(((*_admits(leg, column), leg) for leg in members), key=lambda one: one[1])
    groups: list[list[Leg]] = []
    end = Fraction(-1)
    for low, high, leg in spans:
        if groups and low <= end:
            groups[-1].append(leg)
        else:
            groups.append([leg])
            end = high
    return groups


def _span(members: list[Leg], column: str) -> tuple[Fraction, Fraction]:
    spans = [_admits(leg, column) for leg in members]
    return max(low for low, _ in spans), min(high for _, high in spans)
