"""Two sets of emissions side by side."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tanlu.terms import schema
from tanlu.verify.compare import COMPARED, compare
from tests.report.ledger import activity, emission, frames


def rows(count: int = 3) -> pl.DataFrame:
    made = [activity(i) for i in range(count)]
    return frames(made, [emission(row, "ttw", 10**9) for row in made])[1]


def test_equal_sets_give_no_finding() -> None:
    assert compare(rows(), rows().sample(fraction=1, shuffle=True, seed=1)).is_empty()


@pytest.mark.parametrize("column", ["co2e_ug", "lower_ug", "n2o_ug", "factor_hash", "tier"])
def test_any_changed_column_is_found_with_both_values(column: str) -> None:
    assert column in COMPARED
    table = rows()
    change = pl.lit("x") if table[column].dtype == pl.String else pl.col(column) + 1
    found = compare(table, table.with_columns(change.alias(column)))

    assert found["column"].to_list() == [column] * 3
    evidence = json.loads(found["evidence"][0])
    assert evidence["ledger"] != evidence["again"]


def test_a_null_against_a_value_is_a_difference() -> None:
    table = rows(1)
    found = compare(table, table.with_columns(pl.lit(None, pl.Int64).alias("n2o_ug")))

    assert found["column"].to_list() == ["n2o_ug"]


def test_findings_fit_their_schema() -> None:
    found = compare(rows(2), rows(1))

    assert schema("finding").check(found).height == 1
    assert found["code"].to_list() == ["TL704"]
