"""Shares, findings and what is behind them."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.ui.views.incoming import quality

pytestmark = pytest.mark.reads

PAGES = ("data/sources", "data/quality", "data/quality?check=1", "data/quarantine", "devices")


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


def test_findings_that_are_not_all_listed_are_all_counted(asking, home, monkeypatch):
    monkeypatch.setattr(quality, "MOST", 1)
    counts = home.workspace("home").scan("finding").group_by("code").len().collect()
    code, count = counts.sort("len").row(-1)
    assert count > 1
    page = asking().get(f"/en/data/quality/{code}").text
    assert f"{count} findings, the first 1 are listed" in page
