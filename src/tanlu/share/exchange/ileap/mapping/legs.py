"""What the ledger holds of transport chains, one row for each element: read, joined, sorted out.

ISO 14083 emissions of one activity and consignment come as rows by boundary; here they are one leg
with its emissions from well and from tank to wheel, its mass, its distance and its energy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.share.exchange.ileap.tables import hub_type, mode_of
from tanlu.terms import time

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Left", "Leg", "legs"]

PROFILE = "iso14083"
PARTS = ("ttw", "wtt")
LEG = ("activity_id", "share_key", "shipment", "consignment")
FIRST = (
    "kind", "vehicle_class", "energy_carrier", "temperature_class", "start", "end", "leg_no",
    "mass_mg", "distance_m", "distance_type", "count", "teu_milli", "daf_ppm", "tier", "method",
    "factor_id", "factor_hash", "gwp_set", "origin", "destination", "place", "operator", "round",
    "reasons",
)  # fmt: skip
TRANSPORT = r"^(transport|hub)(\.|$)"
DISTANCES = {"actual": "actual", "sfd": "sfd", "gcd": "gcd"}


class Left(NamedTuple):
    """A leg that iLEAP cannot hold, and why (reasons.csv)."""

    activity_id: str
    why: str


class Leg(NamedTuple):
    """One element of a chain, amounts as the ledger keeps them."""

    row: dict[str, Any]
    mode: str | None
    hub: str | None

    @property
    def wtw_ug(self) -> int:
        """Emissions from well to wheel [µg]."""
        return int(self.row["wtw_ug"])

    @property
    def ttw_ug(self) -> int:
        """Emissions from tank to wheel [µg]."""
        return int(self.row["ttw_ug"])

    @property
    def base(self) -> int:
        """What the intensity multiplies: mg·m of transport, mg at a hub."""
        mass = int(self.row["mass_mg"])
        return mass * int(self.row["distance_m"]) if self.mode else mass


def legs(
    workspace: Any,
    *,
    period: str | None = None,
    shipments: tuple[str, ...] = (),
    basis: str = "location",
    as_of: int | None = None,
) -> tuple[list[Leg], list[Left]]:
    """Give the legs of a ledger that iLEAP can hold, and those that it cannot with the reason.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    period
        Legs that start in it, in the workspace's zone; all without one.
    shipments
        Only these; all without any.
    basis
        ``location`` or ``market`` for electricity.
    """
    import polars as pl

    rows = workspace.scan("emission", as_of=as_of).filter(
        (pl.col("profile") == PROFILE) & pl.col("kind").str.contains(TRANSPORT)
    )
    if period is not None:
        since, until = time.period(period, str(workspace.zone))
        rows = rows.filter((pl.col("start") >= since) & (pl.col("start") < until))
    if shipments:
        rows = rows.filter(pl.col("shipment").is_in(shipments))
    joined = _joined(_on_basis(rows.collect(), basis)).sort("shipment", "start", "activity_id")
    loads = _loads(workspace, joined["activity_id"], as_of)
    kept: list[Leg] = []
    left: list[Left] = []
    for row in joined.join(loads, on="activity_id", how="left").iter_rows(named=True):
        why = _lacking(row)
        if why:
            left.append(Left(row["activity_id"], why))
        else:
            kept.append(Leg(row, mode_of(row["kind"]), hub_type(row["kind"])))
    return kept, left


def _on_basis(rows: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Keep one basis; by market, a row by location stands for what has no twin."""
    import polars as pl

    chosen = rows.filter(pl.col("basis").is_in(["none", basis]))
    if basis != "market":
        return chosen
    twins = chosen.filter(pl.col("basis") == basis).select(*LEG, "boundary").unique()
    alone = rows.filter(pl.col("basis") == "location")
    alone = alone.join(twins, on=[*LEG, "boundary"], how="anti", nulls_equal=True)
    return pl.concat([chosen, alone])


def _joined(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    co2e, gas = pl.col("co2e_ug"), pl.col("gas").is_null()
    of = {part: pl.col("boundary") == part for part in PARTS}
    return rows.group_by(*LEG, maintain_order=True).agg(
        co2e.sum().alias("wtw_ug"),
        co2e.filter(of["ttw"]).sum().alias("ttw_ug"),
        co2e.filter(gas).sum().alias("burnt_wtw_ug"),
        co2e.filter(gas & of["ttw"]).sum().alias("burnt_ttw_ug"),
        pl.col("energy_j").max(),
        *(of[part].any().alias(f"has_{part}") for part in PARTS),
        (~pl.col("boundary").is_in(PARTS)).any().alias("has_other"),
        *(pl.col(name).first() for name in FIRST),
    )


def _loads(workspace: Any, ids: pl.Series, as_of: int | None) -> pl.DataFrame:
    """Give load, empty running and places of the activities, which emissions do not carry."""
    import polars as pl

    wanted = pl.DataFrame({"activity_id": ids.unique()})
    names = ("load_ppm", "empty_ppm", "bio_ppm", "origin_lat_e7", "origin_lon_e7",
             "destination_lat_e7", "destination_lon_e7")  # fmt: skip
    recorded = workspace.scan("activity", as_of=as_of).select("activity_id", *names)
    found: pl.DataFrame = recorded.join(wanted.lazy(), on="activity_id", how="semi").collect()
    return found


def _lacking(row: dict[str, Any]) -> str | None:
    """Give why iLEAP cannot hold a leg; None when it can."""
    mode, hub = mode_of(row["kind"]), hub_type(row["kind"])
    if mode is None and hub is None:
        return f"iLEAP has no mode for {row['kind']}"
    if row["shipment"] is None:
        return "it names no shipment"
    if not row["mass_mg"]:
        return "it tells no mass"
    if mode and row["distance_m"] is None:
        return "it tells no distance"
    if row["has_other"] or not row["has_ttw"]:
        return "its emissions from tank to wheel are not told apart"
    if row["wtw_ug"] < row["ttw_ug"]:
        return "its emissions from well to tank are below zero"
    return None
