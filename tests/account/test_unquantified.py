"""Findings on what has no emission."""

from __future__ import annotations

from typing import Any

from tanlu.account import quantify
from tanlu.account.unquantified import no_findings
from tanlu.terms import schema


def test_a_finding_names_the_activity_the_file_and_the_cure(activities: Any) -> None:
    source = {"source_sha256": "f" * 64, "source_line": 7}
    found = quantify(activities({"mass_mg": None, **source})).findings.row(0, named=True)

    assert found["subject"] == "activity:a0"
    assert (found["source_sha256"], found["source_line"]) == ("f" * 64, 7)
    assert "mass" in found["hint"]


def test_an_unknown_class_is_answered_with_its_neighbours(activities: Any) -> None:
    found = quantify(activities({"vehicle_class": "truck.artic.45t"})).findings

    assert "truck.artic.44t" in found["hint"][0]


def test_findings_are_of_the_schema() -> None:
    assert list(schema("finding").names) == no_findings().columns
