"""The words by which headers and values are recognised."""

from __future__ import annotations

import pytest

from tanlu.monitor.propose import words
from tanlu.terms import kinds, schema, units


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("Gross Weight (kg)", ["gross", "weight", "kg"]),
        ("grossWeight_kg", ["gross", "weight", "kg"]),
        ("ASN/DN #", ["asn", "dn"]),
        ("重量（吨）", ["重", "量", "吨"]),
        ("ＫＭ", ["km"]),
        ("--", []),
    ],
)
def test_a_header_is_parted_into_words(header: str, parts: list[str]) -> None:
    assert words.tokens(header) == parts


def test_every_field_is_a_column_of_an_activity_or_a_known_addition() -> None:
    known = {*schema("activity").names, "personal", "label", "mass_mg.unit", "distance_m.unit"}

    assert {field for field, _, _, _ in words.headers()} <= known


def test_no_word_means_two_fields() -> None:
    seen: dict[str, str] = {}
    for field, word, _, _ in words.headers():
        assert seen.setdefault(word, field) == field


def test_units_that_words_declare_exist() -> None:
    assert all(units.is_unit(unit) for _, _, unit, _ in words.headers() if unit)


def test_every_meaning_of_a_mode_is_a_kind() -> None:
    assert set(words.meanings("kind").values()) <= set(kinds.kinds())


def test_words_have_one_meaning_in_both_tongues() -> None:
    assert words.meanings("kind")["公路"] == words.meanings("kind")["truck"] == "transport.road"


def test_traditional_signs_are_the_simplified_ones() -> None:
    assert words.simplified("運單號，發貨時間，重量（噸）") == "运单号，发货时间，重量（吨）"
    assert words.tokens("運輸方式") == words.tokens("运输方式")


def test_sentences_speak_both_tongues() -> None:
    assert words.sentence("mark", "en") != words.sentence("mark", "zh")
