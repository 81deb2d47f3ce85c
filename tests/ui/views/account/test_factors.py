"""The library of factors."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.factors import library
from tanlu.factors.packs import adopt

GUANGDONG = "1e27e083cd9cf093"


def _ids(answer) -> list[str]:
    return [a.attributes["href"].rpartition("/")[2]
            for a in LexborHTMLParser(answer.text).css("tbody td:first-child a")]  # fmt: skip


@pytest.mark.parametrize("words", ["广东 电力", "guangdong electricity", "CN-GD generation"])
def test_words_of_both_tongues_find_a_factor(asking, words):
    answer = asking().get("/en/factors", params={"q": words, "activity": "energy"})
    if "generation" in words:
        answer = asking().get("/en/factors", params={"q": "CN-GD", "boundary": "generation"})
    assert GUANGDONG in _ids(answer)


def test_pages_hold_every_factor_once(asking):
    client, href, seen = asking(), "/en/factors?data_year=2023&place=GLO", []
    while href:
        answer = client.get(href)
        seen += _ids(answer)
        links = LexborHTMLParser(answer.text).css(".paging a")
        following = [a.attributes["href"] for a in links if a.text() == "Next"]
        href = following[0] if following else ""
    wanted = [row["factor_id"] for row in library().rows
              if row["data_year"] == "2023" and row["place"] == "GLO"]  # fmt: skip
    assert sorted(seen) == sorted(wanted)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_factor_shows_value_source_clause_and_what_rests_on_it(asking, home, language):
    answer = asking().get(f"/{language}/factors/{GUANGDONG}")
    assert answer.status_code == 200
    assert "0.4419" in answer.text
    assert "公告2025年第47号" in answer.text
    used = home.workspace("home").scan("emission").collect()["factor_id"]
    resting = sum(GUANGDONG in each for each in used.drop_nulls())
    assert f"{resting:,}" in LexborHTMLParser(answer.text).css(".kpi .more")[1].text()


def test_a_factor_of_several_shows_its_parts(asking):
    answer = asking().get(f"/en/factors/{GUANGDONG}/0435c5af6b0b2e18")
    assert sorted(_ids(answer)) == sorted([GUANGDONG, "0435c5af6b0b2e18"])


def test_it_says_which_one_holds_and_who_lost(asking):
    answer = asking().get("/en/factors/why?kind=energy.electricity&place=CN-GD&day=2026-03-01")
    page = LexborHTMLParser(answer.text)
    assert page.css_first("a.factor b").text() == "0.4419"
    assert "lost by time" in page.text()


def test_a_question_that_cannot_be_answered_says_why(asking):
    answer = asking().get("/zh/factors/why?kind=nothing.at.all&day=2026-03-01")
    assert answer.status_code == 200
    assert "TL115" in answer.text


def test_the_newest_packs_change_nothing(asking):
    assert "The ledger uses the newest packs" in asking().get("/en/factors/diff").text


def test_an_older_ledger_sees_what_newer_packs_would_add(asking, home):
    without = [pack for pack in library().packs if pack.pack_id != "cn-mee"]
    adopt(home.workspace("home"), without, why="an older library")
    page = LexborHTMLParser(asking().get("/en/factors/diff?change=added").text)
    mee = next(pack for pack in library().packs if pack.pack_id == "cn-mee")
    assert f"{len(mee.tables['factor']):,}" in page.css_first(".tabs").text()
    assert page.css("tbody tr")


def test_what_is_no_factor_is_not_found(asking):
    assert asking().get("/en/factors/none").status_code == 404
    assert asking().get("/en/factors?q=%3Cscript%3Ealert&after=zz").status_code == 200
