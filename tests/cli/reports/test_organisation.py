"""One command gives the inventory: it quantifies what is not covered and says so."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from tanlu.cli.reports.organisation import APPROACHES, ORDERS
from tanlu.report.disclosure.told import _items as items
from tanlu.report.organisation.boundary import APPROACHES as KNOWN
from tests.cli.books import Tongue

BOUNDARY = 'name = "Books"\napproach = "operational_control"\n[[entity]]\nid = "books"\n'


def bounded(books: Tongue) -> Tongue:
    (books.ledger / "organisation.toml").write_text(BOUNDARY, encoding="utf-8")
    return books


def test_the_command_quantifies_what_the_profile_does_not_cover_yet(books: Tongue) -> None:
    shown = bounded(books).say("report", "organisation")

    assert "under ghg_protocol" in shown
    assert "Greenhouse gas inventory" in shown
    assert "under ghg_protocol" not in books.say("report", "organisation")


def test_what_no_entity_is_party_to_is_unassigned_and_the_ledger_replays(books: Tongue) -> None:
    facts = bounded(books).ask("report", "organisation", "--period", "2026")

    assert facts["outside"]["unassigned"]["activities"] == 2
    assert facts["co2e_location_kg"] == "0"
    assert books.ask("verify")["differences"] == 0


def test_the_boundary_is_kept_among_the_originals(books: Tongue) -> None:
    facts = bounded(books).ask("report", "organisation")

    assert (books.ledger / "originals" / facts["boundary_hash"]).is_file()


def test_without_a_boundary_it_is_a_sentence(books: Tongue) -> None:
    assert books.ask("report", "organisation", expect=1)["error"]["code"] == "TL807"


def test_boundary_approach_form_and_language_may_be_asked_for(
    books: Tongue, tmp_path: Path
) -> None:
    file = tmp_path / "other.toml"
    file.write_text(BOUNDARY, encoding="utf-8")
    out = tmp_path / "inventory"
    books.say("report", "organisation", "--boundary", file, "--approach", "equity_share",
              "--out", out, "--format", "json")  # fmt: skip
    made = json.loads(out.with_name("inventory.json").read_text(encoding="utf-8"))

    assert made["facts"]["approach"] == "equity_share"


def test_json_has_the_datapoints_and_parquet_the_lines(books: Tongue, tmp_path: Path) -> None:
    facts = bounded(books).ask("report", "organisation", "--out", tmp_path / "lines.parquet")
    lines = pl.read_parquet(tmp_path / "lines.parquet")

    assert {p["standard"] for p in facts["datapoints"]} == {"ESRS E1", "IFRS S2"}
    assert {"entity", "scope", "category", "counted_ug", "emission_id"} <= set(lines.columns)
    assert lines.height > 0


def test_an_inventory_may_be_given_in_the_order_of_the_standard(books: Tongue) -> None:
    shown = bounded(books).say("report", "organisation", "--order", "iso14064")

    assert "a · Reporting organisation" in shown
    assert {row["form"] for row in items()} == set(ORDERS)


def test_an_inventory_as_a_workbook_is_recomputed(books: Tongue, tmp_path: Path) -> None:
    shown = bounded(books).say("report", "organisation", "--out", tmp_path / "i.xlsx")

    assert "by formula, 0 printed" in shown


def test_the_approaches_of_the_help_are_those_of_the_boundary() -> None:
    assert KNOWN == APPROACHES
