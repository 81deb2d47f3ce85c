"""A published edition is made again from its pins, whatever the ledger learned since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.verify.edition import books as of

from tanlu.store import Workspace, open_workspace
from tanlu.terms import schema
from tanlu.verify.edition import (
    counted,
    edition_of,
    extent_of,
    reproduce,
    reproducing,
    told_otherwise,
    verdict,
)

SHA = "a" * 64
REPORT = {"report_sha256": SHA}
MADE = {"json": SHA, "pdf": None}


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    made = of.books(tmp_path / "books")
    of.publish(made, "first", **REPORT)
    return made


def repeated(ledger: Workspace, name: str = "first") -> dict[str, Any]:
    row = edition_of(ledger, name)
    rows = counted(ledger, extent_of(row), as_of=row["version"])
    *_, last = reproduce(ledger, row, rows)
    assert isinstance(last.result, dict)
    return last.result


def codes(facts: dict[str, Any]) -> list[str]:
    return [each["code"] for each in facts["found"]]


def later(ledger: Workspace, what: str) -> Workspace:
    """Let something happen to a ledger after it was published."""
    if what == "appended":
        of.append(ledger, of.leg("late"), of.ROUND[1] | {"activity_id": "stop-2"})
    elif what == "corrected":
        of.append(ledger, of.leg("leg-2", tonnes=5, supersedes="leg"))
    elif what == "retracted":
        of.retract(ledger, "leg", "stop-1")
    elif what == "factors":
        of.other_factors(ledger)
    elif what == "decided":
        (ledger.path / "chain.toml").write_text("# nothing decided\n", encoding="utf-8")
        of.append(ledger, of.leg("late"))
    elif what == "sealed":
        list(ledger.seal())
    elif what == "moved":
        list(ledger.export(ledger.path.parent / "box.tanlu"))
        from tanlu.store import restore

        list(restore(ledger.path.parent / "box.tanlu", ledger.path.parent / "elsewhere"))
        return open_workspace(ledger.path.parent / "elsewhere")
    return ledger


@pytest.mark.parametrize(
    "what",
    ["nothing", "appended", "corrected", "retracted", "factors", "decided", "sealed", "moved"],
)
def test_an_edition_stays_what_it_was_whatever_comes_later(ledger: Workspace, what: str) -> None:
    before = repeated(ledger)
    after = repeated(later(ledger, what))

    assert after == before
    assert (after["differences"], after["found"]) == (0, [])
    assert after["co2e_ug"] == after["pinned_ug"]
    assert after["compared"] == edition_of(ledger, "first")["rows"]


def test_everything_that_can_happen_may_happen_at_once(ledger: Workspace) -> None:
    before = repeated(ledger)
    for what in ("appended", "corrected", "retracted", "factors", "decided", "sealed"):
        later(ledger, what)
    of.publish(ledger, "second")

    assert repeated(ledger) == before
    assert repeated(ledger, "second")["found"] == []


def test_a_row_that_its_activity_does_not_give_is_found(ledger: Workspace) -> None:
    rows = ledger.scan("emission").filter(pl.col("activity_id") == "leg").head(1).collect()
    ids = rows["emission_id"]
    ledger.retract("emission", ids)
    forged = rows.with_columns(pl.col("co2e_ug") - 1)
    ledger.append("emission", schema("emission").fit(forged))
    of.publish(ledger, "forged", **REPORT)
    facts = repeated(ledger, "forged")

    assert codes(facts) == ["TL651"]
    assert verdict(edition_of(ledger, "forged"), facts, MADE)["verdict"] == "differs"
    # the honest one before it is what it was
    assert codes(repeated(ledger)) == []


@pytest.mark.parametrize(
    ("pins", "code"),
    [
        ({"co2e_ug": "1"}, "TL653"),
        ({"parts": json.dumps({"ttw": "1"})}, "TL653"),
        ({"factors_hash": "f"}, "TL654"),
        ({"gwp_set": "AR5"}, "TL654"),
        ({"pins": json.dumps({"rules": "r"})}, "TL654"),
        ({"pins": json.dumps({"card": "c"})}, "TL654"),
    ],
)
def test_a_false_pin_is_found(ledger: Workspace, pins: dict[str, str], code: str) -> None:
    of.publish(ledger, "false", **(REPORT | pins))
    facts = repeated(ledger, "false")

    assert set(codes(facts)) == {code}
    assert verdict(edition_of(ledger, "false"), facts, MADE)["verdict"] == "differs"


def judged(row: dict[str, Any], made: dict[str, str | None], **more: Any) -> tuple[str, list[str]]:
    found = verdict(row | more, {"found": []}, made)
    return found["verdict"], [each["code"] for each in found["findings"]]


def test_the_bytes_of_the_report_decide(ledger: Workspace) -> None:
    row = edition_of(ledger, "first")
    other: dict[str, str | None] = {"json": "b" * 64, "pdf": None}

    assert judged(row, MADE) == ("same", [])
    assert judged(row, other) == ("differs", ["TL647"])
    # another version may have other words: that is left open, and said
    assert judged(row, other, code_version="0.0.9") == ("undecided", ["TL648"])
    assert judged(row, MADE, code_version="0.0.9") == ("same", [])


def test_pages_that_cannot_be_set_here_leave_the_facts_to_decide(ledger: Workspace) -> None:
    row = edition_of(ledger, "first") | {"pdf_sha256": SHA}

    assert judged(row, {"json": SHA, "pdf": SHA}) == ("same", [])
    assert judged(row, {"json": SHA, "pdf": None}) == ("same", ["TL649"])
    assert judged(row, {"json": SHA, "pdf": "b" * 64}) == ("undecided", ["TL648"])


def test_an_edition_without_a_report_is_its_rows(ledger: Workspace) -> None:
    row = edition_of(ledger, "first") | {"report_sha256": None}

    assert judged(row, MADE) == ("same", ["TL650"])


def test_other_formulas_than_were_pinned_leave_a_difference_open(
    ledger: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = edition_of(ledger, "first")
    facts = {"differences": 2, "findings": [{"hint": "h"}]}

    assert [each["code"] for each in reproducing._repeated(row, facts)] == ["TL651"]
    row |= {"spec_hash": "0" * 64}
    found = list(reproducing._repeated(row, facts))
    assert [each["code"] for each in found] == ["TL652"]
    assert "2 行不一致" in found[0]["zh"]
    assert verdict(row, {"found": found}, MADE)["verdict"] == "undecided"


def test_what_the_log_tells_is_what_the_ledger_has(ledger: Workspace) -> None:
    row = edition_of(ledger, "first")
    own = {name: value for name, value in row.items() if value is not None}

    assert told_otherwise(row, []) == []
    assert told_otherwise(row, [own]) == []
    for told in ([own | {"co2e_ug": "1"}], [own, own]):
        found = told_otherwise(row, told)
        assert [each["code"] for each in found] == ["TL659"]
        assert verdict(row, {"found": found}, MADE)["verdict"] == "differs"
