"""Totals as exact decimal texts."""

from __future__ import annotations

import pytest

from tanlu.account.books import decimal


@pytest.mark.parametrize(
    ("amount", "places", "text"),
    [
        (1, 9, "0.000000001"),
        (-1_500_000_000, 9, "-1.500000000"),
        (10**25, 9, "1" + "0" * 16 + ".000000000"),
    ],
)
def test_amounts_are_decimal_texts(amount: int, places: int, text: str) -> None:
    assert text == decimal(amount, places)
