"""One word, one meaning."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.terms import glossary


def test_every_term_is_complete_in_both_tongues():
    for each in glossary.glossary():
        assert all((each.en, each.zh, each.meaning, each.meaning_zh, each.reference)), each


def test_no_word_has_two_meanings_in_either_tongue():
    every = glossary.glossary()
    assert len({each.en.casefold() for each in every}) == len(every)
    assert len({each.zh for each in every}) == len(every)


def test_no_avoided_spelling_is_itself_a_term_or_avoided_twice():
    every = glossary.glossary()
    words = {name.casefold() for each in every for name in (each.en, each.zh)}
    avoided = [word.casefold() for each in every for word in (*each.avoid, *each.avoid_zh)]
    assert set(avoided) & words == set()
    assert len(set(avoided)) == len(avoided)


def test_the_house_words_mean_what_the_house_says():
    expected = {"account": "核算", "holder": "持有人", "track": "跟踪", "trace": "追溯"}
    expected |= {
        "pack": "因子包",
        "evidence pack": "证据包",
        "statement": "声明",
        "edition": "版次",
    }
    assert expected == {word: glossary.term(word).zh for word in expected}
    assert glossary.term("核算").en == "account"


def test_an_avoided_spelling_is_found_with_the_word_to_use():
    assert glossary.banned("per Ton-kilometre moved") == [("ton-kilometre", "tonne-kilometre")]
    assert glossary.banned("采用的排放系数") == [("排放系数", "因子")]
    assert glossary.banned("tonne-kilometres of the life cycle") == []


def test_the_glossary_keeps_its_own_rule():
    for each in glossary.glossary():
        assert glossary.banned(f"{each.meaning} {each.meaning_zh}") == []


def test_an_unknown_word_names_the_nearest():
    with pytest.raises(TanluError, match=r"TL115.*ledger"):
        glossary.term("ledgr")
