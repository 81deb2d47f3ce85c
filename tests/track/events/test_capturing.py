"""A document into columns: nothing lost, nothing doubled, every row accounted for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.track.events import capture, event_hash
from tanlu.track.events.capturing import hashes
from tests.track.events import made
from tests.track.events.test_rules import DOCUMENTS


def _taken(*events: dict[str, Any]) -> Any:
    return capture(made.packed(made.document(list(events))), recorded_us=5)


def test_every_example_of_the_standard_is_kept_whole(shared: Path) -> None:
    for name, data in made.examples(shared).items():
        found = capture(data, recorded_us=5)
        kept = [json.loads(document) for document in found.epcis["document"]]

        assert (name, kept) == (name, made.events_of(json.loads(data)))


@given(st.lists(made.rich(), max_size=3))
def test_columns_have_their_schemas_and_rows_add_up(events: list[dict[str, Any]]) -> None:
    found = _taken(*events)

    for name, rows in (
        ("epcis", found.epcis), ("event", found.events), ("quarantine", found.rejected),
        ("finding", found.findings),
    ):  # fmt: skip
        schema(name).check(schema(name).fit(rows))
    assert found.rows_in == len(events)
    assert found.epcis.height + found.known + found.rejected.height == found.rows_in
    assert found.events["event_id"].is_unique().all()
    assert set(found.events["event"]) <= set(found.epcis["event_id"])


def test_a_thing_has_a_row_for_each_role() -> None:
    found = _taken(
        {
            "type": "AggregationEvent", "eventTime": "2026-03-01T08:00:00+08:00",
            "eventTimeZoneOffset": "+08:00", "action": "ADD", "bizStep": "loading",
            "parentID": "urn:epc:id:grai:4012345.00022.7", "childEPCs": ["waybill:JD1"],
            "childQuantityList": [{"epcClass": "urn:x:9", "quantity": 2.5, "uom": "KGM"}],
            "readPoint": {"id": "urn:epc:id:sgln:4012345.00005.0"},
        }
    ).events  # fmt: skip

    assert found.select("role", "subject", "parent", "count", "mass_mg").rows() == [
        ("parent", "grai:04012345000221.7", None, None, None),
        ("child", "waybill:JD1", "grai:04012345000221.7", 1, None),
        ("child", "urn:x:9", "grai:04012345000221.7", None, 2_500_000),
    ]
    row = found.row(0, named=True)
    assert (row["at"], row["zone"], row["type"], row["action"], row["step"]) == (
        1_772_323_200_000_000, "Etc/GMT-8", "aggregation", "add", "loading",
    )  # fmt: skip
    assert (row["place"], row["recorded"]) == ("gln:4012345000054", 5)


def test_outputs_and_inputs_of_a_transformation_are_told_apart() -> None:
    found = _taken(
        {
            "type": "TransformationEvent", "eventTime": "2026-03-01T00:00:00Z",
            "eventTimeZoneOffset": "+00:00", "inputEPCList": ["urn:x:1"],
            "outputQuantityList": [{"epcClass": "urn:x:2", "quantity": 3}],
            "outputEPCList": ["urn:x:3"],
        }
    )  # fmt: skip

    assert found.events.select("role", "subject", "count").rows() == [
        ("input", "urn:x:1", 1), ("output", "urn:x:3", 1), ("output", "urn:x:2", 3),
    ]  # fmt: skip
    assert found.epcis["action"].to_list() == [None]


@pytest.mark.parametrize(
    ("offset", "zone"),
    [
        ("+08:00", "Etc/GMT-8"), ("-05:00", "Etc/GMT+5"), ("+00:00", "UTC"), ("-00:00", "UTC"),
        ("+05:30", "Asia/Kolkata"), ("+01:17", "UTC"), ("-13:00", "UTC"), ("+14:00", "Etc/GMT-14"),
    ],
)  # fmt: skip
def test_an_offset_is_a_zone(offset: str, zone: str) -> None:
    from zoneinfo import ZoneInfo

    found = _taken(made.event(eventTimeZoneOffset=offset)).events["zone"][0]

    assert found == zone
    assert ZoneInfo(zone).key == zone


def test_an_event_without_identity_is_named_by_its_hash_and_one_with_keeps_it() -> None:
    found = _taken(made.event(), made.event(eventID="urn:uuid:1", action="ADD"))

    assert found.epcis["event_id"].to_list() == [event_hash([made.event()])[0], "urn:uuid:1"]


def test_an_event_told_twice_is_known() -> None:
    link = "https://id.gs1.org/01/04012345111118/21/9876"
    found = _taken(made.event(), made.event(epcList=[link]), made.event(eventID="urn:a:1"),
                   made.event(eventID="urn:a:1", recordTime="2026-03-02T00:00:00Z"))  # fmt: skip

    assert (found.epcis.height, found.known, found.rejected.height) == (2, 2, 0)
    assert found.events.height == 2


def test_one_identity_for_two_events_refuses_the_second() -> None:
    found = _taken(made.event(eventID="urn:a:1"), made.event(eventID="urn:a:1", action="ADD"))

    assert (found.epcis["action"].to_list(), found.known) == (["observe"], 0)
    assert found.rejected.select("code", "value").rows() == [("TL424", "urn:a:1")]
    assert json.loads(found.rejected["raw"][0])["action"] == "ADD"


def test_an_event_declared_wrong_has_no_things() -> None:
    wrong = {"declarationTime": "2026-03-02T00:00:00Z", "reason": "did_not_occur"}
    found = _taken(
        made.event(eventID="urn:a:1"),
        made.event(eventID="urn:a:1", errorDeclaration=wrong),
        made.event(eventID="urn:a:2", action="ADD"),
    )

    assert found.epcis["corrects"].to_list() == [None, "urn:a:1", None]
    assert found.events["event"].to_list() == ["urn:a:2"]


def test_what_is_refused_lies_as_it_came_with_its_line() -> None:
    bad = made.event(action="WATCH\x07")
    found = _taken(made.event(), bad)
    row = found.rejected.row(0, named=True)

    assert (row["code"], row["column"], row["value"]) == ("TL422", "event.action", "WATCH ")
    assert (row["source_line"], json.loads(row["raw"])) == (2, bad)
    assert found.epcis.height == 1


def test_a_key_that_does_not_hold_is_a_finding_and_its_own_subject() -> None:
    link = "https://id.gs1.org/01/04012345111119/21/9876"
    found = _taken(made.event(epcList=[link]))

    assert found.events["subject"].to_list() == [link]
    assert found.findings.select("code", "value", "hint").rows() == [
        ("TL426", link, "the check digit of 04012345111119 should be 8")
    ]
    assert _taken(made.event()).findings.height == 0


def test_hashes_of_a_document_come_with_their_text() -> None:
    ((name, text),) = hashes(made.packed(made.document([made.event()])))

    assert name == event_hash([made.event()])[0]
    assert text.startswith("eventType=ObjectEventeventTime=2026-03-01T00:00:00.000Z")


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "TL420"), (made.packed(made.document([{}])), "TL422"),
     (made.packed({**made.document([]), "x": 1}), "TL421")],
)  # fmt: skip
def test_hashes_of_what_does_not_hold_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(TanluError) as caught:
        hashes(data)

    assert caught.value.code == code


def test_a_text_is_taken_as_its_bytes_are() -> None:
    data = made.packed(made.document([made.event()]))

    assert capture(data.decode(), recorded_us=5).epcis.equals(capture(data, recorded_us=5).epcis)
    assert capture("\ud800", recorded_us=5).rejected["code"].to_list() == ["TL420"]


BROKEN = st.one_of(
    st.binary(max_size=200),
    made.mutated(DOCUMENTS).map(made.packed),
    st.tuples(DOCUMENTS.map(made.packed), st.integers(0, 4000), st.binary(max_size=4)).map(
        lambda one: one[0][: one[1]] + one[2] + one[0][one[1] + len(one[2]) :]
    ),
)


def _holds_together(data: bytes) -> None:
    found = capture(data, recorded_us=5)
    assert found.epcis.height + found.known + found.rejected.height == found.rows_in
    # a ledger keeps no control characters
    for rows in (found.rejected, found.epcis, found.events):
        odd = rows.select(pl.col(pl.String).str.contains(r"[\x00-\x1f\x7f]").any().fill_null(False))
        assert not any(odd.row(0)) if rows.height else True


@settings(suppress_health_check=list(HealthCheck))
@given(BROKEN)
def test_bad_input_is_refused_and_never_raises(data: bytes) -> None:
    _holds_together(data)


@pytest.mark.slow
@settings(
    suppress_health_check=list(HealthCheck), max_examples=10_000, deadline=None,
    phases=[Phase.generate],
)  # fmt: skip
@given(BROKEN)
def test_ten_thousand_bad_inputs_never_raise(data: bytes) -> None:
    _holds_together(data)
