"""The tables of an inventory."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser


def test_a_category_nobody_told_of_is_no_zero(asking, bounded):
    page = LexborHTMLParser(asking().get("/en/inventory/2026").text)
    rows = page.css("#categories tbody tr")
    assert len(rows) == 15
    missing = [row for row in rows if row.css(".tag.missing")]
    assert missing
    assert all(row.css("td.n")[0].text() == "–" for row in missing)
