"""The page of a quote shows what was signed, and says when it does not hold."""

from __future__ import annotations

import copy

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.quotes import packed
from tests.serving import HERE


@pytest.fixture
def nobody(served):
    return TestClient(served, base_url=HERE, raise_server_exceptions=False)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_figures_that_were_signed(nobody, quote, language):
    answer = nobody.get(f"/{language}/quote/{packed(quote)}")

    page = LexborHTMLParser(answer.text)
    shown = [
        float(node.attributes["title"].removesuffix(" g").replace(",", ""))
        for node in page.css(".kpi .value")
    ]
    assert answer.status_code == 200
    assert shown == [int(each["co2e_ug"]) / 1e6 for each in quote["quote"]["options"]]
    assert page.css_first(".seal.whole")
    assert len(page.css("tbody tr")) == sum(len(e["legs"]) for e in quote["quote"]["options"])


def test_a_changed_quote_is_shown_as_broken(nobody, quote):
    changed = copy.deepcopy(quote)
    changed["quote"]["options"][0]["co2e_ug"] = "1"

    page = LexborHTMLParser(nobody.get(f"/en/quote/{packed(changed)}").text)

    assert page.css_first(".seal.broken")
    assert not page.css_first(".seal.whole")


def test_what_a_forger_writes_into_a_quote_is_text_and_no_markup(nobody, quote):
    changed = copy.deepcopy(quote)
    evil = "<script>alert(1)</script>"
    changed["quote"]["from"]["name"] = changed["quote"]["options"][0]["option"] = evil
    changed["quote"]["options"][0]["legs"][0]["vehicle_class"] = f'"><img src=x onerror="{evil}'
    changed["signature"]["log"] = evil

    answer = nobody.get(f"/en/quote/{packed(changed)}")

    assert evil not in answer.text
    assert "<img src=x" not in answer.text
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("change", [
    {"options": []}, {"options": "x"}, {"options": [{}]}, {"from": None}, {"mass_g": "x"},
    {"mass_g": "9" * 5000}, {"organisation": "other"}, {"organisation": ["home"]},
])  # fmt: skip
def test_a_quote_of_odd_parts_is_refused_and_never_a_fault(nobody, quote, change):
    odd = {**quote, "quote": {**quote["quote"], **change}}

    assert nobody.get(f"/zh/quote/{packed(odd)}").status_code == 400


def test_an_address_that_is_no_quote_is_refused(nobody):
    for token in ("x", "%3Cscript%3E", "A" * 30_000):
        assert nobody.get(f"/zh/quote/{token}").status_code in (400, 404, 414)
