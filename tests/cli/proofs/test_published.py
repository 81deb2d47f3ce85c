"""What an edition counts is what its report sums, whichever report it is."""

from __future__ import annotations

import argparse
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tanlu.cli.proofs import published as parts
from tanlu.store import open_workspace
from tanlu.terms import Document
from tests.cli.books import Tongue

GROUP = """\
name = "Group"
approach = "equity_share"

[[entity]]
id = "mall"
operators = ["MALL"]

[[entity]]
id = "half"
parent = "mall"
equity_percent = "50"
operators = ["HALF"]
"""


def asked(**more: object) -> argparse.Namespace:
    given = {"boundary": None, "profile": None, "basis": None, "period": None}
    return argparse.Namespace(**(given | more))


def test_an_extent_is_that_of_the_usual_report(books: Tongue) -> None:
    workspace = open_workspace(books.ledger)
    extent = parts.asked_extent(asked(period="2026Q1"), workspace, "zh")

    assert (extent.profile, extent.basis, extent.report) == ("iso14083", "location", "transport")
    assert (extent.language, extent.boundary, extent.period) == ("zh", None, "2026Q1")
    assert parts.threshold_of(workspace, extent) is None
    assert parts.profiles_of(workspace, extent) == {"iso14083": None}


def test_rows_of_a_boundary_count_at_the_share_of_their_entity(
    books: Tongue, tmp_path: Path
) -> None:
    import polars as pl

    from tanlu.report.organisation import organisation, parse

    workspace = open_workspace(books.ledger)
    one = workspace.scan("activity").filter(pl.col("activity_id") == "W1").collect()
    for name in ("MALL", "HALF"):
        workspace.append("activity", one.with_columns(
            pl.lit(name).alias("activity_id"), pl.lit(name).alias("operator")))  # fmt: skip
    file = tmp_path / "group.toml"
    file.write_text(GROUP, encoding="utf-8")
    books.ask("report", "organisation", "--boundary", file)
    extent = parts.asked_extent(asked(boundary=file), workspace, "en")
    rows = parts.rows_of(workspace, extent, workspace.version).collect()
    total = Decimal(str(organisation(workspace, None, parse(GROUP.encode())).facts[
        "co2e_location_kg"]))  # fmt: skip

    assert rows.select("emission_id", "part").is_unique().all()
    assert rows["counted_ug"].cast(pl.Int128).sum() == total * 10**9
    whole, half = (rows.filter(pl.col("activity_id") == name)["counted_ug"].sum()
                   for name in ("MALL", "HALF"))  # fmt: skip
    assert abs(whole - 2 * half) <= 2
    assert parts.profiles_of(workspace, extent)["ghg_protocol"] is None
    assert parts.boundary_of(workspace, extent) == parse(GROUP.encode())


def test_a_report_that_says_another_sum_is_noticed(books: Tongue) -> None:
    workspace = open_workspace(books.ledger)
    extent = parts.asked_extent(asked(), workspace, "en")
    row, rows = parts.draft(workspace, "x", extent)
    document = parts.report_of(workspace, extent, row)
    other = row | {"co2e_ug": str(int(row["co2e_ug"]) + 1)}

    assert rows.collect().height == row["rows"]
    assert parts.says_its_sum(document, row, extent)
    assert not parts.says_its_sum(document, other, extent)
    assert not parts.says_its_sum(replace(document, facts={}), row, extent)


def test_the_same_document_has_the_same_bytes_and_another_name_has_others(books: Tongue) -> None:
    workspace = open_workspace(books.ledger)
    extent = parts.asked_extent(asked(), workspace, "en")
    made: list[Document] = []
    for name in ("x", "x", "y"):
        row, _ = parts.draft(workspace, name, extent)
        made.append(parts.report_of(workspace, extent, row))
    one, two, other = (parts.hashes(document)["json"] for document in made)

    assert one == two
    assert one != other


def test_pages_that_cannot_be_set_are_told_as_none(
    books: Tongue, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from tanlu.report.pdf import paper

    workspace = open_workspace(books.ledger)
    extent = parts.asked_extent(asked(), workspace, "en")
    row, _ = parts.draft(workspace, "x", extent)
    paper._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    made = parts.hashes(parts.report_of(workspace, extent, row))

    assert made["pdf"] is None
    assert made["json"] is not None


def test_what_a_report_leaves_to_another_belongs_to_the_sum_of_an_edition(books: Tongue) -> None:
    workspace = open_workspace(books.ledger)
    extent = parts.asked_extent(asked(), workspace, "en")
    row, _ = parts.draft(workspace, "x", extent)
    document = parts.report_of(workspace, extent, row)
    left = {**document.facts, "elsewhere": {"co2e_kg": "0.000000002"}}
    held = Decimal(str(document.facts["elsewhere"]["co2e_kg"])) * 10**9
    other = row | {"co2e_ug": str(int(row["co2e_ug"]) + 2 - int(held))}

    assert parts.says_its_sum(replace(document, facts=left), other, extent)
    assert not parts.says_its_sum(replace(document, facts=left), row, extent)
