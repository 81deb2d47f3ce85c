"""Tables of a page."""

from __future__ import annotations

from decimal import Decimal

from tanlu.report.html.table import table


def test_a_column_of_numbers_has_one_number_of_digits() -> None:
    made = table(("x [t]",), ((Decimal("123.456"),), (Decimal("1.5"),), (None,)), "x")

    assert ">123.5<" in made
    assert ">1.5<" in made
    assert ">–<" in made


def test_words_of_tiers_are_tags_and_other_words_are_not() -> None:
    made = table(("d",), (("Measured",), ("缺省",), ("Peking",)), "x")

    assert 'class="tag measured">Measured' in made
    assert 'class="tag default">缺省' in made
    assert "Peking</td>" in made


def test_no_rows_make_no_table() -> None:
    assert table(("a",), (), "x") == ""
