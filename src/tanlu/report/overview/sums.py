"""The sums behind the first page: few-valued keys, wide, one pass each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.report.items.totals import ONCE, of_transport, one_sum, within

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

    rows = within(workspace.scan("emission", as_of=as_of), span)
    rows, chosen, ground = one_sum(rows, profile, basis)
    rows = rows.filter(of_transport(rows))
    once = pl.col("boundary").is_in(ONCE) & pl.col("gas").is_null()
    amount = pl.col("co2e_ug").cast(pl.Int128)
    carried = pl.when(once).then(pl.col("transport_kgm").cast(pl.Int128))
    sums = [amount.sum(), carried.sum().alias("transport_kgm"), once.sum().cast(pl.Int64)
            .alias("legs")]  # fmt: skip
    day = (
        pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
        .dt.convert_time_zone(str(workspace.zone)).dt.date()
    )  # fmt: skip
    weighed = (amount * pl.col("sigma_ln_ppm")).sum().alias("weighed_ug")
    queries = [
        rows.group_by("kind", "tier", "factor_id", "assumptions").agg(*sums, weighed),
        rows.group_by("energy_carrier", "kind", "boundary").agg(*sums),
        rows.group_by(day.alias("day"), "kind").agg(*sums),
        rows.group_by("origin", "kind", "destination").agg(*sums).top_k(TOP_LANES, by="co2e_ug"),
        rows.select(pl.coalesce("shipment", "consignment").drop_nulls().n_unique().alias("count")),
    ]
    # one after the other: together they would hold their morsels at the same time
    kinds, flows, days, lanes, shipments = (each.collect(engine="streaming") for each in queries)
    return Sums(
        chosen, ground, kinds, flows, days.sort("day", "kind"),
        lanes.sort("co2e_ug", descending=True), int(shipments.item()),
    )  # fmt: skip
