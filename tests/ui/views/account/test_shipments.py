"""Shipments: searched, sorted, paged."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser


@pytest.fixture
def indexed(home, asking):
    from tanlu.serve.searching import Searching

    searching = Searching(home)
    for tenant in ("home", "other"):
        list(searching.update(tenant))

    def client(role="manager", **shape):
        made = asking(role, **shape)
        made.app.state.searching = searching
        return made

    yield client
    searching.close()


def _names(answer):
    return [node.text() for node in LexborHTMLParser(answer.text).css("td.code a")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_leads_to_a_page_that_there_is(indexed, language):
    client = indexed()
    page = LexborHTMLParser(client.get(f"/{language}/shipments").text)
    lines = page.css("td.code a")
    assert lines
    assert client.get(lines[0].attributes["href"]).status_code == 200


def test_pages_follow_each_other_without_a_gap_or_a_double(indexed):
    client, href, seen = indexed(), "/en/shipments?sort=-co2e", []
    while href:
        answer = client.get(href)
        seen += _names(answer)
        after = LexborHTMLParser(answer.text).css(".paging a")
        href = after[-1].attributes["href"] if after else ""
    assert len(seen) == len(set(seen))
    count = LexborHTMLParser(client.get("/en/shipments").text).css_first(".paging span").text()
    assert len(seen) == int(count.split()[0].replace(",", ""))


def test_a_part_of_a_name_finds_it_and_htmx_gets_the_rows_alone(indexed):
    client = indexed()
    name = _names(client.get("/zh/shipments"))[0]
    answer = client.get(f"/zh/shipments?q={name[-6:]}", headers={"hx-request": "true"})
    assert name in _names(answer)
    assert "<html" not in answer.text


def test_what_is_typed_is_text_and_never_markup(indexed):
    answer = indexed().get('/zh/shipments?q="><script>alert(1)</script>')
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_filters_that_there_are_not_are_left_out(indexed):
    assert indexed().get("/zh/shipments?mode=rocket&tier=x&sort=weird").status_code == 200


def test_another_organisation_has_its_own_shipments(indexed):
    assert _names(indexed(tenant="other").get("/zh/shipments")) == []
