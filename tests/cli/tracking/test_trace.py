"""tanlu trace: one order in four forms."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from examples.trace import order

from tanlu.store import open_workspace
from tests.cli.books import Tongue

EVENTS = json.dumps({
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-05T00:00:00Z",
    "epcisBody": {"eventList": [
        {"eventTimeZoneOffset": "+08:00"} | each
        for each in (
            {"type": "TransformationEvent", "eventTime": "2026-01-02T08:00:00Z",
             "inputEPCList": ["urn:epc:id:sgtin:4012345.011111.1"],
             "outputEPCList": ["urn:epc:id:sgtin:4012345.022222.7"]},
            {"type": "AggregationEvent", "eventTime": "2026-01-03T08:00:00Z", "action": "ADD",
             "parentID": "urn:epc:id:sscc:4012345.0111111111",
             "childEPCs": ["urn:epc:id:sgtin:4012345.022222.7"]},
            {"type": "AggregationEvent", "eventTime": "2026-01-04T08:00:00Z", "action": "DELETE",
             "parentID": "urn:epc:id:sscc:4012345.0111111111", "childEPCs": []},
        )
    ]},
})  # fmt: skip


@pytest.fixture
def traced(empty: Tongue) -> Tongue:
    order.build(empty.ledger)
    return empty


def test_the_terminal_tells_the_way(traced: Tongue) -> None:
    assert "Which way did it go?" in traced.say("trace", "JD7001")
    assert "走了哪条路？" in traced.say("trace", order.ORDER, language="zh")
    assert "[TL434]" not in traced.say("trace", "JD7001")
    assert "TL434" in traced.say("trace", "JD7001")


def test_the_next_step_is_another_than_the_one_just_done(traced: Tongue, tmp_path: Path) -> None:
    drawn = traced.say("trace", "JD7001", "--out", tmp_path / "way.svg")
    told = traced.say("trace", "JD7001")

    assert f"tanlu why {order.ORDER} --ledger {traced.ledger}" in drawn
    assert "--out way.svg" not in drawn
    assert "--out way.svg" in told


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
    # a digit, and no number
    assert traced.ask("trace", "JD7001", "--as-of", "²", expect=1)["error"]["code"] == "TL610"


def test_a_file_that_cannot_be_written_is_told(traced: Tongue, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    error = traced.ask("trace", "JD7001", "--out", tmp_path / "file" / "x.svg", expect=1)

    assert error["error"]["code"] == "TL614"


def test_books_of_a_file_can_be_traced(books: Tongue) -> None:
    found = books.ask("trace", "W1")

    assert found["subject"] == "waybill:W1"
    assert found["legs"][0]["proof"]["source_line"] == 2
    assert found["total"] is not None


def test_a_key_of_gs1_is_found_in_any_spelling(empty: Tongue, tmp_path: Path) -> None:
    open_workspace(empty.ledger, create=True)
    (tmp_path / "events.json").write_text(EVENTS, encoding="utf-8")
    empty.ask("epcis", "capture", tmp_path / "events.json")
    uri, link = "urn:epc:id:sgtin:4012345.022222.7", "https://id.gs1.org/01/04012345222227/21/7"
    told = [empty.ask("trace", name) for name in (uri, link, "sgtin:04012345222227.7")]

    assert {each["subject"] for each in told} == {"sgtin:04012345222227.7"}
    assert [(each["thing"], each["relation"]) for each in told[0]["things"]] == [
        ("sgtin:04012345222227.7", "self"),
        ("sscc:040123451111111110", "carrier"),
        ("sgtin:04012345111118.1", "input"),
    ]
    # the box was emptied by a delete that names no child
    assert told[0]["boxes"][0]["until"] == "2026-01-04T08:00:00+00:00"
