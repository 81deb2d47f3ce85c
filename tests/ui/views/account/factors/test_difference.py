"""What newer packs would change."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from tanlu.factors import library
from tanlu.factors.packs import adopt

GUANGDONG = "1e27e083cd9cf093"


def test_the_newest_packs_change_nothing(asking):
    assert "The ledger uses the newest packs" in asking().get("/en/factors/diff").text


def test_an_older_ledger_sees_what_newer_packs_would_add(asking, home):
    without = [pack for pack in library().packs if pack.pack_id != "cn-mee"]
    adopt(home.workspace("home"), without, why="an older library")
    page = LexborHTMLParser(asking().get("/en/factors/diff?change=added").text)
    mee = next(pack for pack in library().packs if pack.pack_id == "cn-mee")
    assert f"{len(mee.tables['factor']):,}" in page.css_first(".tabs").text()
    assert page.css("tbody tr")
