"""A small ledger of legs, a meter and a round, for editions of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from tests.factors.packs.own import own

from tanlu.account import quantify_all
from tanlu.factors import library
from tanlu.factors.packs import adopt
from tanlu.store import Workspace, open_workspace
from tanlu.terms import schema
from tanlu.verify.edition import Extent, edition_of, extent_of, made_by, parts_of, pins, split, tell
from tanlu.verify.edition import counted as rows_of

DAY = 86_400_000_000
START = 1_772_323_200_000_000  # 2026-03-01 in Shanghai
ALL = Extent("iso14083", "location", "Asia/Shanghai")
ROUND = [
    {"activity_id": "bill", "kind": "energy.electricity", "energy_j": 7_200_000, "round": "r"},
    {"activity_id": "stop-1", "kind": "transport.road", "vehicle_class": "van.average",
     "energy_carrier": "electricity", "mass_mg": 10**7, "distance_m": 9_000, "round": "r"},
]  # fmt: skip
METER = {"activity_id": "meter", "kind": "energy.electricity", "energy_j": 3_600_000_000}


def leg(name: str, day: int = 0, tonnes: int = 10, **more: Any) -> dict[str, Any]:
    """One leg by road of 100 km."""
    at = START + day * DAY
    return {
        "activity_id": name, "kind": "transport.road", "vehicle_class": "truck.artic.44t",
        "energy_carrier": "diesel", "mass_mg": tonnes * 10**9, "distance_m": 100_000,
        "distance_type": "sfd", "start": at, "end": at + DAY, **more,
    }  # fmt: skip


def append(ledger: Workspace, *rows: dict[str, Any]) -> None:
    """Append activities and quantify what is new."""
    same = {"start": START, "end": START + DAY, "zone": "Asia/Shanghai", "place": "CN-GD"}
    table = pl.DataFrame([{**same, **row} for row in rows], infer_schema_length=None)
    ledger.append("activity", schema("activity").fit(table))
    quantified(ledger)


def quantified(ledger: Workspace) -> None:
    """Quantify what is new."""
    list(quantify_all(ledger))


def retract(ledger: Workspace, *names: str) -> None:
    """Take activities back, and quantify what is left."""
    ledger.retract("activity", pl.Series("activity_id", names))
    quantified(ledger)


def other_factors(ledger: Workspace, kg_per_kwh: str = "0.5") -> None:
    """Adopt another value for electricity in Guangdong and quantify by it."""
    adopt(ledger, [*library().packs, own({"co2_fossil": kg_per_kwh})], why="test")
    quantified(ledger)


def books(folder: Path) -> Workspace:
    """A ledger with a leg, a meter and a round."""
    made = open_workspace(folder, create=True)
    append(made, leg("leg"), METER, *ROUND)
    return made


def publish(ledger: Workspace, name: str, extent: Extent = ALL, **more: Any) -> dict[str, Any]:
    """Publish what the ledger says now and give the edition."""
    version = ledger.version
    rows = rows_of(ledger, extent, as_of=version)
    told = pins(ledger, name, extent, rows, version=version)
    del told["edition"]
    ledger.publish_edition(name, **(told | more))
    return edition_of(ledger, name)


def difference(ledger: Workspace, one: str, two: str) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Give the rows in which two editions differ, and the facts."""
    old, new = (edition_of(ledger, name) for name in (one, two))
    extents = extent_of(old), extent_of(new)
    before, after = (
        rows_of(ledger, extent, as_of=row["version"])
        for extent, row in zip(extents, (old, new), strict=True)
    )
    moved = None
    if extents[0] != extents[1]:
        moved = rows_of(ledger, extents[1], as_of=old["version"])
    made = [made_by(ledger, row["profile"], row["version"]) for row in (old, new)]
    versions = old["version"], new["version"]
    rows = split(ledger, versions, before, moved, after, pins=(made[0], made[1]))
    return rows, tell(old, new, rows, (parts_of(before), parts_of(after)))
