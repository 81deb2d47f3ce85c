"""The tables of an inventory."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.ui.views.account.inventory import tables


def test_a_category_nobody_told_of_is_no_zero(asking, bounded):
    page = LexborHTMLParser(asking().get("/en/inventory/2026").text)
    rows = page.css("#categories tbody tr")
    assert len(rows) == 15
    missing = [row for row in rows if row.css(".tag.missing")]
    assert missing
    assert all(row.css("td.n")[0].text() == "–" for row in missing)


@pytest.mark.parametrize(("table", "most"), [("sites", "SITES"), ("kinds", "KINDS")])
def test_the_rows_of_a_table_that_is_cut_short_sum_to_the_total(
    asking, bounded, monkeypatch, table, most
):
    monkeypatch.setattr(tables, most, 1)
    page = LexborHTMLParser(asking().get("/en/inventory/2026").text)
    rows = page.css(f"#{table} tbody tr")
    assert len(rows) == 2
    assert "the other" in rows[1].text()
    amounts = [float(row.css("td.n")[0].text().replace(",", "")) for row in rows]
    total = page.css_first(".kpi .value").attributes["title"].removesuffix(" g").replace(",", "")
    unit = {"t": 1e6, "kg": 1e3, "g": 1.0}[page.css(f"#{table} th.n")[0].text().split("CO")[0]]
    assert sum(amounts) * unit == pytest.approx(float(total), rel=0.005)
