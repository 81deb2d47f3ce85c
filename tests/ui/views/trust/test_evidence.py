"""Originals as pages: what they are called, who uses them, what came of them."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.reads


@pytest.fixture
def original(home):
    lines = home.workspace("home").log("append")
    return next(line for line in lines if (line.get("source") or {}).get("lines"))


def test_all_originals_are_counted_and_a_search_narrows_them(asking, home, original):
    every = home.workspace("home").originals.names()
    text = asking().get("/en/evidence").text
    assert f"{len(every)} of {len(every)} files" in text
    name = original["source"]["name"]
    found = LexborHTMLParser(asking().get("/en/evidence", params={"q": name}).text)
    assert name in found.css_first("tbody tr td").text()


def test_a_file_leads_to_its_versions_and_its_records_to_their_calculation(asking, original):
    source = original["source"]
    page = LexborHTMLParser(asking("verifier").get(f"/en/evidence/{source['file']}").text)
    hrefs = [node.attributes["href"] for node in page.css("main a")]
    assert f"/en/ledger/{original['version']}" in hrefs
    way = next(href for href in hrefs if "/calculation/" in href)
    assert asking("verifier").get(way).status_code == 200


def test_a_fragment_is_only_the_rows(asking):
    text = asking().get("/en/evidence", headers={"hx-request": "true"}).text
    assert "<html" not in text


@pytest.mark.parametrize("role", ["supplier", "device", "viewer", "developer"])
def test_only_who_may_see_originals_sees_them(asking, role, original):
    assert asking(role).get("/en/evidence").status_code == 403
    assert asking(role).get(f"/en/evidence/{original['source']['file']}").status_code == 403


def test_another_organisation_does_not_find_it(asking, original):
    assert (
        asking(tenant="other").get(f"/en/evidence/{original['source']['file']}").status_code == 404
    )


def test_a_hostile_search_is_text(asking):
    text = asking().get("/en/evidence", params={"q": '"><script>alert(1)', "from": "9e9"}).text
    assert "<script>alert" not in text
