"""An hourly factor holds for the hour of an activity in its own time zone."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from tanlu.account import estimate, quantify
from tanlu.factors import library, match
from tanlu.factors.functions import WHOLE_DAY, slot
from tanlu.factors.packs import made_of
from tanlu.terms import schema
from tests.factors.packs.own import day, own

HOUR = 3_600_000_000
KEPT = made_of([*library().packs, own(day())])


def at(hour: int, *, lasts: int = HOUR, zone: str = "Asia/Shanghai", place: str = "CN-GD"):
    start = int(dt.datetime(2026, 3, 2, hour, tzinfo=dt.UTC).timestamp()) * 1_000_000
    return {
        "activity_id": f"{hour} {lasts} {zone} {place}", "kind": "energy.electricity",
        "energy_j": 3_600_000, "start": start, "end": start + lasts, "zone": zone, "place": place,
    }  # fmt: skip


def book(*rows: dict[str, object]) -> pl.DataFrame:
    return schema("activity").fit(pl.DataFrame(rows))


def grams(*rows: dict[str, object]) -> list[float]:
    made = quantify(book(*rows), library=KEPT).emissions.filter(pl.col("boundary") == "wtt")
    told = dict(made.select("activity_id", "co2e_ug").iter_rows())
    return [told[row["activity_id"]] / 1e6 for row in rows]


@pytest.mark.parametrize(
    ("hour", "zone", "expected"),
    [(0, "Asia/Shanghai", 8), (20, "Asia/Shanghai", 4), (20, "UTC", 20), (1, "Asia/Kolkata", 6)],
)
def test_the_hour_is_that_of_the_clock_on_the_wall(hour: int, zone: str, expected: int) -> None:
    assert slot(book(at(hour, zone=zone))).to_list() == [expected]


def test_what_lasts_longer_than_an_hour_has_the_mean_of_the_day() -> None:
    assert slot(book(at(3, lasts=HOUR + 1))).to_list() == [WHOLE_DAY]
    assert grams(at(3, lasts=24 * HOUR)) == [515.0]


def test_each_hour_is_quantified_by_its_own_value() -> None:
    rows = [at(hour, zone="UTC") for hour in range(24)]

    assert grams(*rows) == [pytest.approx(400 + 10 * hour) for hour in range(24)]


def test_a_place_without_hourly_values_keeps_its_own_beside_one_that_has_them() -> None:
    assert grams(at(3, zone="UTC"), at(3, place="CN-BJ")) == [430.0, 555.4]


def test_the_estimate_of_one_activity_is_that_of_the_batch() -> None:
    for hour in (0, 5, 17):
        row = at(hour)
        one = {name: value for name, value in row.items() if name != "activity_id"}

        assert estimate(one, library=KEPT)["co2e_ug"] / 1e6 == grams(row)[0]


def test_the_hour_stands_in_the_matched_row() -> None:
    found = match(book(at(3, zone="UTC"), at(4, place="CN-BJ")), library=KEPT)

    assert found["hour"].to_list() == [3, None]
