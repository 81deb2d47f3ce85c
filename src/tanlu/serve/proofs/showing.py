"""What a disclosure says of a shipment: its legs and their sum, from the shown values alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.verify.offline import Disclosed

__all__ = ["Leg", "legs"]

# the weakest of a leg is what the leg is
TIERS = ("measured", "learned", "modelled", "default")
# what is bought by contract stands beside the sum, not in it
SUMMED = ("none", "location")
TOLD = (
    "kind", "stage", "leg_no", "distance_m", "mass_mg", "origin", "destination", "start", "end",
    "vehicle_class", "energy_carrier", "method",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leg:
    """One activity of a shipment with the sum of its records [µg]; ``told`` is what was shown."""

    activity: str
    tier: str
    co2e_ug: int
    lower_ug: int
    upper_ug: int
    told: Mapping[str, Any]


def legs(held: Disclosed) -> list[Leg]:
    """Give the legs of a disclosure in their order: emissions of fuel and of its making summed."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for part in held.shown:
        for row in part.rows:
            if row.get("co2e_ug") is not None and row.get("basis") in SUMMED:
                found.setdefault(str(row["activity_id"]), []).append(row)
    made = [_leg(name, rows) for name, rows in found.items()]
    return sorted(made, key=lambda leg: (leg.told.get("leg_no") or 0, leg.activity))


def _leg(name: str, rows: list[Mapping[str, Any]]) -> Leg:
    def summed(column: str) -> int:
        # a record without an interval is known as it is
        return sum(row["co2e_ug"] if row.get(column) is None else row[column] for row in rows)

    tiers = [str(row["tier"]) for row in rows if row.get("tier") in TIERS]
    told = {key: next((row[key] for row in rows if row.get(key) is not None), None) for key in TOLD}
    weakest = max(tiers, key=TIERS.index, default="missing")
    return Leg(
        name, weakest, summed("co2e_ug"), summed("lower_ug"), summed("upper_ug"),
        {key: value for key, value in told.items() if value is not None},
    )  # fmt: skip
