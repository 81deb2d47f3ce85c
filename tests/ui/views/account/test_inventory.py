"""The inventory, and the activities behind its figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.report.organisation import organisation

BOUNDARY = Path(__file__).parents[4] / "examples" / "park" / "organisation.toml"


@pytest.fixture
def bounded(home):
    """The ledger of the organisation with a boundary beside it, and its inventory."""
    workspace = home.workspace("home")
    shutil.copy(BOUNDARY, Path(workspace.path) / "organisation.toml")
    return organisation(workspace, "2026", language="en", profile="iso14083").facts


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


def test_a_category_nobody_told_of_is_no_zero(asking, bounded):
    page = LexborHTMLParser(asking().get("/en/inventory/2026").text)
    rows = page.css("#categories tbody tr")
    assert len(rows) == 15
    missing = [row for row in rows if row.css(".tag.missing")]
    assert missing
    assert all(row.css("td.n")[0].text() == "–" for row in missing)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_boundary_it_says_how_to_draw_one_and_what_is_known(asking, language):
    answer = asking().get(f"/{language}/inventory")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    assert "[[entity]]" in page.css_first("pre").text()
    assert "TANLU-EXPRESS" in page.css_first("table").text()


def test_a_boundary_that_cannot_be_read_says_what_is_wrong(asking, home):
    path = Path(home.workspace("home").path) / "organisation.toml"
    path.write_text("name = <script>", encoding="utf-8")
    answer = asking().get("/en/inventory")
    assert answer.status_code == 200
    assert "TL807" in answer.text
    assert "<script>" not in LexborHTMLParser(answer.text).css_first("main").html


def test_what_is_no_scope_or_no_year_is_said(asking, bounded):
    assert asking().get("/en/inventory/2026/4").status_code == 404
    assert asking().get("/en/inventory/soon").status_code == 400
    assert asking().get("/en/inventory/2026/1?after=x:y&category=zz").status_code == 200


@pytest.mark.parametrize("role", ["supplier", "device"])
def test_who_only_brings_data_reads_no_accounts(asking, role):
    for path in ("/inventory", "/inventory/2026", "/inventory/2026/1", "/totals", "/products",
                 "/factors", "/shipments"):  # fmt: skip
        assert asking(role).get(f"/en{path}").status_code == 403, path
    front = asking(role).get("/en/")
    assert front.status_code == 200
    assert not LexborHTMLParser(front.text).css(".kpi")


def test_an_organisation_without_records_is_told_so(asking):
    answer = asking(tenant="other").get("/zh/inventory")
    assert "尚无记录" in answer.text
