"""What is kept gives what a scan gives, for whole days; for other periods it is a scan."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.report.items import cubes
from tanlu.report.items.cubes import counted, lacking, ready, summed_cells
from tanlu.report.items.totals import unquantified, within
from tanlu.report.overview import carry
from tanlu.store import open_workspace
from tanlu.terms import time

ZONE = "Asia/Shanghai"


@pytest.fixture(scope="module")
def ledger(network_books):
    return open_workspace(network_books)


def like(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(sorted(frame.columns)).sort(pl.all())


@pytest.mark.parametrize("period", ["2026-10", "2026-10-06", None])
def test_kept_cells_and_scanned_ones_are_the_same(ledger, monkeypatch, period) -> None:
    span = time.period(period, ZONE) if period else None
    kept = [summed_cells(ledger, name, span) for name in ("kinds", "lanes")]
    profile, basis = kept[0][1:]
    names = counted(ledger, span, as_of=None, profile=profile, basis=basis)
    missing = lacking(ledger, span, profile)
    monkeypatch.setattr(cubes, "cells", lambda *_, **__: None)
    for (found, *rest), name in zip(kept, ("kinds", "lanes"), strict=True):
        scanned, *same = summed_cells(ledger, name, span)
        assert found.height
        assert like(found).equals(like(scanned))
        assert rest == same
    assert names == counted(ledger, span, as_of=None, profile=profile, basis=basis) > 0
    rows = within(ledger.scan("emission"), span).filter(pl.col("profile") == profile)
    told = unquantified(within(ledger.scan("activity"), span), rows)
    assert missing == int(told["activities"].sum())


def test_hours_are_told_apart_though_only_days_are_kept(ledger) -> None:
    span = time.period("2026-10-05T10:00/2026-10-09T22:00", ZONE)
    found = summed_cells(ledger, "kinds", span)[0]
    rows = within(ledger.scan("emission"), span).select(pl.len()).collect().item()
    assert found["rows"].sum() == rows > 0
    assert lacking(ledger, span, "iso14083") is None


@pytest.mark.parametrize(
    ("period", "zone", "whole"),
    [
        ("2026-10-06", ZONE, True),
        ("2011-12-30/2011-12-31", "Pacific/Apia", True),
        # clocks were set back a minute past midnight: some of the day before comes after it
        ("2006-10-29", "America/St_Johns", False),
        ("2026-10-06T08:00/2026-10-07", ZONE, False),
    ],
)
def test_a_day_is_whole_where_the_clock_lets_it_be(period, zone, whole) -> None:
    assert (cubes._days(time.period(period, zone), zone) is not None) is whole


def test_after_carrying_everything_answers_soon(ledger) -> None:
    for _ in carry(ledger):
        pass
    assert ready(ledger)
