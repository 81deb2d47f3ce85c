"""Heat: each cut of it has the same sum, which is that of the ledger."""

from __future__ import annotations

import polars as pl
import pytest
from tests.report.ledger import kept, legs

from tanlu.report.heat import STEPS, heat
from tanlu.report.items.totals import of_transport
from tanlu.store import open_workspace


@pytest.fixture(scope="module")
def ledger(network_books):
    return open_workspace(network_books)


@pytest.mark.parametrize("step", sorted(STEPS))
def test_every_cut_sums_to_the_total_of_the_ledger(ledger, step: str) -> None:
    found = heat(ledger, step=step)
    rows = ledger.scan("emission")
    total = rows.filter(of_transport(rows)).select(pl.col("co2e_ug").sum()).collect().item()

    assert found.co2e_ug == total
    for by in ("step", "where", "region", "kind", "lane"):
        cut = found.cut(by)
        assert int(cut["co2e_ug"].sum()) == total
        assert int(cut["legs"].sum()) == int(found.cells["legs"].sum())


def test_steps_add_up_to_the_whole_and_coarser_ones_to_the_same(ledger) -> None:
    days, months = heat(ledger, step="day"), heat(ledger, step="month")

    assert sum(int(days.at(step)["co2e_ug"].sum()) for step in days.steps) == days.co2e_ug
    assert months.co2e_ug == days.co2e_ug
    first = months.steps[0]
    within = [step for step in days.steps if step[:7] == first[:7]]
    summed = sum(int(days.at(step)["co2e_ug"].sum()) for step in within)
    assert int(months.at(first)["co2e_ug"].sum()) == summed


def test_a_week_begins_on_monday(ledger) -> None:
    import datetime as dt

    assert {dt.date.fromisoformat(step).weekday() for step in heat(ledger, step="week").steps} == {
        0
    }


def test_a_lane_has_the_mode_that_emits_most_of_it(ledger) -> None:
    found = heat(ledger)
    lane = found.cut("lane").row(0, named=True)
    same = found.cells.filter(
        pl.col("origin").eq_missing(lane["origin"]),
        pl.col("destination").eq_missing(lane["destination"]),
    )
    kinds = same.group_by("kind").agg(pl.col("co2e_ug").sum()).sort("co2e_ug", descending=True)

    assert lane["kind"] == kinds["kind"][0]


def test_a_place_without_a_code_lies_where_its_activities_say(ledger, tmp_path) -> None:
    yard = pl.lit("yard 7")
    activities = ledger.scan("activity").collect().with_columns(
        origin=yard, origin_lat_e7=pl.lit(312_000_000, pl.Int64),
        origin_lon_e7=pl.lit(1_211_000_000, pl.Int64),
    )  # fmt: skip
    emissions = ledger.scan("emission").collect()
    emissions = emissions.with_columns(origin=yard, place=pl.lit(None, pl.String))
    other = open_workspace(tmp_path, create=True)
    other.commit({"activity": activities, "emission": emissions})

    place = heat(other).places.filter(code="yard 7").row(0, named=True)

    assert (place["lat_e7"], place["lon_e7"]) == (312_000_000, 1_211_000_000)


def test_a_step_is_compared_with_the_one_just_before_where_both_are_whole(tmp_path) -> None:
    days = [(day, 10**9) for day in ("2026-10-02", "2026-10-06", "2026-10-07", "2026-10-13",
                                     "2026-10-20", "2026-11-03")]  # fmt: skip
    books = kept(tmp_path, *legs(*days))
    week = heat(books, "2026-10", step="week")
    assert week.steps == ("2026-09-28", "2026-10-05", "2026-10-12", "2026-10-19")
    # the first week is cut by the month, the last may go on
    assert [week.before(step) for step in week.steps] == [None, None, "2026-10-05", None]
    assert [f"{day}" for day in week.span("2026-09-28")[:2]] == ["2026-10-01", "2026-10-04"]
    day = heat(books, "2026-10")
    assert day.before("2026-10-07") == "2026-10-06"
    assert day.before("2026-10-13") is None
    month = heat(books, "2026", step="month")
    assert month.before("2026-11-01") is None
    assert [f"{day}" for day in month.span("2026-11-01")[:2]] == ["2026-11-01", "2026-11-30"]
