"""Which factor holds."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.reads

GUANGDONG = "1e27e083cd9cf093"


def test_it_says_which_one_holds_and_who_lost(asking):
    answer = asking().get("/en/factors/why?kind=energy.electricity&place=CN-GD&day=2026-03-01")
    page = LexborHTMLParser(answer.text)
    assert page.css_first("a.factor b").text() == "0.4419"
    assert "lost by time" in page.text()


def test_a_question_that_cannot_be_answered_says_why(asking):
    answer = asking().get("/zh/factors/why?kind=nothing.at.all&day=2026-03-01")
    assert answer.status_code == 200
    assert "TL115" in answer.text
