"""The sums behind the first page: few-valued keys, wide, one pass each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.report.items.totals import ONCE, of_transport, one_sum, within

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Sums", "summed"]

TOP_LANES = 60
KEYS = ("kind", "tier", "factor_id", "assumptions", "energy_carrier", "boundary", "day", "origin",
        "destination")  # fmt: skip


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
    # one pass over the rows; the tables are cut from its few-valued groups
    groups = rows.group_by(*(by for by in KEYS if by != "day"), _day(workspace).alias("day"))
    cube = groups.agg(*_sums()).collect(engine="streaming")
    named = pl.coalesce("shipment", "consignment").drop_nulls().n_unique().alias("count")
    shipments = rows.select(named).collect(engine="streaming").item()
    summed = ("co2e_ug", "transport_kgm", "legs")

    def cut(*by: str, more: tuple[str, ...] = ()) -> pl.DataFrame:
        return cube.group_by(by).agg(pl.col(*summed, *more).sum())

    lanes = cut("origin", "kind", "destination").top_k(TOP_LANES, by="co2e_ug")
    return Sums(
        chosen, ground, cut("kind", "tier", "factor_id", "assumptions", more=("weighed_ug",)),
        cut("energy_carrier", "kind", "boundary"), cut("day", "kind").sort("day", "kind"),
        lanes.sort("co2e_ug", descending=True), int(shipments),
    )  # fmt: skip


def _day(workspace: Any) -> pl.Expr:
    import polars as pl

    utc = pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(str(workspace.zone)).dt.date()


def _sums() -> list[pl.Expr]:
    import polars as pl

    once = pl.col("boundary").is_in(ONCE) & pl.col("gas").is_null()
    amount = pl.col("co2e_ug").cast(pl.Int128)
    return [
        amount.sum(),
        pl.when(once).then(pl.col("transport_kgm").cast(pl.Int128)).sum().alias("transport_kgm"),
        once.sum().cast(pl.Int64).alias("legs"),
        (amount * pl.col("sigma_ln_ppm")).sum().alias("weighed_ug"),
    ]
