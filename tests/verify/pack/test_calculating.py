"""The tables of ``calc/`` give every emission of the slice exactly once, in its order."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.verify.pack import made
from tests.verify.pack.made import OCTOBER

from tanlu.verify.pack.calculating import calculated, tables
from tanlu.verify.pack.choosing import choose


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return choose(made.ledger(tmp_path_factory.mktemp("books")), OCTOBER).slice


@pytest.fixture(scope="module")
def inputs(cut: Any) -> Any:
    *_, last = calculated(cut)
    return last.result


def test_lines_stand_in_the_order_of_their_emissions(cut: Any, inputs: Any) -> None:
    rows = cut.scan("emission").filter(pl.col("method") != "market").collect()
    keys = rows.select(
        pl.coalesce("share_of", "activity_id").alias("activity_id"), "share_key", "profile"
    ).unique(maintain_order=True)
    lines = inputs.legs.with_columns(inputs.cases["profile"].gather(inputs.legs["case"]))

    assert lines.select(keys.columns).rows() == keys.rows()


def test_each_case_is_used_and_numbered(inputs: Any) -> None:
    told = tables(inputs)

    assert told["cases"]["case"].to_list() == list(range(inputs.cases.height))
    assert sorted(inputs.legs["case"].unique()) == told["cases"]["case"].to_list()
    assert not inputs.cases.is_duplicated().any()


def test_every_total_has_takers_and_no_other_line(inputs: Any) -> None:
    totals = inputs.legs.with_row_index("leg").filter(pl.col("from") == "total")["leg"]

    assert set(inputs.shares["leg"]) == set(totals)
    assert inputs.shares["leg"].is_sorted()
    assert (inputs.shares["weight"] >= 0).all()


def test_a_column_without_a_value_is_absent(inputs: Any) -> None:
    told = tables(inputs)["legs"]

    assert inputs.legs["amount_fen"].null_count() == inputs.legs.height
    assert "amount_fen" not in told.columns
    assert told.columns[:4] == ["activity_id", "share_key", "case", "from"]
