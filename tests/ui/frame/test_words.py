from __future__ import annotations

import re

import pytest

from tanlu.errors import catalogue
from tanlu.terms import glossary
from tanlu.ui.frame.words import LANGUAGES, Words, language_of, texts


def test_every_text_is_said_in_both_tongues_with_the_same_fields() -> None:
    def fields(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    wrong = [
        key for key, (en, zh) in texts().items() if not en or not zh or fields(en) != fields(zh)
    ]

    assert wrong == []


def test_a_count_is_never_joined_to_a_word_for_many() -> None:
    joined = re.compile(r"\{(count|all|of|rows|size|bytes|parts|days|seen|opened)\} [a-z]+s\b")

    chosen = re.compile(r"\{\w+:[^{}|]*\|(?:[^{}]|\{\w+\})*\}")

    told = {key: chosen.sub("", en) for key, (en, _) in texts().items()}

    assert {key for key, en in told.items() if joined.search(en)} == set()
    assert Words("en")("shipments.legs", count="1") == "1 leg"
    assert Words("en")("shipments.legs", count="1,204") == "1,204 legs"


def test_no_text_uses_a_spelling_that_the_glossary_avoids() -> None:
    found = {key: banned for key, (_, zh) in texts().items() if (banned := glossary.banned(zh))}

    assert found == {}


def test_a_key_with_a_dot_before_it_is_one_of_the_room() -> None:
    assert Words("zh", "kit")(".title") == Words("zh")("kit.title") == "组件"


def test_a_key_that_is_in_no_table_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Words("en")("frame.there-is-no-such-word")


def test_a_value_of_an_open_list_stands_for_itself() -> None:
    assert Words("en").maybe("kit.tier", "measured") == "Measured"
    assert Words("en").maybe("kit.tier", "guessed") == "guessed"


@pytest.mark.parametrize(
    ("header", "tongue"),
    [("en-GB,zh;q=0.4", "en"), ("fr,zh-CN;q=0.9,en;q=0.8", "zh"), ("fr", "zh"), ("", "zh"),
     ("zh;q=x,en", "en")],
)  # fmt: skip
def test_the_tongue_is_the_one_that_the_browser_wants_most(header: str, tongue: str) -> None:
    assert language_of(header) == tongue


def test_a_code_beside_its_words_is_not_said_twice_and_no_gap_is_shown() -> None:
    assert Words("en").of_code("TL332").startswith("a mass of zero or less;")
    assert Words("zh").of_code("TL332").startswith("质量为零或负；")
    assert Words("zh").of_code("TL201") == "没有“…”按“…”计的因子"
    told = [Words(tongue).of_code(code) for code in catalogue() for tongue in LANGUAGES]
    assert [text for text in told if "{" in text or "<" in text] == []
