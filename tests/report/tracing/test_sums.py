"""Sums: of nothing there is none."""

from __future__ import annotations

import polars as pl

from tanlu.report.tracing.sums import amount, summed


def test_of_no_rows_there_is_no_sum() -> None:
    assert summed(pl.DataFrame(schema={"co2e_ug": pl.Int64})) == {}


def test_groups_are_named_by_their_value() -> None:
    rows = pl.DataFrame({"co2e_ug": [1, 2], "sigma_ln_ppm": [0, 0], "factor_hash": ["a", "b"],
                         "leg": [1, 2]})  # fmt: skip

    assert {key: each["co2e_ug"] for key, each in summed(rows, ["leg"]).items()} == {1: "1", 2: "2"}
    assert summed(rows)[None]["co2e_kg"] == "0.000000003"


def test_an_amount_is_exact_in_both_units() -> None:
    assert amount(9_223_372_036_854_775_807, 0, 1)["co2e_kg"] == "9223372036.854775807"


def test_nothing_is_a_sum_too() -> None:
    assert amount(0, -1, 0)["co2e_kg"] == "0"
    assert amount(0, -1, 0)["lower_kg"] == "-0.000000001"
