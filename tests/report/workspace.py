"""A small real workspace: five orders read from a file, a measured round, one without a mass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tanlu.account import quantify
from tanlu.store import open_workspace
from tanlu.terms import schema

HOUR_US = 3_600_000_000
START_US = 1_790_784_000_000_000  # 2026-10-01 00:00 in Asia/Shanghai
ORDERS = "id,kg\nT1,2000\nT2,300\n"


def activities(sha256: str | None = None) -> pl.DataFrame:
    """Two legs of one waybill, a round of two with its fuel, and a leg without a mass."""
    common = {
        "zone": "Asia/Shanghai", "precision": "hour", "start": START_US, "source_sha256": sha256,
        "end": START_US + HOUR_US, "distance_type": "sfd", "origin": "CN-SH",
    }  # fmt: skip
    truck = {"kind": "transport.road", "vehicle_class": "truck.rigid.17t"}
    rows: list[dict[str, Any]] = [
        {**common, **truck, "activity_id": "a1", "energy_carrier": "diesel", "mass_mg": 2 * 10**9,
         "distance_m": 350_000, "destination": "CN-ZJ", "subject": "waybill:T1", "shipment": "T1",
         "chain": "c1", "leg_no": 1, "source_line": 2},
        {**common, "kind": "transport.rail", "activity_id": "a2", "mass_mg": 2 * 10**9,
         "distance_m": 1_350_000, "origin": "CN-ZJ", "destination": "CN-GD",
         "subject": "waybill:T1", "shipment": "T1", "chain": "c1", "leg_no": 2, "source_line": 2},
        {**common, **truck, "activity_id": "b1", "mass_mg": 3 * 10**8, "distance_m": 50_000,
         "destination": "CN-SH", "subject": "waybill:T2", "shipment": "T2", "round": "r1",
         "source_line": 3},
        {**common, **truck, "activity_id": "b2", "mass_mg": 5 * 10**8, "distance_m": 20_000,
         "destination": "CN-SH", "subject": "waybill:T3", "shipment": "T3", "round": "r1"},
        {**common, "activity_id": "e1", "kind": "energy.fuel", "energy_carrier": "diesel",
         "volume_ml": 21_000, "round": "r1", "place": "CN-SH", "distance_type": None},
        {**common, **truck, "activity_id": "x1", "destination": "CN-ZJ", "subject": "waybill:T9",
         "shipment": "T9"},
    ]  # fmt: skip
    types = schema("activity").dtypes()
    used = {name: types[name] for name in types if any(name in row for row in rows)}
    return schema("activity").fit(pl.DataFrame(rows, schema=used))


def made(folder: Path, *, wrong: tuple[str, int] | None = None) -> Any:
    """The workspace, quantified; ``wrong`` adds so many µg to one recorded emission."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    workspace = open_workspace(folder / "ledger", create=True)
    facts = activities(workspace.originals.put(file))
    workspace.append("activity", facts)
    done = quantify(facts)
    rows = done.emissions
    if wrong is not None:
        more = pl.when(pl.col("emission_id") == wrong[0]).then(wrong[1]).otherwise(0)
        rows = rows.with_columns(pl.col("co2e_ug") + more)
    workspace.append("emission", rows)
    workspace.append("finding", done.findings)
    return workspace
