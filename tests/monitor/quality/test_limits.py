"""Thresholds are data with a reason in both tongues."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tanlu.monitor.quality as room
from tanlu.errors import catalogue
from tanlu.monitor.quality import limits, rules
from tanlu.monitor.quality.limits import ROOM, factors
from tanlu.terms.rules import table


def test_every_rule_has_a_code_of_its_room_and_a_severity() -> None:
    assert {each.code for each in rules().values()} == {f"TL{n}" for n in range(380, 390)}
    assert {each.code for each in rules().values()} <= set(catalogue())
    assert {each.severity for each in rules().values()} <= {"info", "warning", "error"}


def test_every_threshold_has_a_unit_a_reason_in_both_tongues_and_a_source() -> None:
    for row in table(ROOM, "limits.csv"):
        assert all(row[name] for name in ("value", "unit", "reason", "reason_zh", "source")), row


@pytest.mark.parametrize(
    "row", table(ROOM, "limits.csv"), ids=lambda row: f"{row['rule']}.{row['parameter']}"
)
def test_every_threshold_is_used_by_the_code(row: dict[str, str]) -> None:
    folder = Path(room.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))

    assert re.search(rf"[\"']{row['parameter']}[\"']", text) or "at[name]" in text


def test_every_factor_has_its_inverse_and_words_in_both_tongues() -> None:
    found = factors()

    for factor, words in found.items():
        assert min(abs(other * factor - 1) for other in found) < 1e-9
        assert all(words)


def test_the_weights_of_the_score_are_a_whole() -> None:
    at = limits()["score"]

    assert (
        sum(at[name] for name in ("completeness", "validity", "timeliness", "plausibility")) == 1e6
    )
