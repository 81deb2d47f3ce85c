"""A ledger with a row of every sort, its log, and packs of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from tests.report.workspace import HOUR_US, START_US, activities

from tanlu.account import quantify_all
from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tanlu.terms import schema
from tanlu.verify.pack import build

DAY_US = 24 * HOUR_US
OCTOBER = (START_US, START_US + 31 * DAY_US)
ORIGIN = "log.example/books"


def rows() -> pl.DataFrame:
    """Beside two legs, a round and a leg without a mass: chains, blends, power, a late round."""
    common = {"zone": "Asia/Shanghai", "precision": "hour", "start": START_US, "end": START_US + 1}
    truck = {"kind": "transport.road", "vehicle_class": "truck.rigid.17t", "distance_type": "sfd",
             "origin": "CN-SH"}  # fmt: skip
    late = {"start": START_US + 31 * DAY_US, "end": START_US + 31 * DAY_US + HOUR_US}
    more: list[dict[str, Any]] = [
        {**common, "activity_id": "o1", "kind": "transport.air", "mass_mg": 2 * 10**9,
         "origin": "CN-SH", "destination": "US-CA", "subject": "waybill:O1"},
        {**common, "activity_id": "f1", "kind": "energy.fuel", "energy_carrier": "diesel",
         "volume_ml": 9_000, "bio_ppm": 200_000, "place": "CN-SH"},
        {**common, "activity_id": "p1", "kind": "energy.electricity", "energy_j": 3_600_000_000,
         "energy_carrier": "electricity", "place": "CN-SH", "operator": "DEPOT"},
        {**common, **truck, "activity_id": "c1", "mass_mg": 10**9, "distance_m": 20_000,
         "round": "r2"},
        {**common, **truck, **late, "activity_id": "c2", "mass_mg": 10**9, "distance_m": 10_000,
         "round": "r2"},
        {**common, **late, "activity_id": "e2", "kind": "energy.fuel", "energy_carrier": "diesel",
         "volume_ml": 7_000, "bio_ppm": 100_000, "round": "r2", "place": "CN-SH"},
        {**common, **truck, **late, "activity_id": "n1", "mass_mg": 10**9, "distance_m": 5_000},
    ]  # fmt: skip
    types = schema("activity").dtypes()
    used = {name: types[name] for name in types if any(name in row for row in more)}
    return pl.concat([activities(), schema("activity").fit(pl.DataFrame(more, schema=used))])


def ledger(folder: Path, facts: pl.DataFrame | None = None) -> Any:
    """The ledger, quantified for transport and for an inventory, with its log."""
    workspace = open_workspace(folder / "ledger", create=True)
    known = rows() if facts is None else facts
    inside = pl.col("start") < OCTOBER[1]
    workspace.append("activity", known.filter(inside))
    workspace.append("activity", known.filter(~inside))
    quantified(workspace)
    begin_log(workspace, origin=ORIGIN)
    return workspace


def quantified(workspace: Any, **options: Any) -> None:
    for profile in ("iso14083", "ghg_protocol"):
        for _ in quantify_all(workspace, profile=profile, **options):
            pass


def packed(workspace: Any, path: Path, span: tuple[int, int] = OCTOBER, **more: Any) -> Any:
    """Build the pack of a period and give what build tells of it."""
    *_, last = build(workspace, span, path, **more)
    return last.result
