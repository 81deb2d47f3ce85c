"""The sections of a comparison never stack two states on each other."""

from __future__ import annotations

import polars as pl
from tests.account.shift.rows import emissions

from tanlu.account.shift import compare
from tanlu.report.shift.lay import lay_out
from tanlu.report.words import Words

FACTS = {"before": "a", "after": "b"}


def test_each_state_has_a_bar_of_its_own() -> None:
    found = compare(emissions(("trunk", 1, 10**12)), emissions(("trunk", 1, 10**11)), known=())
    chart = lay_out(Words("en"), found, FACTS)[1].chart

    assert chart is not None
    assert chart.categories == ("Trunk transport · Before", "Trunk transport · After")
    assert [len(values) for _, values in chart.series] == [2]


def test_nothing_has_no_picture() -> None:
    found = compare(emissions(), emissions(), known=())

    assert lay_out(Words("en"), found, FACTS)[1].chart is None


def test_the_rows_of_causes_add_up_in_their_last_column() -> None:
    found = compare(emissions(("trunk", 1, 10**12)), emissions(("trunk", 3, 10**11)), known=())
    causes = lay_out(Words("en"), found, FACTS)[2]

    assert all(sum(row[1:-1]) == row[-1] for row in causes.rows)  # type: ignore[arg-type]
    assert pl.Series(found.stages["change_ug"]).sum() == 10**11 - 10**12


def test_a_stage_that_nobody_recorded_has_no_nought() -> None:
    found = compare(emissions(("trunk", 1, 10**12)), emissions(("trunk", 1, 0)), known=())
    rows = {row[0]: row[1:] for row in lay_out(Words("en"), found, FACTS)[1].rows}

    assert rows["Returns"] == (None,) * 8
    assert rows["Trunk transport"][1] == 0
    assert None not in rows["Trunk transport"]
