"""A stack is measured, recorded, quantified, verified and compared, all in one ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanlu.account import quantify_all
from tanlu.account.measured import record
from tanlu.report.shift import shift
from tanlu.store import open_workspace
from tanlu.verify import replay
from tests.account.measured.stacks import HOUR, START, stack

KG = 10**9


def last(steps: Any) -> dict[str, Any]:
    *_, end = steps
    assert isinstance(end.result, dict)
    return end.result


def test_what_was_measured_replays_to_the_microgram_and_is_compared(tmp_path: Path) -> None:
    ledger = open_workspace(tmp_path / "l", create=True)
    days = [{"start": START + (24 * day + n) * HOUR, "conc_mg_m3": 100_000.0 - 10_000 * day}
            for day in (0, 1) for n in range(24)]  # fmt: skip
    found = record(stack(*days), every="day", place="CN-SH", operator="park")
    ledger.append("activity", found.activities)
    made = last(quantify_all(ledger, profile="ghg_protocol"))
    again = last(replay(ledger))
    facts = shift(ledger, "2026-01-01", "2026-01-02", orders=(24, 24)).facts

    assert made["new"] == {"activities": 2, "emissions": 2}
    assert (again["compared"], again["equal"], again["differences"]) == (2, 2, 0)
    # 24 h x 100 and 90 kg
    assert (facts["before_kg"], facts["after_kg"], facts["gross_kg"]) == ("2400", "2160", "240")
    rows = ledger.scan("emission").collect()
    assert set(rows["tier"]) == {"measured"}
    assert rows["co2e_ug"].sum() == 4560 * KG


def test_an_edition_is_compared_with_what_the_ledger_says_now(tmp_path: Path) -> None:
    ledger = open_workspace(tmp_path / "l", create=True)
    ledger.append("activity", record(stack(*[{}] * 24), every="day", place="CN-SH").activities)
    last(quantify_all(ledger, profile="ghg_protocol"))
    pins = {"profile": "ghg_protocol", "gwp_set": "AR6", "spec_hash": "s", "factors_hash": "f",
            "code_version": "1", "co2e_ug": str(2400 * KG)}  # fmt: skip
    ledger.publish_edition("first", **pins)
    late = stack(*[{"source": "K2"}] * 24)
    ledger.append("activity", record(late, every="day", place="CN-SH").activities)
    last(quantify_all(ledger, profile="ghg_protocol"))
    facts = shift(ledger, "first", "2026-01-01", orders=(24, 24)).facts

    assert (facts["before_kg"], facts["after_kg"]) == ("2400", "4800")
