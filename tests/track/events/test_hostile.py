"""Documents that mean ill or are broken: each row is taken, known or put aside, with a word why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tanlu.store import open_workspace
from tanlu.track.events import Captured, capture, check, settle
from tests.track.events import made

NOW = 1_893_456_000_000_000  # 2030
BODY = b'"epcisBody"'


def _taken(data: bytes) -> Captured:
    found = capture(data, recorded_us=NOW)
    assert found.rows_in == found.epcis.height + found.known + found.rejected.height
    return found


def _codes(found: Captured) -> list[str]:
    return check(found)["code"].to_list()


def _document(*events: Any, **more: Any) -> bytes:
    return made.packed(made.document(list(events), **more))


WHOLE = _document(made.event())


@pytest.mark.parametrize(
    "data",
    [
        WHOLE.replace(BODY, b'"epcisBody": {"eventList": [{"a": 1}]}, "epcisBody"'),
        WHOLE.replace(b'"eventList"', b'"eventList": [{"a": 1}, {"b": 2}], "eventList"'),
        WHOLE[:-1] + b', "epcisBody": {"eventList": []}}',
        WHOLE[:-1] + b', "\\u0065pcisBody": {"eventList": []}}',
        WHOLE.replace(b'"type": "EPCISDocument"', b'"type": "x", "type": "EPCISDocument"'),
    ],
)
def test_events_behind_a_field_that_stands_twice_are_not_lost_in_silence(data: bytes) -> None:
    found = _taken(data)

    assert found.rejected.select("code", "hint").rows() == [("TL421", "the field stands twice")]
    assert found.epcis.is_empty()


@pytest.mark.parametrize(
    ("field", "twice"),
    [
        ("action", b'"action": "ADD", "action"'),
        ("epcList", b'"epcList": ["urn:x:9"], "epcList"'),
        ("ab:b", b'"ex:a": {"ab:b": 1, "ab:b": 2}, "action"'),
        ("eventTime", b'"eventTime": 1, "\\u0065ventTime": "2020-01-01T00:00:00Z", "eventTime"'),
    ],
)
def test_a_field_that_an_event_has_twice_is_told(field: str, twice: bytes) -> None:
    name = twice.rpartition(b", ")[2]
    found = _taken(WHOLE.replace(name, twice))

    assert found.findings.select("code", "column", "source_line").rows() == [("TL441", field, 1)]
    assert found.findings["subject"].to_list() == found.epcis["event_id"].to_list()


def test_escapes_are_no_field_twice() -> None:
    found = _taken(WHOLE.replace(b'"action"', b'"ex:a": "\\u0022\\"", "action"'))

    assert (found.epcis.height, found.findings.height) == (1, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"", b" \n", b"null", b"3", b'"x"', b"{}", b"\xff", WHOLE[:-1], WHOLE + b"}",
        WHOLE.decode().encode("utf-16"), b"[" * 100_000, b'{"a":' * 100_000,
        _document("X").replace(b'"X"', b"[" * 5000 + b"]" * 5000),
        WHOLE.replace(b'"OBSERVE"', b"NaN"),
        WHOLE.replace(b'"OBSERVE"', b'"OBSERVE", "a:b": 1e999'),
        WHOLE.replace(b'"OBSERVE"', b'"OBSERVE", "a:b": ' + b"9" * 5000),
        WHOLE.replace(b'"OBSERVE"', b'"OBSERVE", "a:b": "\\ud800"'),
        b'<?xml version="1.0"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2"/>',
        _document(made.event(quantityList=[{"epcClass": "a:b", "quantity": -5, "uom": "KGM"}])),
        _document(made.event(quantityList=[{"epcClass": "a:b", "quantity": 1e308, "uom": "KGM"}])),
        _document(made.event(eventTime="9999-12-31T23:59:59.9999Z")),
        _document(made.event(eventTime="0001-01-01T00:00:00+14:00")),
        _document(made.event(epcList=["urn:epc:id:sscc:١٢٣٤٥٦٧.3111111111"])),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_row_put_aside(data: bytes) -> None:
    found = _taken(data)

    assert (found.rows_in, found.rejected.height) == (1, 1)
    assert found.rejected["code"][0] in ("TL420", "TL421", "TL422", "TL423")


def test_lines_that_cannot_be_read_stand_between_others() -> None:
    line = made.packed({"@context": made.CONTEXT, **made.event()})
    found = _taken(b"\n".join((line, b"{bad", b"", b"[]", line, b"\xff")))

    assert (found.rows_in, found.epcis.height, found.known) == (5, 1, 1)
    assert found.rejected["source_line"].to_list() == [2, 3, 5]


def test_events_in_the_future_are_told(tmp_path: Path) -> None:
    data = _document(
        made.event(eventTime="2030-01-01T01:00:00Z"), made.event(eventTime="2030-01-01T01:00:01Z"),
        made.event(eventTime="2199-01-01T00:00:00Z"),
    )  # fmt: skip
    found = _taken(data)
    new = settle(open_workspace(tmp_path / "ledger", create=True), found)

    assert _codes(found) == new.findings["code"].to_list() == ["TL429"]
    assert new.findings.select("count", "value").row(0) == (2, "2 × ≤ 2199-01-01T00:00:00.000Z")


def test_a_thing_that_is_put_into_itself_is_told() -> None:
    box = {
        "type": "AggregationEvent", "eventTime": "2026-03-01T00:00:00Z", "action": "ADD",
        "eventTimeZoneOffset": "+00:00", "parentID": "urn:epc:id:sscc:4012345.3111111111",
        "childEPCs": ["urn:x:1", "https://id.gs1.org/00/340123451111111111"],
    }  # fmt: skip
    found = _taken(_document(box))

    assert found.findings.select("code", "subject").rows() == [
        ("TL431", "sscc:340123451111111111")
    ]  # fmt: skip


def test_a_corrective_event_that_is_not_there_is_told(tmp_path: Path) -> None:
    declared = {
        "declarationTime": "2026-03-02T00:00:00Z",
        "correctiveEventIDs": ["urn:a:1", "urn:a:2", "urn:a:3"],
    }
    data = _document(
        made.event(eventID="urn:a:1"), made.event(eventID="urn:a:1", errorDeclaration=declared),
        made.event(eventID="urn:a:2", action="ADD"),
    )  # fmt: skip
    new = settle(open_workspace(tmp_path / "ledger", create=True), _taken(data))

    # the wrong event cannot take its own place
    assert new.findings.select("code", "subject").rows() == [
        ("TL440", "urn:a:1"), ("TL440", "urn:a:3"),
    ]  # fmt: skip
