"""What stands behind the figures."""

from __future__ import annotations

from pathlib import Path

from tanlu.report import transport
from tanlu.terms import Document, Section
from tests.report.ledger import network
from tests.report.workspace import made


def named(document: Document, title: str) -> Section:
    return next(section for section in document.sections if section.title == title)


def test_what_is_missing_has_its_reason_in_the_tongue_of_the_report(tmp_path: Path) -> None:
    section = named(transport(made(tmp_path), language="zh"), "哪些未计入总量？")

    assert any("TL503" in str(row[0]) and "质量" in str(row[4]) for row in section.rows)


def test_factors_have_source_and_licence(tmp_path: Path) -> None:
    section = named(transport(made(tmp_path)), "Which factors and sources?")

    assert all(row[3] and row[4] for row in section.rows)


def test_assumptions_are_said_in_words(tmp_path: Path) -> None:
    section = named(transport(made(tmp_path)), "What was assumed?")

    assert [row for row in section.rows if row[0] == row[1]] == []


def test_the_method_names_ledger_version_zone_and_gwp() -> None:
    section = named(transport(network(), "2026-10"), "How was it made?")

    said = dict(section.rows)
    assert (said["Ledger version"], said["GWP set"]) == ("7", "AR6")
    assert said["Period"] == "2026-10-01 to 2026-10-31, cut in Asia/Shanghai"
