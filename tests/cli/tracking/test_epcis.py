"""tanlu epcis: captured once, asked for, hashed and looked at, in either tongue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu.track.events import event_hash
from tests.cli.books import Tongue
from tests.track.events import made

EXAMPLE = Path(__file__).parents[3] / "examples/trace/day.jsonld"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A document with two events that hold and one that does not."""
    path = tmp_path / "events.jsonld"
    odd = "https://id.gs1.org/01/04012345111119/21/9876"
    path.write_bytes(made.packed(made.document(
        [made.event(eventID="urn:a:1"), made.event(action="ADD", epcList=[odd]),
         made.event(action="WATCH")]
    )))  # fmt: skip
    return path


def test_a_file_is_captured_once_and_every_row_is_told(empty: Tongue, file: Path) -> None:
    first = empty.ask("epcis", "capture", file)
    second = empty.ask("epcis", "capture", file)

    rows = ("rows_in", "rows_new", "rows_known", "rows_quarantined")
    assert [[told[name] for name in rows] for told in (first, second)] == [
        [3, 2, 0, 1], [3, 0, 2, 1],
    ]  # fmt: skip
    assert (first["quarantined"], first["findings"]) == ({"TL422": 1}, {"TL426": 1})
    assert first["things"] == 2


def test_people_are_told_where_to_see_what_was_refused(empty: Tongue, file: Path) -> None:
    said = empty.say("epcis", "capture", file)

    assert f"tanlu epcis check {file}" in said
    assert f"tanlu trace KEY --ledger {empty.ledger}" in said


def test_the_example_of_the_manual_is_taken_whole(empty: Tongue) -> None:
    told = empty.ask("epcis", "capture", EXAMPLE)

    assert (told["rows_new"], told["rows_quarantined"], told["findings"]) == (3, 0, {})
    key = "(00)340123451111111111"
    assert empty.ask("epcis", "events", "--epc", key)["events"] == 3


def test_a_declared_error_takes_the_things_back(empty: Tongue, file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jsonld"
    declared = {"declarationTime": "2026-03-02T00:00:00Z"}
    wrong.write_bytes(
        made.packed(made.document([made.event(eventID="urn:a:1", errorDeclaration=declared)]))
    )
    told = empty.ask("epcis", "capture", file, wrong)

    assert told["rows_retracted"] == 1
    assert empty.ask("epcis", "events", "--epc", "sgtin:04012345111118.9876")["events"] == 0
    assert "✗" in empty.say("epcis", "events", "--id", "urn:a:1")


def test_events_are_shown_and_written_as_a_document(
    empty: Tongue, file: Path, tmp_path: Path
) -> None:
    empty.ask("epcis", "capture", file)
    out = tmp_path / "out.jsonld"
    asked = empty.ask("epcis", "events", "--step", "shipping")
    found = empty.ask("epcis", "events", "--epc", "(01)04012345111118(21)9876")
    empty.ask("epcis", "events", "--out", out)

    assert asked["events"] == 0
    assert made.events_of(found["document"]) == [made.event(eventID="urn:a:1")]
    assert found["rows"][0]["event_id"] == "urn:a:1"
    assert len(made.events_of(json.loads(out.read_text(encoding="utf-8")))) == 2
    assert "object observe" in empty.say("epcis", "events")


def test_hashes_are_those_of_the_events(empty: Tongue, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(made.packed(made.document([made.event()])))
    (row,) = empty.ask("epcis", "hash", path)["hashes"]

    assert row["hash"] == event_hash([made.event()])[0]
    assert "eventType=ObjectEvent" in empty.say("epcis", "hash", path, "--text")


def test_looking_finds_what_does_not_hold_in_either_tongue(empty: Tongue, file: Path) -> None:
    told = empty.ask("epcis", "check", file, expect=3)

    assert [row["code"] for row in told["findings"]] == ["TL422", "TL426"]
    assert "check digit" in empty.say("epcis", "check", file, expect=3)
    said = empty.say("--language", "zh", "epcis", "check", file, expect=3)
    assert "event.action" in said
    assert "校验位" in said


def test_what_cannot_be_asked_or_read_has_a_code(empty: Tongue, file: Path) -> None:
    empty.ask("epcis", "capture", file)

    asked = empty.ask("epcis", "events", "--since", "yesterday", expect=2)
    assert asked["error"]["code"] == "TL425"
    assert empty.ask("epcis", "capture", "none.json", expect=1)["error"]["code"] == "TL004"
    bad = file.with_name("bad.json")
    bad.write_text("<xml/>", encoding="utf-8")
    assert empty.ask("epcis", "capture", bad)["quarantined"] == {"TL420": 1}
    assert empty.ask("epcis", "hash", bad, expect=1)["error"]["code"] == "TL420"


def test_a_person_is_asked_for_shown_traced_and_erased(empty: Tongue, tmp_path: Path) -> None:
    nurse, driver = "urn:epc:id:gsrnp:4012345.0000000007", "urn:staff:7"
    file = tmp_path / "day.jsonld"
    file.write_bytes(made.packed(made.document([made.event(epcList=[nurse, driver])])))
    empty.ask("epcis", "capture", file, "--personal", "urn:staff:")

    hidden = empty.ask("epcis", "events", "--epc", nurse)
    shown = empty.ask("epcis", "events", "--epc", driver, "--persons")
    assert (hidden["events"], shown["events"]) == (1, 1)
    assert nurse not in str(hidden)
    assert shown["document"]["epcisBody"]["eventList"][0]["epcList"] == [nurse, driver]
    assert empty.ask("trace", nurse)["subject"].startswith("p:")

    for person in (nurse, driver):
        empty.ask("erase", person, "--reason", "asked")
    assert nurse not in str(empty.ask("epcis", "events", "--persons"))
    assert empty.ask("epcis", "events", "--epc", nurse)["events"] == 0
