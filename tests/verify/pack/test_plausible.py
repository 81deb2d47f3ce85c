"""Intervals, times and gases that do not go with their CO2e are named, all others not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.report.workspace import made

from tanlu.verify.pack.plausible import odd


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    folder: Path = tmp_path_factory.mktemp("books")
    found: pl.DataFrame = made(folder).scan("emission").collect()
    return found


def test_rows_of_the_formulas_are_not_odd(rows: pl.DataFrame) -> None:
    assert odd(rows) == []


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("upper_ug", 1, "lies outside"),
        ("lower_ug", 2**60, "lies outside"),
        ("end", 0, "ends before"),
        ("n2o_ug", 10**12, "gases do not make"),
        ("co2e_ug", 3 * 10**11, "gases do not make"),
    ],
)
def test_a_row_that_cannot_be_is_named(
    rows: pl.DataFrame, column: str, value: int, why: str
) -> None:
    chosen = "a1|iso14083|ttw|none|"
    there = pl.col("emission_id") == chosen
    changed = rows.with_columns(pl.when(there).then(value).otherwise(column).alias(column))
    found = odd(changed)

    assert {each.where for each in found} == {chosen}
    assert any(why in each.why for each in found)


def test_the_rounding_of_gases_is_no_oddity(rows: pl.DataFrame) -> None:
    some = rows.filter(pl.col("co2e_ug") > 0)

    assert odd(some.with_columns(pl.col("co2e_ug") + 100)) == []


def test_a_set_that_nobody_knows_is_left_alone(rows: pl.DataFrame) -> None:
    assert odd(rows.with_columns(gwp_set=pl.lit("AR99"), co2e_ug="upper_ug")) == []
