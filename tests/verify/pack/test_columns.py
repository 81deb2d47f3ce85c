"""Rows calculated again in columns: what is right passes, each changed value is named."""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.verify.pack import made
from tests.verify.pack.made import OCTOBER

from tanlu.account import spec
from tanlu.verify.pack import columns
from tanlu.verify.pack.calculating import calculated, tables
from tanlu.verify.pack.choosing import choose
from tanlu.verify.pack.columns import Calc
from tanlu.verify.pack.files import calc_of

SHARED = "b1|iso14083|ttw|none|e1"
ALONE = "a1|iso14083|ttw|none|"
# what an emission has of its activity and what its formulas or case give
NAMES = (*columns.BY_SLOT, *columns.BY_LEG, *columns.OF_LEG, *columns.OF_CASE, *columns.OF_ACTIVITY,
         "gas_ug", "activity_id", "share_key", "profile", "boundary", "basis")  # fmt: skip
OF_SHARE = (*columns.SHARED, *columns.OF_TOTAL, "share_of", "method", "boundary")


class Slice(NamedTuple):
    calc: Calc
    activities: pl.DataFrame
    emissions: pl.DataFrame

    def wrong(self, **other: Any) -> list[columns.Wrong]:
        told = self._replace(**other)
        at = columns.placed(told.calc, told.activities)
        found = columns.held_inputs(told.calc, told.activities, at)
        if at.null_count():
            return found
        return found + columns.repeated(told.calc, told.activities, at, told.emissions, OCTOBER)[1]


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Slice:
    chosen = choose(made.ledger(tmp_path_factory.mktemp("books")), OCTOBER).slice
    *_, last = calculated(chosen)
    inputs: Any = last.result
    files = {name: frame.write_csv().encode() for name, frame in tables(inputs).items()}
    emissions = chosen.scan("emission").filter(pl.col("method") != "market").collect()
    calc = calc_of({"transport": spec()}, files)
    return Slice(calc, chosen.scan("activity").collect(), emissions)


def changed(rows: pl.DataFrame, column: str, emission: str) -> pl.DataFrame:
    there = pl.col("emission_id") == emission
    kind = rows.schema[column]
    other = pl.lit(77, kind) if kind.is_numeric() else pl.lit("other")
    return rows.with_columns(pl.when(there).then(other).otherwise(column).alias(column))


def test_what_the_ledger_wrote_follows_from_the_inputs(cut: Slice) -> None:
    at = columns.placed(cut.calc, cut.activities)

    assert cut.wrong() == []
    count, _ = columns.repeated(cut.calc, cut.activities, at, cut.emissions, OCTOBER)
    assert count == cut.emissions.height


@pytest.mark.parametrize("column", NAMES)
def test_each_changed_value_of_a_row_is_named(cut: Slice, column: str) -> None:
    found = cut.wrong(emissions=changed(cut.emissions, column, ALONE))

    named = [each for each in found if each.why.startswith(f"{column} is ")]

    assert {each.where for each in found} == {ALONE}
    assert [each.kind for each in named] == [
        "copied" if column in columns.OF_ACTIVITY else "result"
    ]


@pytest.mark.parametrize("column", OF_SHARE)
def test_each_changed_value_of_a_share_is_named(cut: Slice, column: str) -> None:
    found = cut.wrong(emissions=changed(cut.emissions, column, SHARED))

    assert {each.where for each in found} >= {SHARED}
    assert {each.kind for each in found} <= {"share"}


@pytest.mark.parametrize("column", ["mass_mg", "distance_m", "volume_ml", "load_ppm"])
def test_an_amount_that_is_not_the_activitys_is_named(cut: Slice, column: str) -> None:
    there = pl.col("activity_id") == "a1"
    legs = cut.calc.legs.with_columns(pl.when(there).then(1).otherwise(column).alias(column))
    found = cut.wrong(calc=cut.calc._replace(legs=legs))

    assert "a1" in [each.where for each in found if each.kind == "input"]


def test_a_line_of_nobody_is_named(cut: Slice) -> None:
    activities = cut.activities.filter(pl.col("activity_id") != "a1")

    assert {(each.kind, each.where) for each in cut.wrong(activities=activities)} == {
        ("absent", "a1")
    }


def test_rows_without_a_line_and_lines_without_a_row_are_named(cut: Slice) -> None:
    fewer = cut.emissions.filter(pl.col("emission_id") != ALONE)
    more = pl.concat([cut.emissions, cut.emissions[:1].with_columns(emission_id=pl.lit("x"))])

    assert [(each.kind, each.where) for each in cut.wrong(emissions=fewer)] == [("missing", ALONE)]
    assert [(each.kind, each.where) for each in cut.wrong(emissions=more)] == [("extra", "x")]


def test_a_line_that_stands_twice_is_named(cut: Slice) -> None:
    legs = pl.concat([cut.calc.legs, cut.calc.legs.filter(pl.col("activity_id") == "a1")])
    found = cut.wrong(calc=cut.calc._replace(legs=legs))

    assert ALONE in [each.where for each in found if each.kind == "twice"]


def test_a_proposed_leg_of_an_activity_that_tells_its_distance_is_named(cut: Slice) -> None:
    there = pl.col("activity_id") == "a1"
    legs = cut.calc.legs.with_columns(
        pl.when(there).then(pl.lit("chain")).otherwise("from").alias("from")
    )
    found = cut.wrong(calc=cut.calc._replace(legs=legs))

    assert "it tells a distance of its own" in [each.why for each in found]


@pytest.mark.parametrize("column", ["kind", "quality", "distance_type"])
def test_a_case_that_says_of_the_activity_what_it_is_not_is_named(cut: Slice, column: str) -> None:
    case = cut.calc.legs.filter(pl.col("activity_id") == "a1")["case"][0]
    kind = cut.calc.cases.schema[column]
    other = pl.lit(3, kind) if kind.is_numeric() else pl.lit("other")
    cases = cut.calc.cases.with_columns(
        pl.when(pl.col("case") == case).then(other).otherwise(column).alias(column)
    )
    found = cut.wrong(calc=cut.calc._replace(cases=cases))

    assert "a1" in [each.where for each in found if each.kind == "input"]


def test_a_share_of_a_fuel_where_no_blend_is_told_is_named(cut: Slice) -> None:
    there = pl.col("activity_id") == "a1"
    legs = cut.calc.legs.with_columns(pl.when(there).then(0.5).otherwise("split").alias("split"))
    found = cut.wrong(calc=cut.calc._replace(legs=legs))

    assert ("input", "a1") in [(each.kind, each.where) for each in found]


def test_who_takes_of_nothing_and_a_total_of_which_nobody_takes_are_named(cut: Slice) -> None:
    total = cut.calc.legs["activity_id"].to_list().index("e1")
    alone = cut.calc.legs["activity_id"].to_list().index("a1")
    none = cut.calc.shares.filter(pl.col("leg") != total)
    moved = cut.calc.shares.with_columns(
        pl.when(pl.col("leg") == total).then(alone).otherwise("leg").alias("leg")
    )
    nobody = cut.wrong(calc=cut.calc._replace(shares=none))
    odd = cut.wrong(calc=cut.calc._replace(shares=moved))

    assert ("share", "e1") in [(each.kind, each.where) for each in nobody]
    assert {"b1", "b2"} <= {each.where for each in odd if each.kind == "share"}


def test_weights_that_are_all_nought_are_named(cut: Slice) -> None:
    shares = cut.calc.shares.with_columns(weight=pl.lit(0, pl.Int64))
    found = cut.wrong(calc=cut.calc._replace(shares=shares))

    assert "all weights are zero" in [each.why for each in found if each.kind == "share"]


def test_rows_outside_the_period_need_no_line(cut: Slice) -> None:
    late = cut.emissions[:1].with_columns(emission_id=pl.lit("late"), start=pl.lit(OCTOBER[1]))

    assert cut.wrong(emissions=pl.concat([cut.emissions, late])) == []


@given(st.lists(st.sampled_from(["a", "ab", "b", "c|1", "c|2", "d"]), max_size=12))
def test_uniqueness_is_told_whatever_the_order(ids: list[str]) -> None:
    assert columns.unique(pl.Series(ids, dtype=pl.String)) == (len(set(ids)) == len(ids))
