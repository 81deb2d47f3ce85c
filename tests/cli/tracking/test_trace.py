"""tanlu trace: one order in four forms."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from examples.trace import order
from tests.cli.books import Tongue


@pytest.fixture
def traced(empty: Tongue) -> Tongue:
    order.build(empty.ledger)
    return empty


def test_the_terminal_tells_the_way(traced: Tongue) -> None:
    assert "Which way did it go?" in traced.say("trace", "JD7001")
    assert "走了哪条路？" in traced.say("trace", order.ORDER, language="zh")


def test_json_tells_all_facts(traced: Tongue) -> None:
    found = traced.ask("trace", "JD7001")

    assert found["total"]["co2e_kg"] == "10.64"
    assert found == json.loads(traced.say("trace", "JD7001", "--format", "json"))


def test_one_direction_at_a_time(traced: Tongue) -> None:
    found = traced.ask("trace", order.COIL, "--direction", "forwards")

    assert {each["thing"] for each in found["things"]} >= {order.ORDER, order.SCRAP}
    assert order.ORE not in {each["thing"] for each in found["things"]}


def test_the_suffix_of_the_file_says_the_form(traced: Tongue, tmp_path: Path) -> None:
    traced.ask("trace", "JD7001", "--out", tmp_path / "a" / "way.svg")
    traced.ask("trace", "JD7001", "--out", tmp_path / "way.geojson")

    assert ET.parse(tmp_path / "a" / "way.svg").getroot().tag.endswith("svg")
    assert json.loads((tmp_path / "way.geojson").read_text(encoding="utf-8"))["features"]


def test_an_unknown_subject_is_told_its_neighbours(traced: Tongue) -> None:
    error = traced.ask("trace", "waybill:JD7002", expect=2)["error"]

    assert error["code"] == "TL430"
    assert order.ORDER in error["message"]


def test_an_earlier_version_can_be_asked(traced: Tongue) -> None:
    assert traced.ask("trace", "JD7001", "--as-of", "1")["boxes"] == []
    assert traced.ask("trace", "JD7001", "--as-of", "99", expect=1)["error"]["code"] == "TL610"


def test_a_file_that_cannot_be_written_is_told(traced: Tongue, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    error = traced.ask("trace", "JD7001", "--out", tmp_path / "file" / "x.svg", expect=1)

    assert error["error"]["code"] == "TL614"


def test_books_of_a_file_can_be_traced(books: Tongue) -> None:
    found = books.ask("trace", "W1")

    assert found["subject"] == "waybill:W1"
    assert found["legs"][0]["proof"]["source_line"] == 2
    assert found["total"] is not None
