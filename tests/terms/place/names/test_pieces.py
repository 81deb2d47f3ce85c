"""A name and what lies around it."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.terms.place.names.pieces import _split, around, fitting


def texts(*written: str) -> pl.DataFrame:
    return pl.DataFrame({"text": written}).with_row_index("row")


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ("Suzhou, Jiangsu", ["Suzhou", "Jiangsu"]),
        ("Birmingham (US)", ["Birmingham", "US"]),
        ("苏州，江苏，中国", ["苏州", "江苏", "中国"]),
        ("江苏省苏州市", ["苏州市", "江苏省"]),
        ("中国江苏省苏州市", ["苏州市", "江苏省", "中国"]),
        ("Mumbai / India;", ["Mumbai", "India"]),
    ],
)
def test_a_text_is_cut_at_its_breaks(written: str, pieces: list[str]) -> None:
    assert pieces in _split(texts(written))["pieces"].to_list()


@pytest.mark.parametrize("written", ["Suzhou", ",", "()", "苏州"])
def test_a_text_of_one_piece_has_nothing_around(written: str) -> None:
    assert fitting(texts(written), None).height == 0


def test_two_letters_after_a_comma_are_a_country_and_a_state() -> None:
    found = set(around().filter(key="il").select("country", "region").iter_rows())

    assert found >= {("IL", None), ("US", "US-IL")}


def test_all_that_stands_around_must_hold() -> None:
    assert fitting(texts("Chicago, Illinois, Canada"), None).height == 0
    assert fitting(texts("Chicago, Illinois, USA"), None).height > 0


def test_what_stands_around_and_is_not_known_holds_nothing() -> None:
    assert fitting(texts("Suzhou, Somewhere"), None).height == 0
