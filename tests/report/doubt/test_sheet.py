"""The doubt of a ledger as a document."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.report.workspace import made

from tanlu.errors import TanluError
from tanlu.report import text, transport
from tanlu.report.doubt import sheet
from tanlu.terms import Document


def document(workspace: Any, *words: Any, **options: Any) -> Document:
    *_, last = sheet(workspace, *words, **options)
    assert isinstance(last.result, Document)
    return last.result


def test_the_total_is_that_of_the_transport_report(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    facts = document(workspace).facts

    assert facts["co2e_kg"] == transport(workspace).facts["co2e_wtw_kg"]
    kinds = [Decimal(row["co2e_kg"]) for row in facts["by"]["kind"]]
    assert Decimal(facts["co2e_kg"]) == sum(kinds)


def test_quality_of_the_activities_is_told_as_own_error(tmp_path: Path) -> None:
    facts = document(made(tmp_path)).facts

    assert Decimal(facts["approach_1"]["shared_percent"]) < 100
    assert any(row["cause"] == "data" for row in facts["ranking"])


def test_another_period_is_empty(tmp_path: Path) -> None:
    assert document(made(tmp_path), "2019").facts["co2e_kg"] == "0"


def test_it_speaks_both_tongues(tmp_path: Path) -> None:
    workspace = made(tmp_path)

    assert "先测什么" in text(document(workspace, language="zh"))
    assert "What to measure first" in text(document(workspace, language="en"))


def test_a_column_that_no_emission_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TanluError) as raised:
        document(made(tmp_path), by=("colour",))

    assert raised.value.code == "TL803"
