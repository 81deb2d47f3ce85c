"""Inputs of formulas: with them and the specification alone every amount comes out again."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.verify.pack.made import rows

from tanlu.account import quantify, spec
from tanlu.account.inputs import Inputs, by_formula, joined
from tanlu.factors import library
from tanlu.terms.spec import interpret

PINS: dict[str, Any] = {"profile": "iso14083", "gwp_set": "AR6"}


@pytest.fixture(scope="module")
def made() -> Inputs:
    return by_formula(rows(), library=library(), **PINS)


def test_the_interpreter_gives_each_emission_again(made: Inputs) -> None:
    told = {
        row["emission_id"]: row["co2e_ug"]
        for row in quantify(rows(), library=library(), **PINS).emissions.iter_rows(named=True)
        if row["share_of"] is None
    }
    found = {}
    for leg in made.legs.filter(pl.col("from") != "total").iter_rows(named=True):
        case = made.cases.row(leg["case"], named=True)
        out = next(iter(interpret(spec(), [case | leg])))
        for slot in ("ttw", "wtt"):
            if case[f"{slot}_boundary"] is not None and out[f"{slot}_co2e_ug"] is not None:
                key = (leg["activity_id"], case["profile"], case[f"{slot}_boundary"],
                       case[f"{slot}_basis"], leg["share_key"] or "")  # fmt: skip
                found["|".join(key)] = out[f"{slot}_co2e_ug"]

    assert found == told


def test_where_amounts_come_from_is_told(made: Inputs) -> None:
    origin = {
        (leg["activity_id"], leg["share_key"] is not None): leg["from"]
        for leg in made.legs.iter_rows(named=True)
    }

    assert origin["a1", False] == "activity"
    assert origin["o1", True] == "chain"
    assert origin["f1", True] == "activity"
    assert origin["e1", True] == "total"


def test_a_leg_without_a_result_has_no_line(made: Inputs) -> None:
    assert "x1" not in made.legs["activity_id"]


def test_takers_and_weights_of_a_total_are_told(made: Inputs) -> None:
    leg = made.legs["activity_id"].to_list().index("e1")
    takers = made.shares.filter(pl.col("leg") == leg)

    assert takers.select("activity_id", "weight").rows() == [("b1", 15_000_000), ("b2", 10_000_000)]


def test_a_blend_has_a_line_for_each_fuel(made: Inputs) -> None:
    lines = made.legs.filter(pl.col("activity_id") == "f1")

    assert lines["split"].sum() == pytest.approx(1.0, abs=1e-12)
    assert lines.height == 2


def test_joined_batches_are_the_batch(made: Inputs) -> None:
    alone = rows().filter(pl.col("round").is_null())
    halves = [alone[:3], alone[3:]]
    parts = [by_formula(half, library=library(), **PINS) for half in halves]
    whole = joined(parts)
    once = by_formula(alone, library=library(), **PINS)

    def told(inputs: Inputs) -> list[dict[str, Any]]:
        lines = inputs.legs.iter_rows(named=True)
        found = [line | inputs.cases.row(line["case"], named=True) for line in lines]
        return sorted(
            ({**line, "case": 0} for line in found),
            key=lambda line: (line["activity_id"], line["share_key"] or ""),
        )

    assert told(whole) == told(once)
    assert joined([]).legs.height == 0
