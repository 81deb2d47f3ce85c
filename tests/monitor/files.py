"""Small files and mappings for the tests of reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from tanlu.monitor import Mapping, intake, read
from tanlu.store import Workspace

HEADER = "id,mode,kg,km,from,to,day"
MAPPING = """
name = "test"
[read]
zone = "Asia/Shanghai"
[activity]
activity_id = { from = "id" }
start = { from = "day" }
mass_mg = { from = "kg", unit = "kg" }
distance_m = { from = "km", unit = "km" }
origin = { from = "from" }
destination = { from = "to" }
shipment = { from = "id" }
[activity.kind]
from = "mode"
map = { road = "transport.road", rail = "transport.rail" }
"""
ROWS = (
    "A1,road,1200,350,CNSHA,CNHGH,2026-03-01",
    "A2,rail,24000,2100,CNCAN,CNBJS,2026-03-02",
    "A3,road,0.5,12.25,CNSHA,CNSHA,2026-03-03",
)
TEXT = "\n".join((HEADER, *ROWS)) + "\n"


class Whole(NamedTuple):
    """All batches of a file as one."""

    activities: pl.DataFrame
    quarantine: pl.DataFrame
    findings: pl.DataFrame
    rows_in: int


def mapping(*more: str) -> Mapping:
    """Give the usual mapping with more lines at its end."""
    return Mapping.parse(MAPPING + "\n".join(more))


def saved(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    """Write a file and give its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def whole(path: Path, by: Mapping | None = None) -> Whole:
    """Read a file; the rows equation holds for every batch."""
    batches = list(read(path, by or mapping()))
    for batch in batches:
        assert batch.rows_in == batch.activities.height + batch.quarantine.height
    return Whole(
        pl.concat([batch.activities for batch in batches]),
        pl.concat([batch.quarantine for batch in batches]),
        pl.concat([batch.findings for batch in batches]),
        sum(batch.rows_in for batch in batches),
    )


def taken(path: Path, workspace: Workspace, by: Mapping | None = None) -> dict[str, Any]:
    """Read a file into a workspace; the rows equation holds."""
    facts = list(intake(path, by or mapping(), workspace))[-1].result
    assert isinstance(facts, dict)
    assert facts["rows_in"] == (facts["rows_new"] + facts["rows_known"] + facts["rows_quarantined"])
    assert facts["rows_accepted"] == facts["rows_new"] + facts["rows_known"]
    return facts
