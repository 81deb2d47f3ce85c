"""Events asked for by what is in them, and given back as they were sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.errors import TanluError
from tanlu.store import Workspace, open_workspace
from tanlu.track.events import capture, documents, named_again, query, settle, subject_of
from tests.track.events import made
from tests.track.events.test_keeping import WRONG, keep

PALLET = "urn:epc:id:sscc:4012345.3111111111"
TYPES = ("aggregation", "association", "object", "transaction", "transformation")
SITE = "urn:epc:id:sgln:4012345.00005.0"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = open_workspace(tmp_path / "ledger", create=True)
    keep(
        found,
        made.event(eventID="urn:a:1", bizStep="shipping", readPoint={"id": SITE}),
        {
            "type": "AggregationEvent", "eventTime": "2026-03-02T00:00:00Z", "action": "ADD",
            "eventTimeZoneOffset": "+00:00", "parentID": PALLET, "eventID": "urn:a:2",
            "childEPCs": ["urn:epc:id:sgtin:4012345.011111.9876", "waybill:JD1"],
            "bizStep": "packing",
            "bizLocation": {"id": "urn:epc:id:sgln:4012345.00006.A"},
        },
        made.event(eventID="urn:a:3", eventTime="2026-03-03T00:00:00Z", action="ADD"),
    )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"epc": "urn:epc:id:sgtin:4012345.011111.9876"}, [1, 2, 3]),
        ({"epc": "https://id.gs1.org/01/04012345111118/21/9876", "type": "aggregation"}, [2]),
        ({"epc": "(00)340123451111111111"}, [2]),
        ({"epc": ["waybill:JD1", "urn:none"]}, [2]),
        ({"parent": "sscc:340123451111111111"}, [2]),
        ({"step": "https://ref.gs1.org/cbv/BizStep-shipping"}, [1]),
        ({"place": "https://id.gs1.org/414/4012345000054"}, [1]),
        ({"place": "sgln:4012345000061.A"}, [2]),
        ({"type": "ObjectEvent", "action": "ADD"}, [3]),
        ({"event_id": ["urn:a:3", "urn:a:1"]}, [1, 3]),
        ({"since": "2026-03-02"}, [2, 3]),
        ({"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}, [1]),
        ({"until": 1_772_323_200_000_000}, []),
        ({"epc": "urn:none"}, []),
    ],
)
def test_events_are_found_by_what_is_asked(
    workspace: Workspace, asked: dict[str, Any], expected: list[int]
) -> None:
    found = query(workspace, **asked)

    assert found["event_id"].to_list() == [f"urn:a:{number}" for number in expected]


def test_an_event_declared_wrong_is_found_by_itself_and_not_by_its_things(
    workspace: Workspace,
) -> None:
    keep(workspace, made.event(eventID="urn:a:1", bizStep="shipping", readPoint={"id": SITE},
                               errorDeclaration=WRONG))  # fmt: skip

    assert query(workspace, event_id="urn:a:1")["corrects"].to_list() == [None, "urn:a:1"]
    assert query(workspace, epc="sgtin:04012345111118.9876")["event_id"].to_list() == [
        "urn:a:2", "urn:a:3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"since": "yesterday"}, "it is no date and time with an offset"),
        ({"type": "Sale"}, f"the types are {', '.join(TYPES)}"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_why(
    workspace: Workspace, asked: dict[str, Any], why: str
) -> None:
    with pytest.raises(TanluError) as caught:
        query(workspace, **asked)

    assert (caught.value.code, caught.value.fields["why"]) == ("TL425", why)


def test_every_example_of_the_standard_comes_back_as_it_was_sent(
    shared: Path, tmp_path: Path
) -> None:
    for number, (name, data) in enumerate(made.examples(shared).items()):
        workspace = open_workspace(tmp_path / str(number), create=True)
        new = settle(workspace, capture(data, recorded_us=5))
        workspace.commit({"epcis": new.epcis, "event": new.events}, personal=new.personal)
        given = documents(named_again(workspace, query(workspace)))
        sent = json.loads(data)
        order = sorted(made.events_of(sent), key=lambda event: json.dumps(event, sort_keys=True))
        back = sorted(made.events_of(given), key=lambda event: json.dumps(event, sort_keys=True))

        assert (name, back) == (name, order)
        assert given["@context"] == sent["@context"]
        assert made.official(shared).is_valid(given)
        again = capture(made.packed(given), recorded_us=6)
        assert settle(workspace, again).rows_known == len(order)


def test_events_of_two_contexts_carry_their_own(shared: Path, workspace: Workspace) -> None:
    other = made.document([made.event(eventID="urn:a:4", **{"ex:one": 1})])
    other["@context"] = [made.CONTEXT, {"ex": "https://other.example/"}]
    new = settle(workspace, capture(made.packed(other), recorded_us=5))
    workspace.commit({"epcis": new.epcis, "event": new.events})
    given = documents(query(workspace))

    assert made.official(shared).is_valid(given)
    assert [event["@context"][1]["ex"] for event in made.events_of(given)] == [
        "https://ns.example.com/epcis/", "https://other.example/",
        "https://ns.example.com/epcis/", "https://ns.example.com/epcis/",
    ]  # fmt: skip
    assert settle(workspace, capture(made.packed(given), recorded_us=6)).rows_known == 4


def test_no_events_are_a_document_without_events(workspace: Workspace, shared: Path) -> None:
    given = documents(query(workspace, epc="urn:none"))

    assert made.events_of(given) == []
    assert made.official(shared).is_valid(given)


@pytest.mark.parametrize(
    "text",
    ["urn:epc:id:sscc:4012345.3111111111", "(00)340123451111111111", "sscc:340123451111111111"],
)
def test_a_thing_is_named_in_any_spelling(text: str) -> None:
    assert subject_of(text) == "sscc:340123451111111111"


@pytest.mark.parametrize(
    "asked",
    [
        {"action": "watch"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"epc": "(01)04012345111119(21)9"},
        {"place": "]C100"},
        {"until": "2026-02-30"},
    ],
)
def test_what_nothing_can_fit_is_not_answered_with_nothing(
    asked: dict[str, str], workspace: Workspace
) -> None:
    with pytest.raises(TanluError) as error:
        query(workspace, **asked)  # type: ignore[arg-type]

    assert error.value.code == "TL425"
