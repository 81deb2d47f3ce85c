"""What other factors would make of a ledger's numbers is known before they are adopted."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.account import quantify_all
from tanlu.factors import library
from tanlu.factors.packs import adopt, made_of
from tanlu.store import Workspace, open_workspace
from tanlu.terms import schema
from tanlu.verify import reprice
from tests.factors.packs.own import own

DAY = 86_400_000_000
START = 1_772_323_200_000_000  # 2026-03-01 in Shanghai
ROWS = [
    {"activity_id": "meter", "kind": "energy.electricity", "energy_j": 3_600_000},
    {"activity_id": "leg", "kind": "transport.road", "vehicle_class": "truck.artic.44t",
     "energy_carrier": "diesel", "mass_mg": 10**10, "distance_m": 100_000,
     "distance_type": "sfd"},
    {"activity_id": "round", "kind": "energy.electricity", "energy_j": 7_200_000, "round": "r"},
    {"activity_id": "stop", "kind": "transport.road", "vehicle_class": "van.average",
     "energy_carrier": "electricity", "mass_mg": 10**7, "distance_m": 9_000, "round": "r"},
]  # fmt: skip
SAME = {"start": START, "end": START + DAY, "zone": "Asia/Shanghai", "place": "CN-GD"}
NEWER = made_of([*library().packs, own()])


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    made = open_workspace(tmp_path / "books", create=True)
    rows = pl.DataFrame([{**SAME, **row} for row in ROWS])
    made.append("activity", schema("activity").fit(rows))
    list(quantify_all(made))
    return made


def test_by_its_own_factors_nothing_changes(ledger: Workspace) -> None:
    found = list(reprice(ledger, library()))[-1].result

    assert (found["changed"], found["relative_change"]) == (0, 0.0)
    assert found["old_kg"] == found["new_kg"]


def test_the_change_is_what_adopting_makes(ledger: Workspace) -> None:
    told = list(reprice(ledger, NEWER))[-1].result
    version = ledger.version
    adopt(ledger, NEWER.packs, why="test")
    list(quantify_all(ledger))
    total = ledger.scan("emission").select(pl.col("co2e_ug").sum()).collect().item()

    assert told["changed"] > 0
    assert told["new_kg"].replace(".", "").lstrip("0") == str(total)
    assert ledger.version > version


def test_only_what_uses_the_changed_factor_changes(ledger: Workspace) -> None:
    rows = list(reprice(ledger, NEWER))[-1].result["rows"]
    changed = {row["kind"] for row in rows if row["difference_ug"]}

    assert changed == {"energy.electricity", "transport.road"}
    assert [row["changed"] for row in rows if row["boundary"] == "ttw"] == [0, 0]


def test_nothing_is_written(ledger: Workspace) -> None:
    version = ledger.version
    list(reprice(ledger, NEWER))

    assert ledger.version == version
