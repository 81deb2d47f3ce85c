"""Two cuts, down to the shipments."""

from __future__ import annotations

import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.ui.views.account.totals import shipments

pytestmark = pytest.mark.reads


def _whole(node) -> float:
    return float(node.attributes["title"].removesuffix(" g").replace(",", ""))


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


def test_what_has_no_name_comes_once_where_a_page_ends_with_it(monkeypatch):
    monkeypatch.setattr(shipments, "ROWS", 2)
    amounts = {"co2e_ug": [9, 5, 5, 5, 1], "subject": ["a:1", "a:2", "a:3", None, "a:4"]}
    rows = pl.DataFrame(amounts, schema={"co2e_ug": pl.Int128, "subject": pl.String})
    seen, after = [], ""
    while True:
        some, after = shipments._from(rows, after)
        seen += some["subject"].to_list()
        if not after:
            break
    assert seen == amounts["subject"]
