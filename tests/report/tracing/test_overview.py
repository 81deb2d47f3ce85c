"""One picture: sound XML, light and dark, in both tongues."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from tanlu.report.svg import wide
from tanlu.report.tracing import overview

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Trace of waybill:JD7001"), ("zh", "waybill:JD7001 的追溯")]
)
def test_the_picture_says_whose_it_is_and_how_much(documents, language: str, said: str) -> None:
    found = texts(overview(documents[language].facts))

    assert found[0] == said
    assert "10.64 kg CO₂e" in found


def test_it_has_its_own_colours_light_and_dark(facts) -> None:
    assert "prefers-color-scheme:dark" in overview(facts)


def test_the_same_facts_are_the_same_bytes(facts) -> None:
    assert overview(facts) == overview(facts)


def test_what_is_missing_stands_below(facts) -> None:
    assert any("TL434" in each for each in texts(overview(facts)))


def test_a_trace_without_legs_is_a_picture_too(facts) -> None:
    told = facts | {"legs": [], "nodes": [], "total": None, "findings": [], "others": {}}

    assert "No place of these legs has known coordinates." in texts(overview(told))


def test_a_hostile_name_stays_text(facts) -> None:
    told = facts | {"subject": "box:<script>&"}

    assert "Trace of box:<script>&" in texts(overview(told))


def test_a_narrow_window_is_served(facts) -> None:
    assert ET.fromstring(overview(facts, width=100)).get("width") == "640"


def test_every_hatch_that_is_used_is_there(facts) -> None:
    picture = overview(facts)
    used = set(re.findall(r"url\(#(\w+)\)", picture))

    # what is estimated by defaults is hatched: 20 g and 60 g of the hubs
    assert used
    assert used <= set(re.findall(r'<pattern id="(\w+)"', picture))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_written_beyond_a_narrow_picture(documents, language: str) -> None:
    room = 640 - 2 * 28
    for each in ET.fromstring(overview(documents[language].facts, width=640)).iter(f"{SVG}text"):
        if not each.get("text-anchor") and not each.get("style"):
            size = 11 if "n" in each.get("class", "").split() else 12
            assert float(each.get("x", 0)) + wide(each.text or "", size) <= room
