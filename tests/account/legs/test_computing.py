"""The formulas are data, and what computes them says what it takes and gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanlu.account import spec
from tanlu.account.legs import prepare
from tanlu.account.legs.computing import BOUNDARIES, WRITTEN, compute
from tanlu.factors import library


def test_the_specification_is_what_its_readable_lines_give(root: Path) -> None:
    import runpy

    built = runpy.run_path(str(root / "tools/account/transport.py"))["build"]()

    assert spec().canonical == built


def test_every_step_says_what_it_means_in_both_tongues() -> None:
    wanting = [
        step.name
        for step in spec().steps
        if not (step.meaning and step.meaning_zh and step.reference)
    ]

    assert wanting == []


def test_each_leg_has_an_amount_of_each_boundary(activities: Any) -> None:
    made = compute(prepare.whole(activities({}, {})), library(), "iso14083", "AR6", kept=WRITTEN)

    assert made.out.columns == [name for name in made.out.columns if name in WRITTEN]
    for boundary in BOUNDARIES:
        assert made.out[f"{boundary}_co2e_ug"].null_count() == 0
    assert made.whole().height == 2
