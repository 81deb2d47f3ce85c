"""In which formats dates are written."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tanlu.monitor.propose.dates import formats_of


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (["2026-03-01"], ("%Y-%m-%d",)),
        (["2026/3/1", "2026/12/31"], ("%Y/%m/%d",)),
        (["2026年3月1日"], ("%Y年%m月%d日",)),
        (["20260301"], ("%Y%m%d",)),
        (["2026-03-01 08:30", "2026-03-01"], ("%Y-%m-%d %H:%M", "%Y-%m-%d")),
        (["13/02/2026", "01/02/2026"], ("%d/%m/%Y",)),
        (["02/13/2026", "01/02/2026"], ("%m/%d/%Y",)),
        (["13.02.2026"], ("%d.%m.%Y",)),
        (["13/02/2026 08:30"], ("%d/%m/%Y %H:%M",)),
        (["2/13/2026 3:05 PM"], ("%m/%d/%Y %I:%M %p",)),
        (["29-Aug-14", "2-Jun-06"], ("%d-%b-%y",)),
        (["29-Aug-2014"], ("%d-%b-%Y",)),
        (["Aug 29, 2014"], ("%b %d, %Y",)),
    ],
)
def test_clear_dates_have_their_format(texts: list[str], formats: tuple[str, ...]) -> None:
    found = formats_of(pl.Series(texts))

    assert (found.formats, found.choices, found.unread) == (formats, (), None)


@pytest.mark.parametrize("text", ["03/04/2026", "3-4-2026", "03.04.2026", "03/04/2026 10:00"])
def test_day_or_month_first_is_never_guessed(text: str) -> None:
    found = formats_of(pl.Series([text, text]))

    assert len(found.choices) == 2


def test_a_year_of_two_figures_may_stand_first_too() -> None:
    assert len(formats_of(pl.Series(["05/04/03"])).choices) == 3


def test_days_and_months_that_are_mixed_are_left_open() -> None:
    found = formats_of(pl.Series(["13/02/2026", "02/13/2026"]))

    assert found.choices


def test_serial_numbers_of_a_spreadsheet_are_told() -> None:
    found = formats_of(pl.Series(["46082", "46083.5"]))

    assert found.serial
    assert found.unread == "46082"


def test_words_among_dates_are_no_dates() -> None:
    assert formats_of(pl.Series(["2026-03-01", "N/A", "待定", ""])).formats == ("%Y-%m-%d",)


def test_typed_and_empty_columns_need_no_format() -> None:
    assert formats_of(pl.Series([date(2026, 3, 1)])).formats == ()
    assert formats_of(pl.Series([None], dtype=pl.String)).unread is None
