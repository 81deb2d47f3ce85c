"""Texts into words, times and places of the house."""

from __future__ import annotations

import json
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor import values
from tanlu.monitor.mapping import Place

MARCH_1 = 1_772_294_400_000_000  # 2026-03-01T00:00 in Shanghai
DAY = 86_400_000_000


def first(found: values.Times) -> tuple[object, object, object]:
    return found.start[0], found.end[0], found.precision[0]


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026/3/1", "2026年3月1日", "20260301", "2026.03.01"]
)
def test_a_day_is_the_whole_day_of_its_zone(text: str) -> None:
    found = values.times(pl.Series([text]), (), "Asia/Shanghai")

    assert first(found) == (MARCH_1, MARCH_1 + DAY, "day")


def test_dates_and_datetimes_of_parquet_need_no_format() -> None:
    day = values.times(pl.Series([date(2026, 3, 1)]), (), "Asia/Shanghai")
    at = values.times(pl.Series([datetime(2026, 3, 1)]), (), "Asia/Shanghai")
    utc = pl.Series([datetime(2026, 2, 28, 16)]).dt.replace_time_zone("UTC")

    assert first(day) == (MARCH_1, MARCH_1 + DAY, "day")
    assert first(at) == (MARCH_1, MARCH_1 + 1, "instant")
    assert first(values.times(utc, (), "Asia/Shanghai")) == (MARCH_1, MARCH_1 + 1, "instant")


def test_a_stated_format_decides_between_day_and_month() -> None:
    text = pl.Series(["03/01/2026"])

    assert first(values.times(text, ("%m/%d/%Y",), "Asia/Shanghai"))[0] == date_us(3, 1)
    assert first(values.times(text, ("%d/%m/%Y",), "Asia/Shanghai"))[0] == date_us(1, 3)


def test_a_date_that_a_spreadsheet_shows_again_is_read_beside_the_stated_format() -> None:
    for text in ("2026/3/1", "2026-03-01"):
        assert first(values.times(pl.Series([text]), ("%d.%m.%Y",), "Asia/Shanghai"))[0] == MARCH_1


def date_us(month: int, day: int) -> int:
    days = date(2026, month, day).toordinal() - date(2026, 3, 1).toordinal()
    return MARCH_1 + days * DAY


@pytest.mark.parametrize("text", ["03/01/2026", "soon", "2026-02-30", "26/03/01", "02-03-26", ""])
def test_what_no_format_reads_is_null(text: str) -> None:
    assert first(values.times(pl.Series([text]), (), "Asia/Shanghai")) == (None, None, None)


def test_a_year_that_lost_its_century_is_not_read_as_the_first_century() -> None:
    found = values.times(pl.Series(["29-Aug-14"]), ("%d-%b-%Y",), "UTC")

    assert found.start[0] is None


def test_words_are_found_whatever_their_case_width_and_blanks() -> None:
    word, unknown = values.looked_up(
        pl.Series(["Truck", " TRUCK ", "ＴＲＵＣＫ", "truck  load", "boat", None]),
        {"truck": "road", "Truck Load": "full"},
    )

    assert word.to_list() == ["road", "road", "road", "full", None, None]
    assert unknown.to_list() == [False, False, False, False, True, False]


def test_an_exact_word_wins_over_one_of_another_case() -> None:
    word, _ = values.looked_up(pl.Series(["A", "a"]), {"A": "upper", "a": "lower"})

    assert word.to_list() == ["upper", "lower"]


def test_words_for_nothing_are_null_and_said() -> None:
    found, said = values.nulled(pl.Series(["N/A", " n ", "", None, " "]), ["N/A"])

    assert found.to_list() == [None, " n ", None, None, None]
    assert said.to_list() == [True, False, False, False, False]


def test_tidy_texts_stand_on_one_line() -> None:
    assert values.tidy(pl.Series([" a\r\nb\t", "", None])).to_list() == ["a b", None, None]


def test_signs_that_nobody_sees_do_not_make_two_names_of_one() -> None:
    assert (
        values.tidy(pl.Series(["\ufeffA1", "A\u200b1", '="A1"', "\u3000A1\xa0"])).to_list()
        == ["A1"] * 4
    )


def test_blanks_between_hanzi_do_not_matter() -> None:
    word, _ = values.looked_up(pl.Series(["公 路", "公\u3000路"]), {"公路": "road"})

    assert word.to_list() == ["road", "road"]


def test_places_have_their_code_position_and_assumption() -> None:
    places = {"hub": Place("CNSHA", 31.23, 121.47, "hub", "SITE")}
    found = values.placed(pl.Series(["hub", "x"]), places)

    assert found.row(0) == ("hub", "CNSHA", 312_300_000, 1_214_700_000, "SITE")
    assert found.row(1)[1:] == (None, None, None, None)


def test_a_template_is_null_where_one_of_its_columns_is() -> None:
    frame = pl.DataFrame({"a": ["1", "", "N/A"], "b": ["x", "y", "z"]})

    assert values.template(frame, "w:{a}-{b}!", ["N/A"]).to_list() == ["w:1-x!", None, None]


def test_labels_are_canonical_json() -> None:
    found = values.labels(
        {"b": pl.Series(['say "hi"', None]), "a": pl.Series(["华东", None], dtype=pl.String)}
    )

    assert found.to_list() == ['{"a":"华东","b":"say \\"hi\\""}', None]


@given(st.lists(st.none() | st.text(max_size=20), min_size=1, max_size=10))
def test_labels_of_any_text_can_be_read_back(texts: list[str | None]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    found = values.labels({"k": column})

    assert texts == [None if x is None else json.loads(x)["k"] for x in found]
