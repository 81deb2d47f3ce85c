"""What is covered is read from the ledger itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanlu.account import quantify_all
from tanlu.account.books import coverage
from tanlu.store import open_workspace


def test_other_pins_cover_nothing_and_are_stale(tmp_path: Path, activities: Any) -> None:
    ledger = open_workspace(tmp_path, create=True)
    part = ledger.append("activity", activities({}, {})).part
    *_, last = quantify_all(ledger)
    pins = last.result["pins"]  # type: ignore[index]
    same, other = coverage(ledger, pins), coverage(ledger, pins | {"gwp_set": "AR5"})

    assert (same.done(str(part)), same.stale) == (2, {})
    assert other.done(str(part)) == 0
    assert [table for table, _ in other.stale[str(part)]] == ["emission"]
