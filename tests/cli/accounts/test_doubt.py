"""How sure the numbers of a ledger are, from the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.books import Tongue

BOUNDARY = """\
name = "one"
name_zh = "一"
approach = "operational_control"
zone = "Asia/Shanghai"

[[entity]]
id = "one"
name = "One"
name_zh = "一"
operators = ["ONE"]
"""


def test_the_total_is_the_one_that_is_reported(books: Tongue) -> None:
    facts = books.ask("account", "doubt")

    assert facts["co2e_kg"] == books.ask("report")["co2e_wtw_kg"]
    assert Decimal(facts["approach_1"]["lower_kg"]) < Decimal(facts["co2e_kg"])


def test_draws_are_told_with_their_seed(books: Tongue) -> None:
    pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
    facts = books.ask("account", "doubt", "--draws", "1000", "--seed", "3")

    assert (facts["approach_2"]["draws"], facts["approach_2"]["seed"]) == (1_000, 3)


def test_a_number_of_draws_that_is_none_is_a_sentence(books: Tongue) -> None:
    pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")

    assert books.ask("account", "doubt", "--draws", "7", expect=1)["error"]["code"] == "TL545"


def test_out_writes_the_file_instead_of_the_screen(books: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "doubt.json"
    shown = books.say("account", "doubt", "--out", file)

    assert shown == f"wrote {file}\n"
    assert json.loads(file.read_text(encoding="utf-8"))["facts"]["report"] == "doubt"


def test_it_speaks_chinese(books: Tongue) -> None:
    assert "总量有多可靠" not in books.say("account", "doubt")
    assert "先测什么" in books.say("account", "doubt", language="zh")


def test_a_wrong_column_is_a_sentence(books: Tongue) -> None:
    found = books.ask("account", "doubt", "--by", "colour", expect=2)

    assert found["error"]["code"] == "TL803"


def test_the_inventory_of_an_organisation_has_its_own_doubt(books: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "organisation.toml"
    file.write_text(BOUNDARY, encoding="utf-8")
    books.ask("quantify", "--profile", "ghg_protocol")
    facts = books.ask("account", "doubt", "--boundary", file)

    assert facts["profile"] == "ghg_protocol"
    assert list(facts["by"]) == ["scope", "category", "entity"]
    assert Decimal(facts["approach_1"]["lower_kg"]) <= Decimal(facts["co2e_kg"])
