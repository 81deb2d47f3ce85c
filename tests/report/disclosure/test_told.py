"""Each item of a form is answered or said to be missing, in the order of the form."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.disclosure.inventory import inventory

from tanlu.errors import TanluError
from tanlu.report import render
from tanlu.report.disclosure import disclosed
from tanlu.terms import Document

LETTERS = [chr(97 + i) for i in range(20)]


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return inventory(tmp_path_factory.mktemp("en"))


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return inventory(tmp_path_factory.mktemp("zh"), "zh")


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_all_twenty_items_stand_in_their_order(
    language: str, request: pytest.FixtureRequest
) -> None:
    made = disclosed(request.getfixturevalue(language))
    told = made.facts["disclosure"]

    assert [section.title.split(" ")[0] for section in made.sections[1:]] == LETTERS
    assert sorted(told["answered"] + told["missing"]) == LETTERS


def test_what_is_missing_says_so_and_what_people_tell_answers_it(english: Document) -> None:
    bare = {s.title[0]: s for s in disclosed(english).sections[1:]}
    told = disclosed(english, given={"b": "Ms Wang", "s": "limited assurance"})

    assert bare["b"].text == "Not told: the inventory holds nothing of this."
    assert bare["c"].text == "Period: 2026\nTime zone: Asia/Shanghai"
    assert {"b", "s"} & set(told.facts["disclosure"]["missing"]) == set()
    assert {s.title[0]: s.text for s in told.sections[1:]}["b"] == "Ms Wang"


def test_nobody_states_conformity_in_the_place_of_people(english: Document) -> None:
    assert "r" in disclosed(english).facts["disclosure"]["missing"]


def test_the_parts_of_the_guides_of_china_stand_in_their_order(chinese: Document) -> None:
    made = disclosed(chinese, "cn")

    assert [section.title[0] for section in made.sections[1:]] == list("一二三四五")


def test_figures_are_those_of_the_inventory(english: Document) -> None:
    direct = {s.title[0]: s for s in disclosed(english).sections[1:]}["f"]

    assert [(row[0], str(row[2])) for row in direct.rows][:1] == [("CO2", "0.324989426505")]


def test_a_disclosure_has_every_form(tmp_path: Path, chinese: Document) -> None:
    made = disclosed(chinese)

    for suffix in (".html", ".json", ".xlsx", ".txt", ".pdf"):
        assert render(made, tmp_path / f"d{suffix}").stat().st_size > 500


def test_an_unknown_form_or_item_is_refused(english: Document) -> None:
    with pytest.raises(TanluError, match=r"TL822.*iso14064"):
        disclosed(english, "iso9001")
    with pytest.raises(TanluError, match=r"TL822.*z"):
        disclosed(english, given={"z": "x"})
