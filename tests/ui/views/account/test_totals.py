"""A total cut by any key, down to its shipments."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.report.overview import cut, overview, subjects


def _whole(node) -> float:
    return float(node.attributes["title"].removesuffix(" g").replace(",", ""))


@pytest.mark.parametrize(
    "by", ["kind", "payer", "lane", "tier", "month", "boundary", "label:goods"]
)
def test_the_rows_of_every_cut_add_up_to_the_total_of_the_overview(asking, home, by):
    total = float(overview(home.workspace("home"), language="en").facts["co2e_kg"])
    page = LexborHTMLParser(asking().get("/en/totals", params={"by": by}).text)
    rows = page.css("td.strong")
    assert rows
    assert sum(map(_whole, rows)) == pytest.approx(total * 1000, rel=0.02)
    if by != "lane":  # of many lanes the smallest are not listed
        assert sum(map(_whole, rows)) == pytest.approx(total * 1000)


def test_two_cuts_lead_to_the_shipments_that_make_them_up(asking, home):
    client = asking()
    first = LexborHTMLParser(client.get("/zh/totals?by=kind").text)
    deeper = first.css_first("tbody td a").attributes["href"]
    second = LexborHTMLParser(client.get(deeper).text)
    row = second.css_first("tbody tr")
    wanted = _whole(row.css_first("td.strong"))
    href, found = row.css("td a")[-1].attributes["href"], 0.0
    while href:
        page = LexborHTMLParser(client.get(href).text)
        found += sum(map(_whole, page.css("td.strong")))
        assert page.css("td.code a")
        after = [a for a in page.css(".paging a") if "after=" in a.attributes["href"]]
        href = after[-1].attributes["href"] if after else ""
    assert found == pytest.approx(wanted)


def test_a_row_of_one_kind_has_the_interval_that_the_ledger_gives(home):
    found = cut(home.workspace("home"), None, "kind", {})
    for row in found.rows.iter_rows(named=True):
        assert row["lower_ug"] <= row["co2e_ug"] <= row["upper_ug"]
    assert found.rows["co2e_ug"].sum() == found.total_ug


def test_the_shipments_of_a_cut_sum_to_it(home):
    workspace = home.workspace("home")
    road = next(
        row for row in cut(workspace, None, "kind", {}).rows.iter_rows(named=True)
        if row["key"] == "transport.road"
    )  # fmt: skip
    found = subjects(workspace, None, {"kind": "transport.road"})
    assert found["co2e_ug"].sum() == row_amount(road)


def row_amount(row) -> int:
    return int(row["co2e_ug"])


def test_a_key_that_there_is_not_is_refused(asking):
    assert asking().get("/en/totals?by=rocket").status_code == 400
    assert "TL803" in asking().get("/en/totals?by=rocket").text


def test_a_filter_is_text_and_never_markup(asking):
    answer = asking().get("/en/totals", params={"payer": "<script>alert(1)</script>"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_another_organisation_sees_nothing_of_it(asking):
    answer = asking(tenant="other").get("/en/totals")
    assert answer.status_code == 200
    assert not LexborHTMLParser(answer.text).css("td.strong")


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
