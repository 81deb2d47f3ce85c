"""Search: shipments, factors and pages; a fragment for the dialog, a page without a script."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.reads


def _links(answer, within="body"):
    return [a.attributes["href"] for a in LexborHTMLParser(answer.text).css(f"{within} a[href]")]


def test_a_shipment_is_found_and_its_page_is_there(asking):
    client = asking()
    name = client.get("/v1/search?limit=1").json()["shipments"][0]["name"]
    found = client.get("/en/search", params={"q": name}, headers={"hx-request": "true"})
    assert not found.text.lstrip().startswith("<!doctype")
    link = next(href for href in _links(found) if "/shipments/" in href)
    assert client.get(link).status_code == 200


def test_a_page_is_found_by_its_word_in_each_tongue(asking):
    client = asking()
    assert "/zh/admin/people" in _links(client.get("/zh/search?q=人员"), ".found-page")
    assert "/en/admin/people" in _links(client.get("/en/search?q=people"), ".found-page")


def test_a_factor_is_found(asking):
    client = asking()
    links = _links(client.get("/en/search?q=diesel"), ".found-page")
    factor = next(href for href in links if "factors" in href)
    assert client.get(factor).status_code == 200


@pytest.mark.parametrize("role", ["supplier", "viewer"])
def test_nobody_finds_a_page_that_he_may_not_open(asking, role):
    client = asking(role)
    for word in ("people", "keys", "webhooks", "develop"):
        links = _links(client.get(f"/en/search?q={word}"), ".found-page")
        assert [href for href in links if client.get(href).status_code == 403] == []


def test_a_supplier_finds_no_shipment_of_the_house(asking):
    assert not any("shipments" in href for href in _links(
        asking("supplier").get("/en/search?q=TL"), ".found-page"
    ))  # fmt: skip


def test_what_is_searched_for_is_text(asking):
    page = asking().get("/en/search", params={"q": '"><script>1</script>'})
    assert "<script>1" not in page.text


def test_another_organisation_finds_nothing_of_ours(asking):
    client = asking(tenant="other")
    assert not any("/shipments/" in h for h in _links(client.get("/en/search?q=TL"), ".found-page"))
