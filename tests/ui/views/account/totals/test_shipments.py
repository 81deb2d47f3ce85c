"""Two cuts, down to the shipments."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

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
