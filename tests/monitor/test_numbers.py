"""Texts and numbers into kept integers; nothing about a number is guessed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor import numbers
from tanlu.monitor.rules import Rule

KG = Rule("mass_mg", sources=("kg",), unit="kg")


def kept(*texts: str | None, decimal: str = ".", thousands: str | None = None) -> list[int | None]:
    return numbers.quantity(pl.Series(texts, dtype=pl.String), KG, decimal, thousands, None)[
        0
    ].to_list()


def codes(*texts: str | None, **signs: str) -> list[str | None]:
    column = pl.Series(texts, dtype=pl.String)
    decimal, thousands = signs.get("decimal", "."), signs.get("thousands")
    return numbers.quantity(column, KG, decimal, thousands, None)[1].to_list()


@pytest.mark.parametrize(
    ("text", "mg"),
    [
        ("1", 1_000_000),
        ("1.5", 1_500_000),
        ("+2", 2_000_000),
        ("-2", -2_000_000),
        ("−2", -2_000_000),
        ("1e3", 1_000_000_000),
        ("1.5E-3", 1_500),
        (".5", 500_000),
        ("5.", 5_000_000),
        ("１２３", 123_000_000),  # full width, as Chinese input methods write
        ("１．５", 1_500_000),
        ("  7  ", 7_000_000),
        ("0", 0),
        ("0.0000004", 0),
        ("0.0000005", 1),
    ],
)
def test_a_number_in_any_of_its_spellings(text: str, mg: int) -> None:
    assert kept(text) == [mg]


@pytest.mark.parametrize(
    "text", ["1,5", "1,240", "1 240", "12kg", "1.2.3", "1e", "0x10", "nan", "inf", "一百", "1_000"]
)
def test_what_is_no_clear_number_is_told_and_not_guessed(text: str) -> None:
    assert kept(text) == [None]
    assert codes(text) == ["TL311"]


def test_thousands_are_read_where_the_mapping_states_them() -> None:
    assert kept("1,240", "1,234,567.5", "12,34", thousands=",") == [
        1_240_000_000, 1_234_567_500_000, None,
    ]  # fmt: skip
    assert codes("12,34", thousands=",") == ["TL311"]


def test_a_decimal_comma_is_read_where_the_mapping_states_it() -> None:
    assert kept("1,5", "1.234,5", decimal=",", thousands=".") == [1_500_000, 1_234_500_000]
    assert kept("1.5", decimal=",") == [None]


def test_narrow_blanks_and_apostrophes_part_thousands() -> None:
    assert kept("1 240", "1\u202f240", "1\u00a0240", thousands=" ") == [1_240_000_000] * 3
    assert kept("1'240", "1’240", thousands="'") == [1_240_000_000] * 2


def test_null_stays_null_and_is_not_zero() -> None:
    assert kept(None) == [None]
    assert codes(None) == [None]


@pytest.mark.parametrize("text", ["1e300", "9.3e12", "1e999"])
def test_what_cannot_be_kept_is_told(text: str) -> None:
    assert kept(text) == [None]
    assert codes(text) == ["TL312"]


def test_the_unit_of_each_row_is_read_from_its_own_column() -> None:
    rule = Rule("mass_mg", sources=("w",), unit_from="u")
    units = pl.Series(["kg", "t", "公斤", "stone", None])
    found, code = numbers.quantity(pl.Series([1.0] * 5), rule, ".", None, units)

    assert found.to_list() == [1_000_000, 1_000_000_000, 1_000_000, None, None]
    assert code.to_list() == [None, None, None, "TL314", "TL314"]


def test_a_cell_may_hold_its_unit() -> None:
    cells = pl.Series(["12.5 kg", "350公里", "1,240.5t", "7", "-2e3kg", "kg", None, "12 or 13"])
    figures, units = numbers.parted(cells)

    assert figures.to_list() == ["12.5", "350", "1,240.5", "7", "-2e3", "kg", None, "12"]
    assert units.to_list() == ["kg", "公里", "t", None, "kg", None, None, "or 13"]


def test_the_wrapping_of_spreadsheets_is_taken_off() -> None:
    assert numbers.unwrapped(pl.Series(['="007"', '="', "=7", None])).to_list() == [
        "007", '="', "=7", None,
    ]  # fmt: skip
    assert kept('="12.5"') == [12_500_000]


def test_a_unit_of_another_dimension_is_refused() -> None:
    with pytest.raises(TanluError, match="TL104"):
        numbers.unit_of("mass_mg", "km")
    with pytest.raises(TanluError, match="TL110"):
        numbers.unit_of("mass_mg", "ton")


def test_degrees_are_kept_in_ten_millionths() -> None:
    rule = Rule("origin_lat_e7", sources=("lat",), unit="°")
    found, _ = numbers.quantity(pl.Series(["31.2304", "-0.5"]), rule, ".", None, None)

    assert found.to_list() == [312_304_000, -5_000_000]


def test_numbers_of_a_workbook_or_parquet_need_no_signs() -> None:
    found, code = numbers.quantity(
        pl.Series([1.5, float("nan"), None, float("inf")]), KG, ",", ".", None
    )

    assert found.to_list() == [1_500_000, None, None, None]
    assert code.to_list() == [None, "TL311", None, "TL311"]


def test_whole_numbers_are_whole() -> None:
    found, code = numbers.whole(pl.Series(["1", "2.0", "2.5", None, "x"]))

    assert found.to_list() == [1, 2, None, None, None]
    assert code.to_list() == [None, None, "TL311", None, "TL311"]


@given(st.lists(st.text(max_size=12), max_size=20))
def test_any_text_is_a_number_or_told(texts: list[str]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    found, code = numbers.quantity(column, KG, ".", ",", None)

    for number, said in zip(found, code, strict=True):
        assert (number is None) == (said is not None)


@given(st.integers(-(10**9), 10**9))
def test_whole_kilograms_are_exact(kg: int) -> None:
    assert kept(str(kg)) == [kg * 1_000_000]
