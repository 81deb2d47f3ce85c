"""Cells as people read them."""

from __future__ import annotations

from decimal import Decimal

from tanlu.report.cells import is_code, laid_out


def test_a_column_of_decimals_has_one_number_of_digits() -> None:
    (column,) = laid_out(("x [t]",), ((Decimal("1234.56"),), (Decimal("0.6"),), (None,)))

    assert column.cells == ("1,235", "1", "–")
    assert column.numeric


def test_a_column_of_nulls_is_not_a_column_of_numbers() -> None:
    assert [c.numeric for c in laid_out(("x",), ((None,),))] == [False]


def test_a_table_without_rows_keeps_its_columns() -> None:
    assert [c.name for c in laid_out(("a", "b"), ())] == ["a", "b"]


def test_a_formula_and_a_hash_are_code_and_words_are_not() -> None:
    assert [is_code(t) for t in ("x = 1", "f" * 64, "a long text that has many words in it")] == [
        True, True, False,
    ]  # fmt: skip
