"""A ledger that holds several rules has all its pages: each sums by one, and says by which."""

from __future__ import annotations

import json
import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.account import quantify_all
from tanlu.report.overview import overview
from tanlu.serve.api import Home, permissions
from tanlu.serve.searching import Searching
from tanlu.store import open_workspace
from tests.serving import index, last

PROFILES = ("cn_inventory", "ghg_protocol", "iso14083")


@pytest.fixture
def several(home, app):
    """Pages over a ledger that was quantified by the rules of an inventory too."""
    books = home.workspace("home")
    for profile, gwp_set in (("ghg_protocol", "AR6"), ("cn_inventory", "SAR")):
        last(quantify_all(books, profile=profile, gwp_set=gwp_set))
    index(home)
    return app


def test_no_page_and_no_resource_asks_which_rules_are_meant(several, asking):
    client, refused = asking(), {}
    for method, path, _roles, _scope in permissions(several()):
        if method == "GET" and "{" not in path and not path.startswith(("/zh", "/v1/live")):
            answer = client.get(path, follow_redirects=False)
            if answer.status_code >= 500 or answer.status_code == 409:
                refused[path] = answer.status_code
    assert refused == {}


def test_the_first_page_sums_by_the_rules_of_transport_unless_told(several, asking, home):
    books, client = home.workspace("home"), asking()
    facts = {name: overview(books, profile=name, basis=None if name == "iso14083" else "location")
             for name in PROFILES[1:]}  # fmt: skip
    usual, other = (LexborHTMLParser(client.get(path).text)
                    for path in ("/en/", "/en/?profile=ghg_protocol"))  # fmt: skip
    shown = [re.sub(r"\s+", " ", page.css_first(".kpis").text()) for page in (usual, other)]
    whole = [page.css_first(".kpis [title]").attributes["title"] for page in (usual, other)]
    told = [str(facts[name].facts["co2e_kg"]) for name in ("iso14083", "ghg_protocol")]
    assert shown[0] != shown[1]
    assert [re.sub(r"[^0-9]", "", text)[:6] for text in whole] == [
        re.sub(r"[^0-9]", "", text).lstrip("0")[:6] for text in told
    ], json.dumps([whole, told])


def test_a_way_down_keeps_the_rules_that_were_asked_for(several, asking):
    client = asking()
    page = LexborHTMLParser(client.get("/en/?profile=ghg_protocol").text)
    ways = [each.attributes["href"] for each in page.css("main a[href*='/totals']")]
    assert ways
    assert [way for way in ways if "profile=ghg_protocol" not in way] == []
    below = LexborHTMLParser(client.get(ways[0]).text)
    further = [each.attributes["href"] for each in below.css("main td a[href*='/totals']")]
    assert further
    assert [way for way in further if "profile=ghg_protocol" not in way] == []


@pytest.mark.parametrize("page", ["/zh/", "/en/totals", "/zh/heatmap", "/en/data/quality"])
def test_each_of_several_rules_is_one_step_away(several, asking, page):
    found = LexborHTMLParser(asking().get(page).text)
    ways = {each.attributes["href"].partition("profile=")[2]
            for each in found.css("main nav.tabs a[href*='profile=']")}  # fmt: skip
    assert ways == set(PROFILES)
    assert LexborHTMLParser(asking().get(f"{page}?profile=nobodys").text).css_first("main")


def test_a_ledger_of_one_rule_offers_no_choice(asking):
    assert "profile=" not in asking().get("/en/").text


def test_a_ledger_of_an_inventory_alone_has_its_amounts_in_the_search(tmp_path, network_books):
    books = open_workspace(tmp_path / "books", create=True)
    held = open_workspace(network_books)
    books.commit({"activity": held.scan("activity").collect()})
    last(quantify_all(books, profile="ghg_protocol", gwp_set="AR6"))
    home = Home(tmp_path / "books")
    searching = Searching(home)
    last(searching.update("home"))
    found = searching.index("home")
    assert found.built()["profile"] == "ghg_protocol"
    searching.close()
    home.close()
