"""Footprints of products: of the ledger, of a system, of the shelf of PACT."""

from __future__ import annotations

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.report.product import product

SYSTEM = Path(__file__).parents[4] / "examples" / "product" / "product.toml"
TOLD = {"name": "Delivery", "product_id": "urn:sku:1", "company": "Tanlu", "period": "2026-10",
        "company_id": "urn:uuid:1f7a2c66-5a0e-4d8a-9a55-000000000001"}  # fmt: skip


@pytest.fixture
def largest(home) -> str:
    facts = product(None, home.workspace("home"), profile="iso14083").facts
    return str(facts["largest"][0]["key"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_largest_leads_to_its_sheet_with_the_same_total(asking, home, largest, language):
    client = asking()
    link = LexborHTMLParser(client.get(f"/{language}/products").text).css_first("td.code a")
    assert link.text() == largest.partition(":")[2]
    page = LexborHTMLParser(client.get(link.attributes["href"]).text)
    whole = page.css_first(".kpi .value").attributes["title"].removesuffix(" g").replace(",", "")
    facts = product(largest, home.workspace("home")).facts
    assert float(whole) == pytest.approx(float(facts["co2e_kg"]) * 1000)


def test_a_stage_without_data_is_a_dash_and_not_zero(asking, largest):
    options = asking().get(f"/en/products/{largest}?chart=stages&as=json").json()
    names = options["yAxis"]["data"]
    production = next(i for i, name in enumerate(names) if "roduction" in str(name))
    assert options["series"][0]["data"][production]["value"] is None
    assert options["series"][1]["data"][production]["label"]["formatter"] == "–"


def test_a_product_system_is_computed_with_the_reuse_of_its_box(asking):
    text = SYSTEM.read_text(encoding="utf-8")
    answer = asking().post("/zh/products/system", data={"system": text})
    assert answer.status_code == 200
    assert "聚丙烯循环箱" in answer.text


def test_a_system_that_is_none_says_what_is_wrong(asking):
    answer = asking().post("/en/products/system", data={"system": "id = <script>alert(1)"})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


def test_nothing_is_published_before_it_is_confirmed(asking, largest):
    client, sent = asking(), {**TOLD, "subject": largest}
    seen = client.post("/en/products/publish", data=sent)
    assert "pcfExcludingBiogenicUptake" in seen.text
    assert not LexborHTMLParser(client.get("/en/products").text).css("#ours td a")
    done = client.post("/en/products/publish", data={**sent, "sure": "yes"}, follow_redirects=False)
    assert done.status_code == 303
    page = client.get(done.headers["location"])
    assert "Active" in page.text
    assert LexborHTMLParser(client.get("/en/products").text).css("#ours td a")


def test_a_footprint_is_taken_back_once_confirmed(asking, largest):
    client, sent = asking(), {**TOLD, "subject": largest, "sure": "yes"}
    where = client.post("/en/products/publish", data=sent, follow_redirects=False)
    href = where.headers["location"]
    assert "Active" in client.get(href).text
    assert client.get(f"{href}/deprecate").status_code == 200
    assert "Active" in client.get(href).text
    client.post(f"{href}/deprecate", data={"sure": "yes"})
    assert "Deprecated" in client.get(href).text


def test_only_a_manager_publishes_or_takes_back(asking, largest):
    for role in ("viewer", "operator", "verifier", "developer"):
        client = asking(role)
        assert client.post("/en/products/publish", data=TOLD).status_code == 403
        assert client.get("/en/products/pact/x/deprecate").status_code == 403
        assert "publish" not in client.get(f"/en/products/{largest}").text


def test_what_does_not_fit_is_said(asking, largest):
    sent = {**TOLD, "subject": largest, "company_id": "<script>alert(1)</script>"}
    answer = asking().post("/en/products/publish", data=sent)
    assert answer.status_code == 400
    assert "TL880" in answer.text
    assert "<script>alert" not in answer.text


def test_what_is_another_organisations_is_not_found(asking, largest):
    assert asking(tenant="other").get(f"/en/products/{largest}").status_code == 404
    assert asking(tenant="other").get("/zh/products").status_code == 200
    assert asking().get("/en/products/pact/x").status_code == 404
