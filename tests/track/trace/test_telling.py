"""Findings of a trace are of the schema, each once."""

from __future__ import annotations

from tanlu.terms import schema
from tanlu.track.trace.telling import told


def test_findings_fit_their_schema() -> None:
    found = told("TL432", ["a", "b"], "warning", values=["x", "y"])

    assert schema("finding").check(found)["value"].to_list() == ["x", "y"]


def test_the_same_is_told_once_and_nothing_is_told_of_nothing() -> None:
    assert told("TL432", ["a", "a"], "warning", values=["x", "x"]).height == 1
    assert told("TL432", [], "warning", values=[]).is_empty()
