"""The page of a proof for everybody."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.proofs import Shelf, legs, router, seen
from tanlu.store.relational.tables.proofs import PROOFS
from tests.serve.proofs.making import published
from tests.ui import accessible, browsing


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_grams_of_the_page_are_those_of_the_proof(home, asking, language):
    code = published(home, "result", "activity", "places")
    page = LexborHTMLParser(asking(None).get(f"/{language}/p/{code}").text)
    found = legs(seen(Shelf(home.state).found(code)).shown)
    whole = page.css_first(".sum").attributes["title"].removesuffix(" g").replace(",", "")
    assert round(float(whole) * 1e6) == sum(leg.co2e_ug for leg in found)
    assert len(page.css(".timeline > li")) == len(found)
    assert len(page.css(".checks li.held")) == 5
    assert len(page.css(".checks li.open")) == 1
    assert page.css("script") == []


def test_nothing_of_the_organisation_can_be_reached_from_it(home, asking):
    code = published(home)
    page = LexborHTMLParser(asking(None).get(f"/en/p/{code}").text)
    hrefs = {node.attributes["href"] for node in page.css("main a")}
    assert all(f"/p/{code}" in href for href in hrefs)


def test_what_was_withheld_stands_nowhere_on_the_page(home, asking):
    code = published(home)
    text = asking(None).get(f"/zh/p/{code}").text
    rows = home.workspace("home").scan("emission").select("payer", "consignor", "vehicle")
    for column in rows.unique().collect().to_dict(as_series=False).values():
        assert not [value for value in column if value and str(value) in text]


def test_a_proof_that_does_not_hold_shows_no_number(home, asking):
    code = published(home)
    with home.state.of("home") as scoped:
        scoped.change(PROOFS, {"keys": "{}"}, PROOFS.c.code == code)
    answer = asking(None).get(f"/en/p/{code}")
    page = LexborHTMLParser(answer.text)
    assert page.css_first(".sum") is None
    assert page.css_first(".message.bad")
    assert "TL854" in answer.text


def test_what_was_taken_back_is_gone_for_who_has_the_address(home, asking):
    code = published(home)
    Shelf(home.state).retract("home", code, "x")
    answer = asking(None).get(f"/zh/p/{code}")
    assert answer.status_code == 410
    assert answer.headers["cache-control"] == "no-store"
    assert asking(None).get("/zh/p/never").status_code == 404


@pytest.mark.browser
def test_the_page_needs_no_script_and_prints_on_one_sheet(home, chromium, site):
    code = published(home, "result", "activity", "places")
    with browsing.opened(chromium, site(None, rooms=[router]), f"/zh/p/{code}", scripts=False) as (
        page,
        _,
    ):
        assert page.locator(".sum b").is_visible()
        sheets = page.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page[^s]", sheets)) == 1


@pytest.mark.browser
def test_page_and_label_are_readable_on_a_phone_in_the_dark(home, chromium, site):
    code = published(home)
    for path in (f"/en/p/{code}", f"/en/p/{code}/label"):
        with browsing.opened(
            chromium, site(None, rooms=[router]), path,
            size=browsing.PHONE, dark=True, scripts=False,
        ) as (page, _):  # fmt: skip
            assert browsing.wide(page) <= 0
    with browsing.opened(chromium, site(None, rooms=[router]), f"/zh/p/{code}", waits=False) as (
        page,
        _,
    ):
        assert accessible.faults(page) == []
