"""What is covered is read from the ledger itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanlu.account import quantify_all
from tanlu.account.books import coverage
from tanlu.store import open_workspace
from tanlu.verify import replay


def test_other_pins_cover_nothing_and_are_stale(tmp_path: Path, activities: Any) -> None:
    ledger = open_workspace(tmp_path, create=True)
    part = ledger.append("activity", activities({}, {})).part
    *_, last = quantify_all(ledger)
    pins = last.result["pins"]  # type: ignore[index]
    same, other = coverage(ledger, pins), coverage(ledger, pins | {"gwp_set": "AR5"})

    assert (same.done(str(part)), same.stale) == (2, {})
    assert other.done(str(part)) == 0
    assert [table for table, _ in other.stale[str(part)]] == ["emission"]


def test_a_decision_about_chains_can_be_taken_back(tmp_path: Path, activities: Any) -> None:
    order = {"kind": "transport.sea", "vehicle_class": None, "energy_carrier": None,
             "distance_m": None, "distance_type": None, "place": None,
             "origin": "CNSHA", "destination": "NLRTM"}  # fmt: skip
    ledger = open_workspace(tmp_path, create=True)
    ledger.append("activity", activities(order))
    totals = []
    for decided in ("", "[sea]\navoid = ['suez']\n", ""):
        (tmp_path / "chain.toml").write_text(decided, encoding="utf-8")
        *_, last = quantify_all(ledger)
        *_, again = replay(ledger)
        totals.append(last.result["co2e_wtw_kg"])  # type: ignore[index]

        assert again.result["differences"] == 0  # type: ignore[index]

    assert totals[0] == totals[2] != totals[1]
