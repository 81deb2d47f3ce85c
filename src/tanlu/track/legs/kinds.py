"""What a mode is in the words of accounts: kind, class, carrier, circuity, speed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tanlu.terms import taxonomy
from tanlu.terms.rules import table

__all__ = ["Kind", "kind_of_class", "kinds"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A mode of transport: kind of activity, usual class and carrier, circuity, top speed."""

    mode: str
    kind: str
    vehicle_class: str
    energy_carrier: str
    circuity: float
    circuity_sigma_ln: float
    land: bool
    top_km_h: float


@cache
def kinds() -> dict[str, Kind]:
    """Give all moving modes by name."""
    return {
        row["mode"]: Kind(
            row["mode"], row["kind"], row["vehicle_class"], row["energy_carrier"],
            float(row["circuity"]), float(row["circuity_sigma_ln"]), row["land"] == "yes",
            float(row["top_km_h"]),
        )
        for row in table("tanlu.track.legs", "kinds.csv")
    }  # fmt: skip


@cache
def kind_of_class(vehicle_class: str) -> str | None:
    """Give the kind of transport that a vehicle class belongs to, null for none of the taxonomy."""
    found = [
        (len(leaf.value), leaf.kind)
        for leaf in taxonomy.taxonomy().values()
        if leaf.facet == "vehicle_class"
        and leaf.kind.startswith("transport.")
        and leaf.kind != "transport.parcel"
        and taxonomy.within(vehicle_class, leaf.value)
    ]
    return max(found)[1] if found else None
