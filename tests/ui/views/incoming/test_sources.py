"""Sources are those of the ledger."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.monitor.sources import sources

pytestmark = pytest.mark.reads

PAGES = ("data/sources", "data/quality", "data/quality?check=1", "data/quarantine", "devices")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_there_in_both_tongues_also_of_an_empty_ledger(asking, path, language):
    assert asking().get(f"/{language}/{path}").status_code == 200
    assert asking("manager", tenant="other").get(f"/{language}/{path}").status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "exchange", "shipments"])
@pytest.mark.parametrize("role", ["supplier", "device"])
def test_suppliers_and_devices_do_not_read_the_organisation_s_pages(asking, path, role):
    assert asking(role).get(f"/en/{path}").status_code == 403


def test_sources_are_those_of_the_ledger_and_each_leads_on(asking, home):
    client = asking()
    page = LexborHTMLParser(client.get("/en/data/sources").text)
    told = {row["name"]: row["rows"] for row in sources(home.workspace("home")).to_dicts()}
    shown = {}
    for row in page.css("tbody tr"):
        cells = row.css("td")
        shown[cells[0].text(strip=True)] = int(cells[2].text().replace(",", ""))
        assert client.get(cells[0].css_first("a").attributes["href"]).status_code == 200
    assert shown == told
    other = asking("manager", tenant="other").get("/en/data/sources").text
    assert not any(name in other for name in told)


def test_a_source_that_there_is_not_is_not_found(asking):
    assert asking().get("/en/data/sources/file:none").status_code == 404
    assert asking().get("/en/data/sources/nonsense").status_code == 404
    assert asking().get("/en/devices/none").status_code == 404
    assert asking().get("/en/data/quality/TL999").status_code == 404


def test_sources_come_in_pages_files_first(asking, home, monkeypatch):
    monkeypatch.setattr("tanlu.ui.views.incoming.sources.ROWS", 2)
    client, at, seen = asking(), "/en/data/sources", []
    while at:
        page = LexborHTMLParser(client.get(at).text)
        seen += [row.css("td")[1].text(strip=True) for row in page.css("tbody tr")]
        onward = [link for link in page.css(".paging a") if link.text() == "Next"]
        at = onward[0].attributes["href"] if onward else ""
    assert len(seen) == sources(home.workspace("home")).height
    assert seen == sorted(seen, key=lambda kind: kind != "File")
