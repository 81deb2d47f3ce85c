"""A restatement reads as reasons, parts, rows, factors and pins in either tongue."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tanlu.report import render, text
from tanlu.report.restatement import restatement

KG = 10**9


def sides(old: int, new: int) -> dict[str, str]:
    return {
        "old_kg": str(old), "new_kg": str(new), "difference_kg": str(new - old),
        "difference_ug": str((new - old) * KG),
    }  # fmt: skip


def facts(**more: Any) -> dict[str, Any]:
    row = {"activity_id": "a", "replaces": "b", "subject": None, "kind": "transport.road",
           "part": "scope_1", "factor_was": "f", "factor_id": "g", "emission_id": "e",
           **sides(1000, 4000)}  # fmt: skip
    shared = {"version": 1, "period": "2026", "profile": "iso14083", "basis": "none",
              "boundary": None, "reason": "because"}  # fmt: skip
    return {
        "report": "restatement",
        "old": {**shared, "edition": "A", "co2e_ug": str(10**4 * KG), "co2e_kg": "10000"},
        "new": {**shared, "edition": "B", "version": 9, "co2e_ug": str(13 * 10**3 * KG),
                "co2e_kg": "13000"},
        "difference_ug": str(3000 * KG), "difference_kg": "3000", "percent": "30",
        "largest_percent": "30", "threshold_percent": "5", "material": True, "adds_up": True,
        "as_pinned": [True, True],
        "parts": [{"part": "scope_1", **sides(10000, 13000)}],
        "reasons": [{"reason": "corrected", "rows": 2, "activities": 1, "parts": {},
                     "evidence": [row], **sides(1000, 4000)}],
        "factors": [{"factor_was": "f", "factor_id": None, "rows": 1, **sides(1, 2)}],
        "pins": [["factors_hash", "x", None]], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Restatement", "Corrected rows", "Scope 1", "above the threshold of 5", "because"]),
        ("zh", ["重述说明", "更正的行", "范围一", "超过阈值 5", "because"]),
    ],
)
def test_all_that_was_told_is_shown(language: str, words: list[str]) -> None:
    shown = " ".join(text(restatement(facts(), language=language), width=160).split())

    assert [word for word in words if word not in shown] == []


def test_amounts_have_one_unit_and_stay_exact() -> None:
    document = restatement(facts())
    table = document.sections[1]

    assert table.columns[-1] == "Change [t CO₂e]"
    assert table.rows[0][-3:] == (Decimal(1), Decimal(4), Decimal(3))


def test_what_is_not_material_or_does_not_add_up_is_said() -> None:
    shown = text(restatement(facts(material=False, adds_up=False)), width=400)

    assert "not above the threshold" in shown
    assert "do not add up" in shown
    assert "published total" not in shown
    shown = text(restatement(facts(as_pinned=[False, True])), width=400)
    assert "does not give the published total of A" in shown


def test_without_factors_and_pins_there_are_no_such_sections() -> None:
    bare = restatement(facts(factors=[], pins=[], reasons=[]))

    assert len(bare.sections) == 4
    assert bare.sections[1].chart is None


@pytest.mark.parametrize("form", ["html", "json", "xlsx", "txt", "svg"])
def test_every_form_can_be_made(form: str, tmp_path: Path) -> None:
    assert render(restatement(facts()), tmp_path / f"d.{form}").stat().st_size > 500
