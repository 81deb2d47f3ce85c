"""The facts about doubt of any frame of emission rows."""

from __future__ import annotations

import json
from decimal import Decimal

import polars as pl
import pytest
from tests.account.doubt.rows import emissions

from tanlu.account.doubt import approach_1, causes
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.report.doubt import doubt, steps
from tanlu.report.doubt import facts as room
from tanlu.report.words import Words


def lines() -> pl.DataFrame:
    """Lines of an inventory: two scopes, one assumption, a measured row."""
    return emissions(
        {"scope": 1, "assumptions": "A-LOAD", "sigma_ln_ppm": 300_000, "counted_ug": 10**9},
        {"scope": 1, "tier": "measured", "counted_ug": 5 * 10**8},
        {"scope": 3, "factor_id": "g", "counted_ug": 0},
        {"scope": None, "factor_id": "g", "counted_ug": 10**8},
    )


def test_the_facts_are_those_of_the_room_as_decimal_texts() -> None:
    facts = doubt(lines()).facts
    row = approach_1(causes(lines())).row(0, named=True)

    assert Decimal(facts["co2e_kg"]) == Decimal(int(row["co2e_ug"])).scaleb(-9)
    assert Decimal(facts["approach_1"]["upper_kg"]) == Decimal(int(row["upper_ug"])).scaleb(-9)
    assert facts["approach_2"] is None
    assert json.loads(json.dumps(facts)) == facts


def test_an_inventory_counts_what_it_counts() -> None:
    facts = doubt(lines(), ["scope"], amount="counted_ug").facts

    assert facts["co2e_kg"] == "1.6"
    assert [(row["scope"], row["co2e_kg"]) for row in facts["by"]["scope"]] == [
        ("1", "1.5"), (None, "0.1"),
    ]  # fmt: skip
    assert facts["quality"]["primary_share_percent"] == "31.25"


def test_a_key_that_the_lines_have_not_is_left_out() -> None:
    assert list(doubt(lines(), ["scope", "entity"]).facts["by"]) == ["scope"]


def test_draws_stand_beside_propagation_and_are_cut_alike() -> None:
    pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
    facts = doubt(lines(), ["scope"], draws=2_000, seed=7).facts

    assert (facts["approach_2"]["draws"], facts["approach_2"]["seed"]) == (2_000, 7)
    assert facts == doubt(lines(), ["scope"], draws=2_000, seed=7).facts
    for row in (facts["approach_1"], facts["analytic"]):
        for end in ("lower_kg", "upper_kg"):
            ratio = Decimal(row[end]) / Decimal(facts["approach_2"][end])
            assert abs(ratio - 1) < Decimal("0.05")
    assert all("drawn_lower_kg" in row for row in facts["by"]["scope"])


def test_progress_is_told_draw_by_draw() -> None:
    pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
    told = [(step.step, step.done) for step in steps(lines(), draws=3_000)]

    assert told == [("draw", 1000), ("draw", 2000), ("draw", 3000), ("doubt", 4)]


def test_without_the_extra_the_exact_interval_is_absent_and_the_rest_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(_: object) -> None:
        raise TanluError("TL002", value="numpy", extra="account")

    monkeypatch.setattr(room, "moments", absent)
    facts = doubt(lines()).facts

    assert facts["analytic"] is None
    assert facts["approach_1"]["lower_kg"]


def test_another_fault_is_not_taken_for_an_absent_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise TanluError("TL545", value=1, why="")

    monkeypatch.setattr(room, "moments", broken)
    with pytest.raises(TanluError, match="TL545"):
        doubt(lines())


def test_nothing_is_quite_sure() -> None:
    found = doubt(lines().clear(), words=Words("zh"), library=library())

    assert found.facts["co2e_kg"] == "0"
    assert found.facts["ranking"] == []
    assert found.sections


def test_less_is_what_the_interval_loses() -> None:
    for row in doubt(lines()).facts["ranking"]:
        both = Decimal(row["half_width_kg"]) - Decimal(row["half_width_then_kg"])
        assert abs(both - Decimal(row["less_kg"])) <= Decimal("2e-9")
