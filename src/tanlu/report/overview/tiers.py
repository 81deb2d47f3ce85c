"""How well the emissions of transport are known: by month, mode and tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.report.items.totals import of_transport, one_sum

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

    rows, chosen, ground = one_sum(workspace.scan("emission"), profile, basis)
    month = (
        pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
        .dt.convert_time_zone(str(workspace.zone)).dt.strftime("%Y-%m")
    )  # fmt: skip
    found = (
        rows.filter(of_transport(rows))
        .group_by(
            month.alias("month"),
            pl.col("kind").str.split(".").list.slice(0, 2).list.join(".").alias("mode"), "tier",
        )
        .agg(pl.col("co2e_ug").cast(pl.Int128).sum(), pl.len().cast(pl.Int64).alias("rows"))
        .collect(engine="streaming")
        .sort("month", "mode", "tier")
    )  # fmt: skip
    return found, chosen, ground
