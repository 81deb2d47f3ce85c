"""The first page."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.report.overview import overview

pytestmark = pytest.mark.reads


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_shows_the_total_of_the_ledger_with_its_interval(asking, home, language):
    answer = asking().get(f"/{language}/")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    facts = overview(home.workspace("home"), language=language).facts
    total = page.css_first(".kpi .value")
    whole = total.attributes["title"].removesuffix(" g").replace(",", "")
    assert float(whole) == pytest.approx(float(facts["co2e_kg"]) * 1000)
    assert "–" in page.css_first(".kpi .more").text()
    assert facts["period"] in page.css_first("header.top").text()


def test_each_period_of_the_top_bar_leads_to_its_page(asking):
    page = LexborHTMLParser(asking().get("/en/").text)
    hrefs = [a.attributes["href"] for a in page.css("header.top .drop a") if a.attributes["href"]]
    periods = [href for href in hrefs if href.startswith("?period=")]
    assert "?period=2026" in periods
    for href in periods:
        assert asking().get(f"/en/{href}").status_code == 200


def test_a_chart_of_it_is_a_table_too(asking):
    answer = asking().get("/en/?chart=flow&as=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text.splitlines()) > 3


def test_a_period_that_is_none_is_said_and_no_fault(asking):
    answer = asking().get("/zh/?period=soon")
    assert answer.status_code == 400
    assert "TL112" in answer.text


def test_an_organisation_without_records_is_told_how_to_begin(asking):
    answer = asking(tenant="other").get("/zh/")
    assert answer.status_code == 200
    assert "尚无记录" in answer.text


def test_nobody_is_led_to_the_way_in(asking):
    answer = asking(None).get("/zh/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"][:9]) == (303, "/zh/login")


def test_the_overview_leads_into_the_breakdown(asking):
    client = asking()
    page = LexborHTMLParser(client.get("/en/").text)
    hrefs = [a.attributes["href"] for a in page.css("a.kpi")]
    assert len(hrefs) >= 4
    for href in hrefs:
        assert client.get(href).status_code == 200, href
    options = client.get("/en/?chart=flow&as=json").json()
    nodes = [node["href"] for node in options["series"][0]["data"] if "href" in node]
    assert nodes
    assert client.get(nodes[0]).status_code == 200


def test_what_is_open_leads_to_where_it_is_mended(asking):
    client = asking()
    page = LexborHTMLParser(client.get("/en/").text)
    hrefs = [a.attributes["href"] for a in page.css("#open li a")]
    assert hrefs
    assert all(client.get(href).status_code == 200 for href in hrefs)
    assert "[TL" not in page.css_first("#open").text()
