"""Sources, quality, refused rows, devices: figures of the ledger, for the roles they are for."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.monitor.sources import sources
from tests.desk import BAD, GOOD

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


def test_shares_of_the_tiers_are_of_a_whole(asking):
    page = LexborHTMLParser(asking().get("/en/data/quality").text)
    shares = [float(node.text().split("%")[0]) for node in page.css(".kpi .value")]
    assert sum(shares) == pytest.approx(100, abs=0.3)
    answer = asking().get("/en/data/quality?chart=modes&as=csv")
    assert answer.headers["content-type"].startswith("text/csv")


def test_a_finding_leads_to_the_records_behind_it(asking):
    client = asking()
    page = LexborHTMLParser(client.get("/en/data/quality").text)
    links = [a.attributes["href"] for a in page.css("td.code a")]
    assert links
    for href in links:
        assert client.get(href).status_code == 200


def test_a_refused_row_is_mended_in_place(desk):
    upload = desk.upload(GOOD, BAD)
    desk.say(upload)
    desk.step(upload, "read")
    page = LexborHTMLParser(desk.get("/en/data/quarantine").text)
    href = page.css("tbody a")[-1].attributes["href"]
    form = LexborHTMLParser(desk.get(href).text)
    fields = {node.attributes["name"]: node.attributes["value"] for node in form.css(".two input")}
    wrong = next(name for name, value in fields.items() if value == "=cmd|x")
    assert desk.post(href, data={**fields, wrong: "nonsense"}).status_code == 422
    assert desk.post(href, data={**fields, wrong: "3"}).status_code == 303
    assert desk.home.workspace("home").scan("activity").collect().height == 2
    assert "No row waits" in desk.get("/en/data/quarantine").text


def test_who_only_looks_on_does_not_mend(desk):
    upload = desk.upload(GOOD, BAD)
    desk.say(upload)
    desk.step(upload, "read")
    page = LexborHTMLParser(desk.get("/en/data/quarantine").text)
    href = page.css("tbody a")[-1].attributes["href"]
    desk.become("verifier", "home")
    assert desk.post(href, data={"cell:2": "3"}).status_code == 403
    desk.become("viewer", "home")
    assert desk.get(href).status_code == 403


def test_what_a_file_says_is_text_and_never_markup(desk):
    upload = desk.upload(GOOD.replace("上海", "<script>alert(1)</script>"), name="<b>.csv")
    page = desk.get(f"/en/data/import/{upload}/columns").text
    assert "<script>alert" not in page
    assert "<b>.csv" not in page
