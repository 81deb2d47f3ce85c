"""The examples draw their inventories up: whole, once, and every emission is repeated exactly."""

from __future__ import annotations

import importlib.util
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tanlu.cli import main

ROOT = Path(__file__).parents[2]
# category 3 is in part where a factor of electricity has no upstream
TOLD = {"quantified", "partly", "excluded", "absent"}
pytestmark = pytest.mark.slow


def example(name: str) -> ModuleType:
    """The module of an example's script."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"examples/{name}/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ask(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main([*map(str, words), "--json"]) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


def kilograms(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(each["co2e_kg"]) for each in rows), Decimal(0))


@pytest.mark.parametrize("name", ["park", "group"])
def test_an_example_gives_a_complete_inventory_in_one_command(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example(name).main(tmp_path / name)
    books = tmp_path / name / "books"
    facts = ask(capsys, "report", "organisation", "--ledger", books)

    assert {each["status"] for each in facts["categories"]} <= TOLD
    assert facts["outside"]["unassigned"]["activities"] == 0
    scopes = [each for each in facts["scopes"] if each["basis"] != "market"]
    assert kilograms(scopes) == Decimal(facts["co2e_location_kg"])
    assert ask(capsys, "verify", "--ledger", books)["differences"] == 0


def test_the_group_takes_out_what_it_counts_already_whatever_the_approach(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example("group").main(tmp_path / "group")
    books = tmp_path / "group/books"
    totals = {}
    for approach in ("operational_control", "financial_control", "equity_share"):
        facts = ask(capsys, "report", "organisation", "--ledger", books, "--approach", approach)
        outside = sum(Decimal(each["co2e_kg"]) for each in facts["outside"].values())
        totals[approach] = Decimal(facts["co2e_location_kg"]) + outside
        assert facts["eliminated"]

    # one ledger, one sum of rows: only where they stand differs
    assert len(set(totals.values())) == 1
