"""One factor."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.reads

GUANGDONG = "1e27e083cd9cf093"


def _ids(answer) -> list[str]:
    return [a.attributes["href"].rpartition("/")[2]
            for a in LexborHTMLParser(answer.text).css("tbody td:first-child a")]  # fmt: skip


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


def test_what_is_no_factor_is_not_found(asking):
    assert asking().get("/en/factors/none").status_code == 404
    assert asking().get("/en/factors?q=%3Cscript%3Ealert&after=zz").status_code == 200
