"""Moments and the period of validity."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.pact import moments

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", [
    "2026-05-01T12:00:00Z", "2026-05-01T12:00:00+00:00", "2026-05-01T20:00:00+08:00",
    "2026-05-01t12:00:00z", "2026-05-01T12:00Z", "2026-05-01T12:00:00.000Z",
    "2026-05-01T20:00:00 08:00", "2026-05-01T12:00:00.000000000Z",
    " 2026-05-01T12:00:00Z "])  # fmt: skip
def test_one_moment_has_many_texts(text):
    assert moments.moment(text) == NOON


@pytest.mark.parametrize("text", [
    "", "noon", "2026-5-1", "2026-02-30T00:00:00Z", "2026-05-01T25:00:00Z",
    "0001-01-01T00:00:00+23:00", "2026-05-01T12:00:00Z; drop", 20260501,
    None, "٢٠٢٦-05-01"])  # fmt: skip
def test_what_is_no_moment_is_none(text):
    assert moments.moment(text) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_written_in_utc_and_read_back(at):
    assert moments.written(at).endswith("Z")
    assert moments.moment(moments.written(at)) == at
    assert moments.of_microseconds(moments.microseconds(at)) == at


def test_without_a_period_it_is_valid_for_three_years_from_the_end_of_reference():
    told = {"pcf": {"referencePeriodEnd": "2025-01-01T00:00:00Z"}}
    assert [moments.written(at) for at in moments.validity(told)] == [
        "2025-01-01T00:00:00Z", "2028-01-01T00:00:00Z"]  # fmt: skip


def test_three_years_after_the_leap_day_is_the_first_of_march():
    told = {"pcf": {"referencePeriodEnd": "2024-02-29T06:00:00Z"}}
    assert moments.written(moments.validity(told)[1]) == "2027-03-01T06:00:00Z"


def test_the_last_year_does_not_overflow():
    told = {"pcf": {"referencePeriodEnd": "9998-02-01T00:00:00Z"}}
    assert moments.validity(told)[1].year == 9999


def test_what_is_told_of_validity_comes_first_and_half_of_it_is_completed():
    told = {"pcf": {"referencePeriodEnd": "2025-01-01T00:00:00Z"},
            "validityPeriodStart": "2025-06-01T00:00:00Z"}  # fmt: skip
    assert [at.year for at in moments.validity(told)] == [2025, 2028]
    assert moments.validity({"validityPeriodStart": "2025-06-01T00:00:00Z"}) is None
    assert moments.validity({"pcf": 7}) is None
