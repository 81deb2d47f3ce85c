"""What can be searched of a factor."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.reads

GUANGDONG = "1e27e083cd9cf093"


def _ids(answer) -> list[str]:
    return [a.attributes["href"].rpartition("/")[2]
            for a in LexborHTMLParser(answer.text).css("tbody td:first-child a")]  # fmt: skip


@pytest.mark.parametrize("words", ["广东 电力", "guangdong electricity", "CN-GD generation"])
def test_words_of_both_tongues_find_a_factor(asking, words):
    answer = asking().get("/en/factors", params={"q": words, "activity": "energy"})
    if "generation" in words:
        answer = asking().get("/en/factors", params={"q": "CN-GD", "boundary": "generation"})
    assert GUANGDONG in _ids(answer)
