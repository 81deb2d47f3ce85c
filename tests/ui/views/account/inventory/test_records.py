"""The activities behind a figure."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser


def _whole(node) -> float:
    return float(node.attributes["title"].removesuffix(" g").replace(",", ""))


def test_the_activities_of_a_scope_add_up_to_it(asking, bounded):
    client, href, total = asking(), "/en/inventory/2026/1", 0.0
    while href:
        page = LexborHTMLParser(client.get(href).text)
        total += sum(_whole(cell) for cell in page.css("td.strong"))
        after = [a for a in page.css(".paging a") if "after=" in a.attributes["href"]]
        href = after[-1].attributes["href"] if after else ""
    scope = next(row for row in bounded["scopes"] if row["scope"] == 1)
    assert total == pytest.approx(float(scope["co2e_kg"]) * 1000)


def test_each_activity_leads_to_its_calculation(asking, bounded):
    page = LexborHTMLParser(asking().get("/zh/inventory/2026/3?category=4").text)
    link = page.css_first("td.code a").attributes["href"]
    assert asking().get(link).status_code == 200


def test_what_is_no_scope_or_no_year_is_said(asking, bounded):
    assert asking().get("/en/inventory/2026/4").status_code == 404
    assert asking().get("/en/inventory/soon").status_code == 400
    assert asking().get("/en/inventory/2026/1?after=x:y&category=zz").status_code == 200
