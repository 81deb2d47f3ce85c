"""A restatement is told with amounts that add up, its largest rows and whether it is material."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.verify.edition import books as of

from tanlu.errors import TanluError
from tanlu.store import Workspace
from tanlu.verify.edition import comparable, tell


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    made = of.books(tmp_path / "books")
    of.publish(made, "old")
    return made


def told(ledger: Workspace) -> dict[str, Any]:
    of.publish(ledger, "new")
    return of.difference(ledger, "old", "new")[1]


def test_totals_reasons_and_parts_say_the_same_difference(ledger: Workspace) -> None:
    of.append(ledger, of.leg("late", tonnes=1))
    facts = told(ledger)
    difference = int(facts["new"]["co2e_ug"]) - int(facts["old"]["co2e_ug"])

    assert facts["difference_ug"] == str(difference)
    assert Decimal(facts["difference_kg"]) * 10**9 == difference
    assert sum(int(row["difference_ug"]) for row in facts["parts"]) == difference
    assert sum(map(int, json.loads(facts["changes"]).values())) == difference
    reason = facts["reasons"][0]
    assert sum(map(int, reason["parts"].values())) == difference
    assert (reason["rows"], reason["activities"]) == (2, 1)
    assert {row["activity_id"] for row in reason["evidence"]} == {"late"}


def test_only_the_ten_largest_rows_of_a_reason_are_told(ledger: Workspace) -> None:
    of.append(ledger, *(of.leg(f"late-{n}", tonnes=n + 1) for n in range(9)))
    evidence = told(ledger)["reasons"][0]["evidence"]
    amounts = [abs(int(row["difference_ug"])) for row in evidence]

    assert len(evidence) == 10
    assert amounts == sorted(amounts, reverse=True)
    assert evidence[0]["activity_id"] == "late-8"


@pytest.mark.parametrize(
    ("old", "new", "percent", "material"),
    [(1000, 1050, "5", False), (1000, 1051, "5.1", True), (1000, 949, "5.1", True),
     (0, 0, "0", False), (0, 1, "100", True)],
)  # fmt: skip
def test_a_change_is_material_above_the_threshold_only(
    ledger: Workspace, old: int, new: int, percent: str, material: bool
) -> None:
    row = of.publish(ledger, "x")
    rows, _ = of.difference(ledger, "old", "x")
    facts = tell(row, row, rows, ({"ttw": old}, {"ttw": new}))

    assert (facts["largest_percent"], facts["material"]) == (percent, material)
    assert facts["threshold_percent"] == "5"
    # no row was given for it: that does not add up, and is said
    assert facts["adds_up"] is (old == new)


def test_a_part_may_change_materially_while_the_total_does_not(ledger: Workspace) -> None:
    row = of.publish(ledger, "x")
    rows, _ = of.difference(ledger, "old", "x")
    facts = tell(row, row, rows, ({"ttw": 900, "wtt": 100}, {"ttw": 890, "wtt": 110}))

    assert (facts["percent"], facts["largest_percent"], facts["material"]) == ("0", "10", True)


def test_amounts_beyond_64_bits_are_exact(ledger: Workspace) -> None:
    row = of.publish(ledger, "x")
    rows, _ = of.difference(ledger, "old", "x")
    large = 10**20
    facts = tell(row, row, rows, ({"ttw": large}, {"ttw": large + 1}))

    assert facts["new"]["co2e_kg"] == "100000000000.000000001"
    assert facts["difference_kg"] == "0.000000001"


@pytest.mark.parametrize(
    "other", [{"profile": "ghg_protocol"}, {"basis": "market"}, {"version": 0}]
)
def test_what_is_no_restatement_is_refused(ledger: Workspace, other: dict[str, Any]) -> None:
    row = of.publish(ledger, "x")
    with pytest.raises(TanluError) as error:
        comparable(row, row | other)
    assert error.value.code == "TL646"


def test_pins_that_differ_are_named(ledger: Workspace) -> None:
    of.other_factors(ledger)
    names = [name for name, _, _ in told(ledger)["pins"]]

    assert names == ["version", "factors_hash"]


def test_a_table_without_rows_has_no_reasons(ledger: Workspace) -> None:
    row = of.publish(ledger, "x")
    rows, facts = of.difference(ledger, "old", "x")

    assert (rows.height, facts["reasons"], facts["factors"]) == (0, [], [])
    assert rows.schema["change_ug"] == pl.Int128
    assert row["supersedes"] is None
