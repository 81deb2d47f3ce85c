"""The values of a product.toml: what is understood, and the code of what is not."""

from __future__ import annotations

from typing import Any

import pytest

from tanlu.account.lifecycle import fields
from tanlu.errors import TanluError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 kg", (1e6, "mass")),
        ("1_000 kWh", (3.6e9, "energy")),
        ("0.5t", (5e8, "mass")),
        ("2e3 km", (2e6, "distance")),
        ("3 件", (3.0, "count")),
        (" 7 % ", (70_000.0, "share")),
    ],
)
def test_an_amount_is_a_number_with_a_unit(text: str, expected: tuple[float, str]) -> None:
    assert fields.amount(text, "x") == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1, "TL530"), ("1", "TL530"), ("0.5", "TL530"), ("kg", "TL530"), ("1/2 kg", "TL103"),
        ("nan kg", "TL530"), ("1e400 kg", "TL508"), ("-1 kg", "TL531"), ("1 ton", "TL110"),
        ("1 furlong", "TL103"), (None, "TL530"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(value: object, code: str) -> None:
    with pytest.raises(TanluError) as told:
        fields.amount(value, "x")

    assert told.value.code == code


def test_a_signed_amount_may_be_negative() -> None:
    assert fields.amount("-2 kg", "x", signed=True)[0] == -2e6


@pytest.mark.parametrize(("value", "expected"), [(0.3, 0.3), ("30 %", 0.3), (1, 1.0)])
def test_a_share_is_a_number_or_a_percentage(value: object, expected: float) -> None:
    assert fields.share(value, "x") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("number", True), ("number", float("nan")), ("number", float("inf")), ("number", "1"),
        ("whole", 1.0), ("whole", -1), ("whole", 10**30), ("whole", True),
        ("text", ""), ("text", " "), ("text", 3), ("words", {"fr": "x"}), ("words", 3),
        ("words", {"en": 3}), ("share", "1 kg"),
    ],
)  # fmt: skip
def test_numbers_and_words_of_another_kind_are_refused(read: str, value: Any) -> None:
    with pytest.raises(TanluError) as told:
        getattr(fields, read)(value, "x")

    assert told.value.code in {"TL530", "TL527"}


def test_one_text_stands_for_both_tongues() -> None:
    assert fields.words("x", "n") == {"en": "x", "zh": "x"}
    assert fields.words({"zh": "甲"}, "n") == {"zh": "甲"}


def test_tables_are_lists_of_tables() -> None:
    assert fields.tables({"a": [{}]}, "a", "n") == [{}]
    assert fields.tables({}, "a", "n") == []
    for wrong in ({"a": {}}, {"a": [1]}):
        with pytest.raises(TanluError):
            fields.tables(wrong, "a", "n")


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(TanluError) as told:
        fields.only({"amuont": 1}, "t", {"amount"})

    assert "amount" in str(told.value)
    with pytest.raises(TanluError):
        fields.only([1], "t", {"amount"})
