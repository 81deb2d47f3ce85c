"""Held against the truth, every kind of mistake shows, and a faithful ledger shows none."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.simulate.devices import compare, compare_gaps, transmissions
from tanlu.terms import schema

WIRE = transmissions(320, 3)
TRUE = schema("reading").fit(WIRE.truth)
CLEAN = {"lost": 0, "doubled": 0, "changed": 0, "strange": 0}


def test_a_faithful_ledger_differs_in_nothing() -> None:
    assert compare(WIRE, TRUE.sample(fraction=1, shuffle=True, seed=1)) == CLEAN
    assert compare_gaps(WIRE, WIRE.gaps)["gaps_wrong"] == 0


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (TRUE.tail(-3), {"lost": 3}),
        (pl.concat([TRUE, TRUE.head(2)]), {"doubled": 2}),
        (TRUE.with_columns(pl.col("value") + 1), {"changed": TRUE.height}),
        (TRUE.with_columns(pl.col("at").shift(-1).fill_null(0)), {"changed": TRUE.height}),
        (pl.concat([TRUE, TRUE.head(1).with_columns(seq=pl.lit(999, pl.Int64))]), {"strange": 1}),
        (TRUE.clear(), {"lost": TRUE.height}),
    ],
)
def test_each_kind_of_mistake_shows(rows: pl.DataFrame, kind: dict[str, int]) -> None:
    assert compare(WIRE, rows) == {**CLEAN, **kind}


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (WIRE.gaps.tail(-1), 1),
        (pl.concat([WIRE.gaps, WIRE.gaps.head(1)]), 1),
        (WIRE.gaps.with_columns(pl.col("count") + 1), 2 * WIRE.gaps.height),
        (WIRE.gaps.clear(), WIRE.gaps.height),
    ],
)
def test_a_wrong_gap_report_shows(found: pl.DataFrame, wrong: int) -> None:
    assert WIRE.gaps.height > 5
    assert compare_gaps(WIRE, found)["gaps_wrong"] == wrong
