"""Rules of exchange as pure functions: any URL, any word, any day."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms import exchange

WORDS = st.text("abcXYZ=&%+ é", max_size=6)


@given(st.lists(st.tuples(WORDS.filter(bool), WORDS), max_size=5), st.integers(0, 10**9))
def test_a_next_page_keeps_every_parameter_but_the_changed(
    told: list[tuple[str, str]], offset: int
) -> None:
    from urllib.parse import urlencode

    url = f"https://h.example/3/footprints?{urlencode(told)}"
    link = exchange.next_page(url, offset=offset)
    parts = urlsplit(link.partition(">")[0].removeprefix("<"))

    assert (parts.scheme, parts.netloc, parts.path) == ("https", "h.example", "/3/footprints")
    assert parse_qsl(parts.query, keep_blank_values=True) == [*told, ("offset", str(offset))]


def test_each_protocol_has_an_answer_to_each_situation() -> None:
    situations = ("wrong_token", "expired_token", "unknown_footprint")
    found = [exchange.answer(name, s) for name in ("pact2", "pact3", "ileap") for s in situations]

    assert all(400 <= each.status < 500 and each.code for each in found)


def test_an_unknown_protocol_is_refused() -> None:
    with pytest.raises(TanluError, match="TL115"):
        exchange.answer("soap", "wrong_token")


def test_words_match_whatever_their_case() -> None:
    assert exchange.matching(["CN"], {"cn", "de"}) == {"cn"}
    assert exchange.matching([], {"cn"}) == frozenset()


@given(st.dates(dt.date(1900, 1, 1), dt.date(9000, 1, 1)))
def test_validity_is_three_years_to_the_day_or_the_28th(day: dt.date) -> None:
    start, end = exchange.validity(day)

    assert (start, end.year, end.month) == (day, day.year + 3, day.month)
    assert day.day - end.day == (1 if (day.month, day.day) == (2, 29) else 0)


def test_what_has_no_mass_says_zero() -> None:
    assert [exchange.product_mass(unit, "5") for unit in ("ton kilometer", "piece")] == ["0", "5"]
