"""The heat map: its sums, its slider, its map."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.report.heat import heat
from tanlu.serve.maps import keep, outline
from tests.serve.maps.test_checking import SQUARE, geojson
from tests.ui import browsing


def total(page: LexborHTMLParser) -> float:
    title = page.css_first("#heat-kpis .value").attributes["title"]
    return float(title.removesuffix(" g").replace(",", ""))


def test_the_whole_and_each_step_say_what_the_ledger_says(asking, home) -> None:
    page = LexborHTMLParser(asking().get("/en/heatmap?period=2026&step=month").text)
    found = heat(home.workspace("home"), "2026", step="month")

    assert total(page) == pytest.approx(found.co2e_ug / 1e6)
    parts = 0.0
    for bar in page.css(".bars a"):
        parts += total(LexborHTMLParser(asking().get(bar.attributes["href"]).text))
    assert parts == pytest.approx(total(page))


def test_it_works_by_plain_links(asking) -> None:
    page = LexborHTMLParser(asking().get("/zh/heatmap").text)
    after = page.css_first("#heat-near a").attributes["href"]
    step = LexborHTMLParser(asking().get(after).text)

    assert "at=" in after
    assert step.css_first("#heat-at").text() in after
    assert step.css_first(".bars a.now") is not None


def test_a_step_is_fetched_as_a_part(asking) -> None:
    client = asking()
    page = LexborHTMLParser(client.get("/zh/heatmap").text)
    href = page.css_first(".bars a").attributes["href"]
    part = client.get(href, headers={"hx-request": "true"}).text

    assert "<html" not in part
    assert 'data-chart="map"' in part


@pytest.mark.parametrize("query", ["at=never", "step=hour", "period=soon"])
def test_what_there_is_not_is_said(asking, query: str) -> None:
    assert asking().get(f"/en/heatmap?{query}").status_code in (400, 404)


def test_no_boundary_is_drawn_until_the_operator_supplies_one(asking, home) -> None:
    client = asking()
    bare = client.get("/zh/heatmap?chart=map&as=json").json()
    assert "不绘制边界" in bare["graphic"][0]["style"]["text"]
    assert len(bare["series"]) == 2
    with home.state.of("home") as state:
        keep(state, outline(geojson(SQUARE)), "GS(2026)0001号")
    own = client.get("/zh/heatmap?chart=map&as=json").json()
    assert own["graphic"][0]["style"]["text"] == "GS(2026)0001号"
    assert len(own["series"][2]["data"]) == 1
    assert "GS(2026)0001号" not in asking(tenant="other").get("/zh/heatmap").text


def test_an_empty_organisation_is_told_so_and_an_empty_period_too(asking) -> None:
    assert "尚无记录" in asking(tenant="other").get("/zh/heatmap").text
    assert "该期间没有排放" in asking().get("/zh/heatmap?period=1999-01").text


@pytest.mark.browser
def test_the_slider_moves_by_the_keyboard_and_plays(chromium, site) -> None:
    with browsing.opened(chromium, site(), "/zh/heatmap?period=2026&step=day") as (page, _):
        before = page.locator("#heat-kpis .value").first.inner_text()
        page.locator("[data-slides]").focus()
        page.keyboard.press("ArrowRight")
        page.locator('[data-heat][data-shown="1"]').wait_for()
        assert page.locator("#heat-kpis .value").first.inner_text() != before
        assert "at=" in page.url
        page.locator("[data-plays]").click()
        page.locator('[data-heat]:not([data-shown="1"])').wait_for(timeout=60_000)
        page.locator("[data-plays]").click()
        browsing.keep(page, "heatmap-step-zh")


@pytest.mark.parametrize("query", ["step=day", "step=week&at=last", "step=month"])
def test_a_lane_leads_to_the_shipments_that_make_it_up(asking, query: str) -> None:
    client = asking()
    page = LexborHTMLParser(client.get(f"/en/heatmap?{query.partition('&')[0]}").text)
    if "at=" in query:
        page = LexborHTMLParser(client.get(page.css(".bars a")[-1].attributes["href"]).text)
    row = next(row for row in page.css("tbody tr") if row.css("a[href*='/totals/shipments']"))
    wanted = float(row.css_first("[title$=' g']").attributes["title"][:-2].replace(",", ""))
    href, found = row.css_first("a").attributes["href"], 0.0
    while href:
        behind = LexborHTMLParser(client.get(href).text)
        for cell in behind.css("td.strong"):
            found += float(cell.attributes["title"].removesuffix(" g").replace(",", ""))
        after = [a for a in behind.css(".paging a") if "after=" in a.attributes["href"]]
        href = after[-1].attributes["href"] if after else ""
    assert found == pytest.approx(wanted)
