"""How well the emissions of transport are known: by month, mode and tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.report.items.cubes import summed_cells

if TYPE_CHECKING:
    import polars as pl

__all__ = ["tiers"]


def tiers(
    workspace: Any, *, profile: str | None = None, basis: str | None = None
) -> tuple[pl.DataFrame, str, str]:
    """Give ``month, mode, tier, co2e_ug, rows`` of the transport emissions, profile and basis.

    Raises
    ------
    TanluError
        TL801 for a sum across profiles or bases.
    """
    import polars as pl

    cells, chosen, ground = summed_cells(workspace, "kinds", None, profile=profile, basis=basis)
    found = (
        cells.filter("transport")
        .group_by(
            pl.col("day").dt.strftime("%Y-%m").alias("month"),
            pl.col("kind").str.split(".").list.slice(0, 2).list.join(".").alias("mode"), "tier",
        )
        .agg(pl.col("co2e_ug").sum(), pl.col("rows").sum())
        .sort("month", "mode", "tier")
    )  # fmt: skip
    return found, chosen, ground
