"""The carbon of a park now: power by the factor of its grid at this hour; looked at, not stored."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["Grid", "Grids"]

# one kWh [J]; how long a factor is kept before the library is asked again
KWH_J = 3_600_000
LARGE = 1000
AGAIN_S = 300.0
HOUR_US = 3_600_000_000


class Grid(NamedTuple):
    """What a kilowatt-hour of a grid emits now [ug], with its 95 % interval and its factor."""

    ug_kwh: int
    lower_ug_kwh: int
    upper_ug_kwh: int
    about: dict[str, Any]

    def rate(self, watts: float) -> dict[str, Any]:
        """Give what a power [W] emits a second, as texts of whole micrograms."""
        figures = zip(
            ("ug_s", "lower_ug_s", "upper_ug_s"), self[:3], strict=True
        )  # fmt: skip
        told = {name: str(_rounded(watts * each / KWH_J)) for name, each in figures}
        return {**told, **self.about}


class Grids:
    """Factors of grids by place, as the library of one ledger has them at this hour."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._held: dict[tuple[str, int], tuple[float, Grid | None]] = {}

    def of(self, region: str, now_us: int) -> Grid | None:
        """Give the grid of a region (ISO 3166) at an hour; None where no factor holds."""
        key = (region, now_us // HOUR_US)
        until, found = self._held.get(key, (0.0, None))
        if time.monotonic() > until:
            self._held = {each: held for each, held in self._held.items() if each[1] == key[1]}
            found = self._asked(region, key[1] * HOUR_US)
            self._held[key] = (time.monotonic() + AGAIN_S, found)
        return found

    def _asked(self, region: str, start_us: int) -> Grid | None:
        """Estimate an hour of electricity at a place that nobody writes down."""
        from tanlu.account import estimate
        from tanlu.errors import TanluError
        from tanlu.factors import match_one
        from tanlu.factors.packs import library_of

        library = library_of(self._workspace)
        hour = {
            "kind": "energy.electricity", "energy_carrier": "electricity", "place": region,
            "energy_j": LARGE * KWH_J, "start": start_us, "end": start_us + HOUR_US,
            "zone": self._workspace.zone,
        }  # fmt: skip
        try:
            made = estimate(hour, library=library)
        except TanluError as error:
            if error.code != "TL201":
                raise
            return None
        chosen = match_one(hour, library=library)
        both = [made["legs"][0][boundary] for boundary in ("ttw", "wtt")]
        sums = [
            sum(each[name] for each in both) // LARGE
            for name in ("co2e_ug", "lower_ug", "upper_ug")
        ]
        leg = made["legs"][0]
        about = {
            "tier": chosen["tier"], "place": region, "profile": "iso14083", "basis": "location",
            "factor_id": leg["factor_id"], "factor_hash": leg["factor_hash"],
            "assumptions": leg["assumptions"], "ug_kwh": str(sums[0]), "stored": False,
        }  # fmt: skip
        return Grid(sums[0], sums[1], sums[2], about)


def _rounded(value: float) -> int:
    """Round half away from zero."""
    return int(abs(value) + 0.5) * (1 if value >= 0 else -1)
