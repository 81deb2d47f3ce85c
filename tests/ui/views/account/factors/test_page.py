"""Factors, page by page."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.factors import library

pytestmark = pytest.mark.reads

GUANGDONG = "1e27e083cd9cf093"


def _ids(answer) -> list[str]:
    return [a.attributes["href"].rpartition("/")[2]
            for a in LexborHTMLParser(answer.text).css("tbody td:first-child a")]  # fmt: skip


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
