"""One product."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.report.product import product

pytestmark = pytest.mark.reads


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_largest_leads_to_its_sheet_with_the_same_total(asking, home, largest, language):
    client = asking()
    link = LexborHTMLParser(client.get(f"/{language}/products").text).css_first("td.code a")
    assert link.text() == largest.partition(":")[2]
    page = LexborHTMLParser(client.get(link.attributes["href"]).text)
    whole = page.css_first(".kpi .value").attributes["title"].removesuffix(" g").replace(",", "")
    facts = product(largest, home.workspace("home")).facts
    assert float(whole) == pytest.approx(float(facts["co2e_kg"]) * 1000)
