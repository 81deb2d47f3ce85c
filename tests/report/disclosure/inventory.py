"""A small inventory: one carrier with trucks, a rail leg that it buys, fuel and electricity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from tests.report.workspace import HOUR_US, START_US, activities

from tanlu.account import quantify_all
from tanlu.report.organisation import Boundary, organisation, parse
from tanlu.store import open_workspace
from tanlu.terms import Document, schema

BOUNDARY = """
name = "Carrier"
name_zh = "承运商"
approach = "operational_control"
outside = ["railway"]
[significance]
criteria = "above one percent"
[[entity]]
id = "carrier"
operators = ["carrier"]
sites = ["CN-SH"]
[[absent]]
category = 14
reason = "no franchises"
reason_zh = "无特许经营"
"""


def made(folder: Path) -> tuple[Any, Boundary]:
    """A workspace that is quantified for an inventory, and its boundary."""
    workspace = open_workspace(folder / "ledger", create=True)
    rail = pl.col("kind") == "transport.rail"
    facts = activities().with_columns(
        operator=pl.when(rail).then(pl.lit("railway")).otherwise(pl.lit("carrier")),
        payer=pl.lit("carrier"),
    )
    power = schema("activity").fit(pl.DataFrame([{
        "activity_id": "p1", "kind": "energy.electricity", "energy_carrier": "electricity",
        "energy_j": 3_600_000_000, "start": START_US, "end": START_US + HOUR_US,
        "zone": "Asia/Shanghai", "precision": "hour", "place": "CN-SH", "operator": "carrier",
        "payer": "carrier",
    }]))  # fmt: skip
    workspace.append("activity", pl.concat([schema("activity").fit(facts), power]))
    for _ in quantify_all(workspace, profile="ghg_protocol", gwp_set="AR6"):
        pass
    return workspace, parse(BOUNDARY.encode())


def inventory(folder: Path, language: str = "en") -> Document:
    """The inventory of that workspace."""
    workspace, boundary = made(folder)
    return organisation(workspace, "2026", boundary, language=language)
