"""Reports on the page and as files."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.report import transport

pytestmark = pytest.mark.reads


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_on_the_page_has_every_section_of_its_document(asking, home, language):
    made = transport(home.workspace("home"), "2026", language=language)
    page = LexborHTMLParser(asking("viewer").get(f"/{language}/reports/transport?period=2026").text)
    titles = [node.text() for node in page.css("section.card > header h2")]
    assert titles == [section.title for section in made.sections]


def test_each_kind_leads_to_its_files(asking):
    page = LexborHTMLParser(asking().get("/en/reports").text)
    hrefs = [node.attributes["href"] for node in page.css("main footer a")]
    assert {href.split("form=")[1].split("&")[0] for href in hrefs} == {
        "html", "pdf", "xlsx", "json",
    }  # fmt: skip


def test_a_kind_that_there_is_not_and_a_period_that_is_none_are_told(asking):
    assert asking().get("/en/reports/none").status_code == 404
    answer = asking().get("/en/reports/transport", params={"period": "<script>x"})
    assert answer.status_code >= 400
    assert "<script>x" not in answer.text


@pytest.mark.parametrize("role", ["supplier", "device"])
def test_suppliers_and_devices_read_no_report(asking, role):
    assert asking(role).get("/en/reports").status_code == 403
    assert asking(role).get("/en/reports/transport").status_code == 403
