"""The inventory of a year."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.ui import browsing


def _whole(node) -> float:
    return float(node.attributes["title"].removesuffix(" g").replace(",", ""))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_key_figure_is_that_of_the_inventory(asking, bounded, language):
    answer = asking().get(f"/{language}/inventory/2026")
    assert answer.status_code == 200
    figures = LexborHTMLParser(answer.text).css(".kpi .value")
    assert _whole(figures[0]) == pytest.approx(float(bounded["co2e_location_kg"]) * 1000)
    held = {(row["scope"], row["basis"]): float(row["co2e_kg"]) for row in bounded["scopes"]}
    assert _whole(figures[2]) == pytest.approx(held[1, "none"] * 1000)
    assert _whole(figures[3]) == pytest.approx(held[2, "location"] * 1000)
    assert figures[4].text().startswith("–")  # by market nothing is known, and that is not zero
    assert _whole(figures[5]) == pytest.approx(held[3, "none"] * 1000)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_boundary_it_says_how_to_draw_one_and_what_is_known(asking, language):
    answer = asking().get(f"/{language}/inventory")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    assert "[[entity]]" in page.css_first("pre").text()
    assert "TANLU-EXPRESS" in page.css_first("table").text()


def test_an_organisation_without_records_is_told_so(asking):
    answer = asking(tenant="other").get("/zh/inventory")
    assert "尚无记录" in answer.text


@pytest.mark.browser
def test_a_phone_folds_long_tables_and_opens_them_without_a_script(chromium, site, bounded):
    with browsing.opened(
        chromium, site(), "/en/inventory/2026", size=browsing.PHONE, scripts=False
    ) as (page, _):
        rows = page.locator("#categories tbody tr")
        shown = [rows.nth(place).is_visible() for place in range(rows.count())]
        assert shown == [True] * 5 + [False] * 10
        page.get_by_text("Show all 15").click()
        assert rows.last.is_visible()
        assert not page.get_by_text("Show all 15").is_visible()
        page.set_viewport_size({"width": 1440, "height": 900})
        assert rows.count() == 15
        assert rows.last.is_visible()
