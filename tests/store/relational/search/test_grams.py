"""Candidates by trigrams."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from tanlu.store.relational.search import grams

TEXTS = ((1, "abcd 上海  "), (2, "abce 上海  "), (3, "zzz 海上  "), (4, 'say "hi"  '))


@pytest.fixture
def connection():
    with create_engine("sqlite://").connect() as made:
        grams.begin(made)
        grams.add(made, TEXTS, tally=False)
        grams.count(made)
        yield made


def _rows(connection, *words, marks=()):
    could = grams.candidates(connection, words, marks, len(TEXTS))
    asked = "SELECT rowid FROM search_gram WHERE search_gram MATCH ?"
    return {row for (row,) in connection.exec_driver_sql(asked, (could.match,))}, could


def test_long_and_short_words_are_found_and_their_shares_are_bounds(connection):
    found, could = _rows(connection, "abcd")
    assert (found, could.words) == ({1}, 0.25)
    assert _rows(connection, "上海")[0] == {1, 2}
    assert _rows(connection, "海")[0] >= {1, 2, 3}
    assert _rows(connection, '"hi"')[0] == {4}
    assert _rows(connection, "none")[0] == _rows(connection, "qq")[0] == set()
    found, could = _rows(connection, "上海", marks=["abc"])
    assert (found, could.words, could.marks) == ({1, 2}, 0.5, 0.5)


def test_a_sign_that_begins_too_much_is_not_looked_up(connection, monkeypatch):
    monkeypatch.setattr(grams, "MOST_BEGUN", 2)
    assert grams.candidates(connection, ["a"], (), 4).match is not None
    grams.add(connection, [(5, "axy"), (6, "awz")], tally=True)
    assert grams.candidates(connection, ["a"], (), 4).match is None


def test_what_was_removed_is_not_found_and_what_was_added_is(connection):
    grams.remove(connection, [TEXTS[0]])
    grams.add(connection, [(9, "abcd new  ")], tally=True)
    assert _rows(connection, "abcd")[0] == {9}
    assert _rows(connection, "new")[0] == {9}
