"""What a product system may be: every wrong amount is refused with a code that names it."""

from __future__ import annotations

import polars as pl
import pytest
from tests.account.lifecycle.systems import drawn

from tanlu.account.lifecycle import System
from tanlu.errors import TanluError

ONE = pl.DataFrame({"process": ["a"], "stage": ["use"], "output": [1.0], "dimension": ["mass"]})
NONE = pl.DataFrame(schema={"process": pl.String, "supplier": pl.String, "amount": pl.Float64})


def taken(supplier: str, amount: float | None, dimension: str = "mass") -> pl.DataFrame:
    return pl.DataFrame(
        {"process": ["a"], "supplier": [supplier], "amount": [amount], "dimension": [dimension]},
        schema_overrides={"amount": pl.Float64},
    )


def refusal(processes: pl.DataFrame, exchanges: pl.DataFrame, **tables: pl.DataFrame) -> str:
    with pytest.raises(TanluError) as told:
        System(processes, exchanges, **tables)
    return told.value.code


def test_absent_columns_are_null() -> None:
    assert System(ONE, NONE).processes["zh"].to_list() == [None]


@pytest.mark.parametrize("output", [0.0, -1.0, None, float("nan")])
def test_a_reference_flow_that_is_not_positive_is_refused(output: float | None) -> None:
    assert refusal(ONE.with_columns(output=pl.lit(output, pl.Float64)), NONE) == "TL528"


def test_a_supplier_that_is_no_process_is_refused() -> None:
    assert refusal(ONE, taken("b", 1.0)) == "TL526"


def test_a_supplier_counted_in_another_dimension_is_refused() -> None:
    assert refusal(ONE, taken("a", 0.5, "energy")) == "TL527"


@pytest.mark.parametrize("amount", [-0.5, None, float("nan")])
def test_a_negative_or_missing_amount_is_refused(amount: float | None) -> None:
    assert refusal(ONE, taken("a", amount)) == "TL531"


def test_a_negative_mass_of_an_activity_is_refused() -> None:
    line = pl.DataFrame({"line": ["x"], "process": ["a"], "kind": ["hub"], "mass_mg": [-1]})

    assert refusal(ONE, NONE, lines=line) == "TL531"


def test_a_flow_without_a_mass_is_refused() -> None:
    flow = pl.DataFrame({"line": ["x"], "process": ["a"], "gas": ["CO2"]})

    assert refusal(ONE, NONE, flows=flow) == "TL531"


def test_a_line_of_no_process_is_refused() -> None:
    line = pl.DataFrame({"line": ["x"], "process": ["z"], "kind": ["hub"], "mass_mg": [1]})

    assert refusal(ONE, NONE, lines=line) == "TL530"


def test_two_processes_of_one_name_are_refused() -> None:
    assert refusal(pl.concat([ONE, ONE]), NONE) == "TL530"


def test_a_system_is_made_of_columns_alone() -> None:
    assert drawn(1).processes.height >= 2
