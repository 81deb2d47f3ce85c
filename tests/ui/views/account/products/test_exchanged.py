"""Footprints for partners."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

TOLD = {"name": "Delivery", "product_id": "urn:sku:1", "company": "Tanlu", "period": "2026-10",
        "company_id": "urn:uuid:1f7a2c66-5a0e-4d8a-9a55-000000000001"}  # fmt: skip


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
