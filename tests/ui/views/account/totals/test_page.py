"""A total cut by any key."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.report.overview import overview

pytestmark = pytest.mark.reads


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
    assert sum(map(_whole, rows)) == pytest.approx(total * 1000)


def test_a_filter_is_text_and_never_markup(asking):
    answer = asking().get("/en/totals", params={"payer": "<script>alert(1)</script>"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_another_organisation_sees_nothing_of_it(asking):
    answer = asking(tenant="other").get("/en/totals")
    assert answer.status_code == 200
    assert not LexborHTMLParser(answer.text).css("td.strong")
