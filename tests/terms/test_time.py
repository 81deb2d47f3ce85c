"""Periods are cut in the zone of the entity; gaps and folds of clocks have one answer."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms import time

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia"]


def _iso(us):
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)).isoformat()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2025-12-31T16:00", "2026-12-31T16:00"),
        ("2026年", "2025-12-31T16:00", "2026-12-31T16:00"),
        ("2026-Q3", "2026-06-30T16:00", "2026-09-30T16:00"),
        ("2026Q4", "2026-09-30T16:00", "2026-12-31T16:00"),
        ("2026年第三季度", "2026-06-30T16:00", "2026-09-30T16:00"),
        ("2026-10", "2026-09-30T16:00", "2026-10-31T16:00"),
        ("2026年3月", "2026-02-28T16:00", "2026-03-31T16:00"),
        ("2026年3", "2026-02-28T16:00", "2026-03-31T16:00"),
        ("2026-10-05", "2026-10-04T16:00", "2026-10-05T16:00"),
        ("2026年10月5日", "2026-10-04T16:00", "2026-10-05T16:00"),
        ("2024-02-29", "2024-02-28T16:00", "2024-02-29T16:00"),
        ("2026-01/2026-03", "2025-12-31T16:00", "2026-03-31T16:00"),
        ("2026-10-05/2026-10-06", "2026-10-04T16:00", "2026-10-06T16:00"),
        ("2026-10-05T08:00/2026-10-05T09:30", "2026-10-05T00:00", "2026-10-05T01:30"),
        ("2026-10-05T08:00Z/2026-10-05", "2026-10-05T08:00", "2026-10-05T16:00"),
    ],
)
def test_periods_are_cut_at_midnight_in_shanghai_by_default(text, start, end):
    expected = tuple(f"{each}:00+00:00" for each in (start, end))
    assert expected == tuple(_iso(us) for us in time.period(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-13",
        "2026-02-30",
        "2026-Q5",
        "26",
        "2026-03/2026-01",
        "9999",
        "/",
        "2026/",
        "T",
    ],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(TanluError, match="TL112"):
        time.period(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-03T09:20", "2026-11-03T01:20:00+00:00"),
        ("2026-11-03T09:20+02:00", "2026-11-03T07:20:00+00:00"),
        (" 2026-11-03 ", "2026-11-02T16:00:00+00:00"),
        ("2026年11月", "2026-10-31T16:00:00+00:00"),
    ],
)
def test_an_instant_is_that_of_the_zone_or_the_beginning_of_a_day(text, expected):
    assert _iso(time.instant(text)) == expected


@pytest.mark.parametrize("text", ["", "soon", "2026-11-03/2026-11-04", "2026-11-03T25:00"])
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(TanluError, match="TL112"):
        time.instant(text)


def test_an_unknown_zone_is_refused():
    for zone in ("Mars/Olympus", "", "../etc/passwd", "China"):
        with pytest.raises(TanluError, match="TL112"):
            time.period("2026", zone)


def test_a_day_that_begins_in_a_gap_begins_with_the_first_instant_after_it():
    # Brazil's clocks went from 23:59:59 to 01:00 on 4 November 2018
    start, end = time.period("2018-11-04", "America/Sao_Paulo")
    assert _iso(start) == "2018-11-04T03:00:00+00:00"
    assert end - start == 23 * 3600 * 10**6


def test_a_day_in_which_a_clock_goes_back_has_25_hours():
    start, end = time.period("2026-10-25", "Europe/Berlin")
    assert end - start == 25 * 3600 * 10**6


def test_a_day_that_never_was_is_refused():
    # Samoa went from 29 to 31 December 2011
    with pytest.raises(TanluError, match="TL112"):
        time.period("2011-12-30", "Pacific/Apia")


@given(st.dates(date(1970, 1, 2), date(2090, 1, 1)), st.sampled_from(ZONES))
def test_days_months_and_years_tile_without_gap_or_overlap(day, zone):
    after = day + timedelta(days=1)
    if zone != "Pacific/Apia":
        _, end = time.period(day.isoformat(), zone)
        assert time.period(after.isoformat(), zone)[0] == end
    months = [time.period(f"{day.year}-{month:02}", zone) for month in range(1, 13)]
    assert all(left[1] == right[0] for left, right in itertools.pairwise(months))
    assert (months[0][0], months[-1][1]) == time.period(str(day.year), zone)


@given(
    st.lists(st.dates(date(1971, 1, 1), date(2090, 1, 1)), min_size=1, max_size=5),
    st.sampled_from(ZONES[:4]),
)
def test_columns_and_single_periods_agree(days, zone):
    texts = [day.isoformat() for day in days] + [f"{day.year}-{day.month:02}" for day in days]
    texts += [f"{day.year}-Q{(day.month + 2) // 3}" for day in days] + [str(days[0].year)]
    start, end, _ = time.parse(pl.col("t"), zone=zone)
    table = pl.DataFrame({"t": texts}).select(start.alias("start"), end.alias("end"))
    assert [time.period(text, zone) for text in texts] == table.rows()


@pytest.mark.parametrize(
    ("text", "form", "start", "width_s", "precision"),
    [
        ("2026-10-05 08:30:15", "%Y-%m-%d %H:%M:%S", "2026-10-05T00:30:15", 1e-6, "instant"),
        ("2026/1/5 08:30", "%Y/%m/%d %H:%M", "2026-01-05T00:30:00", 1e-6, "instant"),
        ("2026-10-05 08", "%Y-%m-%d %H", "2026-10-05T00:00:00", 3600, "hour"),
        ("2026-10-05T08:00:00Z", "%Y-%m-%dT%H:%M:%S%z", "2026-10-05T08:00:00", 1e-6, "instant"),
        ("2-Jun-06", "%d-%b-%y", "2006-06-01T16:00:00", 86400, "day"),
        ("10/05/2026", "%m/%d/%Y", "2026-10-04T16:00:00", 86400, "day"),
        ("20261005", "%Y%m%d", "2026-10-04T16:00:00", 86400, "day"),
        ("2026年10月5日", "%Y年%m月%d日", "2026-10-04T16:00:00", 86400, "day"),
        ("2026-02", "%Y-%m", "2026-01-31T16:00:00", 28 * 86400, "month"),
        ("2024", "%Y", "2023-12-31T16:00:00", 366 * 86400, "year"),
        ("2026-Q1", "%Y-Q%q", "2025-12-31T16:00:00", 90 * 86400, "quarter"),
        ("2026-10-05T08:00:00+0200", "%Y-%m-%dT%H:%M:%S%z", "2026-10-05T06:00:00", 1e-6, "instant"),
        ("Pre-PQ Process", "%d-%b-%y", None, None, None),
    ],
)
def test_each_format_gives_its_own_width(text, form, start, width_s, precision):
    times = time.parse(pl.col("t"), (form,))
    row = pl.DataFrame({"t": [text]}).select(a=times.start, b=times.end, c=times.precision).row(0)
    if start is None:
        assert row == (None, None, None) or precision is None
    else:
        assert f"{start}+00:00" == _iso(row[0])
        assert (round(width_s * 1e6), precision) == (row[1] - row[0], row[2])


def test_the_default_formats_read_a_mixed_column_and_leave_the_rest_null():
    texts = ["2026-10-05T08:00:00Z", "2026-10-05 08:00:00.5", "2026/10/05", "2026-10", "soon", None]
    times = time.parse(pl.col("t"))
    table = pl.DataFrame({"t": texts}).select(a=times.start, c=times.precision)
    assert table["c"].to_list() == ["instant", "instant", "day", "month", None, None]
    assert _iso(table["a"][0]) == "2026-10-05T08:00:00+00:00"
    assert _iso(table["a"][1]) == "2026-10-05T00:00:00.500000+00:00"


def test_the_struct_and_the_three_columns_are_the_same():
    table = pl.DataFrame({"t": ["2026-10-05", None, "x", "2026", "2026-Q2"]})
    times = time.parse(pl.col("t"))
    columns = table.select(start=times.start, end=times.end, precision=times.precision)
    assert columns.equals(table.select(time.interval(pl.col("t")).alias("i")).unnest("i"))


def test_gaps_and_folds_in_a_column_follow_pep_495():
    zone = "Europe/Berlin"
    local = [datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30)]
    start, _ = time.span(pl.col("t"), "instant", zone)
    found = pl.DataFrame({"t": local}).select(start)["t"].to_list()
    expected = [at.replace(tzinfo=ZoneInfo(zone)).timestamp() for at in local]
    assert expected == [us / 1e6 for us in found]


def test_a_format_that_nobody_can_read_is_refused():
    for form in ("%H:%M", "nothing", ""):
        with pytest.raises(TanluError, match="TL112"):
            pl.DataFrame({"t": ["2026"]}).select(time.parse(pl.col("t"), (form,)).start)


def test_an_unknown_precision_is_refused():
    with pytest.raises(TanluError, match="TL112"):
        time.span(pl.col("t"), "decade")
