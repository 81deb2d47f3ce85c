"""The sums behind the first page: few-valued keys, wide, from what is kept of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.report.items.cubes import counted, summed_cells

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Sums", "summed"]

TOP_LANES = 60


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of the transport emissions of a period, each a small table.

    ``kinds``: kind, tier, factor_id and assumptions with ``weighed_ug``. ``flows``: energy_carrier,
    kind, boundary. ``days``: local day and kind. ``lanes``: origin, kind, destination, the
    largest. ``shipments`` counts distinct shipments.
    """

    profile: str
    basis: str
    kinds: pl.DataFrame
    flows: pl.DataFrame
    days: pl.DataFrame
    lanes: pl.DataFrame
    shipments: int

    @property
    def co2e_ug(self) -> int:
        """Sum of all rows [µg]."""
        return int(self.kinds["co2e_ug"].sum() or 0)

    @property
    def legs(self) -> int:
        """How many legs it sums."""
        return int(self.kinds["legs"].sum() or 0)

    @property
    def transport_kgm(self) -> int:
        """Transport activity [kg·m]."""
        return int(self.kinds["transport_kgm"].sum() or 0)


def summed(
    workspace: Any,
    span: tuple[int, int] | None,
    *,
    as_of: int | None,
    profile: str | None,
    basis: str | None,
) -> Sums:
    """Give the sums of a period.

    Raises
    ------
    TanluError
        TL801 for a sum across profiles or bases.
    """
    import polars as pl

    found, chosen, ground = summed_cells(
        workspace, "kinds", span, as_of=as_of, profile=profile, basis=basis
    )
    cube = found.filter("transport")
    shipments = counted(workspace, span, as_of=as_of, profile=chosen, basis=ground)
    ways = summed_cells(workspace, "lanes", span, as_of=as_of, profile=chosen, basis=ground)[0]
    summed = ("co2e_ug", "transport_kgm", "legs")

    def cut(cells: pl.DataFrame, *by: str, more: tuple[str, ...] = ()) -> pl.DataFrame:
        return cells.group_by(by).agg(pl.col(*summed, *more).sum())

    lanes = cut(ways, "origin", "kind", "destination").top_k(TOP_LANES, by="co2e_ug")
    return Sums(
        chosen, ground, cut(cube, "kind", "tier", "factor_id", "assumptions", more=("weighed_ug",)),
        cut(cube, "energy_carrier", "kind", "boundary"),
        cut(cube, "day", "kind").sort("day", "kind"), lanes.sort("co2e_ug", descending=True),
        shipments,
    )  # fmt: skip
