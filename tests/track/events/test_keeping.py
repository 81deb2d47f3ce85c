"""What is new of a capture beside a ledger: once, and taken back when declared wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tanlu.store import Workspace, open_workspace
from tanlu.track.events import Settled, capture, settle
from tests.track.events import made

NOW = 1_893_456_000_000_000  # 2030

WRONG = {"declarationTime": "2026-03-02T00:00:00Z", "reason": "did_not_occur"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "ledger", create=True)


def keep(workspace: Workspace, *events: dict[str, Any]) -> Settled:
    """Capture events into a ledger as the command does."""
    data = made.packed(made.document(list(events)))
    new = settle(workspace, capture(data, recorded_us=NOW))
    if new.wrong.len():
        workspace.retract("event", new.wrong, reason="errorDeclaration")
    workspace.commit({"epcis": new.epcis, "event": new.events, "quarantine": new.quarantine})
    return new


def _rows(new: Settled) -> tuple[int, int, int, int]:
    return new.rows_in, new.rows_new, new.rows_known, new.rows_quarantined


def test_captured_twice_is_known_and_not_doubled(workspace: Workspace) -> None:
    first = keep(workspace, made.event(), made.event(action="ADD"))
    second = keep(
        workspace, made.event(recordTime="2026-03-03T00:00:00Z"), made.event(action="ADD")
    )

    assert (_rows(first), _rows(second)) == ((2, 2, 0, 0), (2, 0, 2, 0))
    assert workspace.scan("epcis").collect().height == 2
    assert workspace.scan("event").collect().height == 2


def test_one_identity_for_two_events_is_refused_once(workspace: Workspace) -> None:
    keep(workspace, made.event(eventID="urn:a:1"))
    found = [keep(workspace, made.event(eventID="urn:a:1", action="ADD")) for _ in range(2)]

    assert [_rows(one) for one in found] == [(1, 0, 0, 1)] * 2
    assert workspace.scan("quarantine").collect()["code"].to_list() == ["TL424"]


def test_an_event_declared_wrong_loses_its_things_and_keeps_its_documents(
    workspace: Workspace,
) -> None:
    keep(workspace, made.event(eventID="urn:a:1"), made.event(eventID="urn:a:2", action="ADD"))
    before = workspace.version
    new = keep(workspace, made.event(eventID="urn:a:1", errorDeclaration=WRONG))

    assert new.wrong.to_list() == ["urn:a:1#1"]
    assert workspace.scan("event").collect()["event"].to_list() == ["urn:a:2"]
    assert workspace.scan("event", as_of=before).collect().height == 2
    assert workspace.scan("epcis").collect()["event_id"].to_list() == [
        "urn:a:1", "urn:a:2", "urn:a:1",
    ]  # fmt: skip
    again = keep(workspace, made.event(eventID="urn:a:1", errorDeclaration=WRONG))
    assert _rows(again) == (1, 0, 1, 0)
    assert again.wrong.len() == 0


def test_a_declaration_that_comes_first_holds_for_the_event_that_comes_later(
    workspace: Workspace,
) -> None:
    first = keep(workspace, made.event(errorDeclaration=WRONG))
    second = keep(workspace, made.event())

    assert first.findings["code"].to_list() == ["TL427"]
    assert (second.rows_new, second.events.height) == (1, 0)
    assert workspace.scan("event").collect().height == 0


def test_a_corrective_event_takes_the_place_of_the_wrong_one(workspace: Workspace) -> None:
    keep(workspace, made.event(eventID="urn:a:1"))
    wrong = {**WRONG, "correctiveEventIDs": ["urn:a:2"]}
    keep(
        workspace,
        made.event(eventID="urn:a:1", errorDeclaration=wrong),
        made.event(eventID="urn:a:2", epcList=["urn:epc:id:sscc:4012345.3111111111"]),
    )

    assert workspace.scan("event").collect()["subject"].to_list() == ["sscc:340123451111111111"]


def test_a_refused_event_is_quarantined_once(workspace: Workspace) -> None:
    for _ in range(2):
        keep(workspace, made.event(action="WATCH"))

    assert workspace.scan("quarantine").collect()["code"].to_list() == ["TL422"]


def test_what_was_found_once_is_not_found_again(workspace: Workspace) -> None:
    odd = made.event(epcList=["https://id.gs1.org/01/04012345111119/21/9"])
    data = made.packed(made.document([odd]))
    first, second = [], []
    for found in (first, second):
        new = settle(workspace, capture(data, recorded_us=NOW))
        workspace.commit({"epcis": new.epcis, "finding": new.findings})
        found += new.findings["code"].to_list()

    assert (first, second) == (["TL426"], [])


# ── circles over several events ──


def _packed(child: str, parent: str, day: int, action: str = "ADD") -> dict[str, Any]:
    return {
        "type": "AggregationEvent", "eventTime": f"2026-03-{day:02d}T00:00:00Z", "action": action,
        "eventTimeZoneOffset": "+00:00", "parentID": f"box:{parent}",
        "childEPCs": [f"box:{child}"] if child else [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("captures", "closed"),
    [
        ([[("a", "b", 1), ("b", "a", 2)]], ["box:b < box:a < box:b"]),
        ([[("a", "b", 1)], [("b", "c", 2)], [("c", "a", 3)]], ["box:c < box:a < box:b < box:c"]),
        # told late, of a time before
        ([[("b", "a", 3)], [("a", "b", 1)]], ["box:b < box:a < box:b"]),
        ([[("a", "b", 1)], [("a", "b", 2, "DELETE")], [("b", "a", 3)]], []),
        ([[("a", "b", 1)], [("", "b", 2, "DELETE")], [("b", "a", 3)]], []),
        ([[("a", "b", 1), ("c", "b", 1)], [("a", "d", 2)], [("b", "a", 3)]], []),
        ([[("a", "b", 1)], [("b", "a", 3)], [("a", "b", 2, "DELETE")]], []),
    ],
)
def test_things_that_several_captures_put_into_each_other_are_told(
    workspace: Workspace, captures: list[list[Any]], closed: list[str]
) -> None:
    found: list[str] = []
    for told in captures:
        new = keep(workspace, *(_packed(*one) for one in told))
        found += new.findings.filter(code="TL431")["value"].to_list()

    if captures[-1][-1][-1] != "DELETE":
        assert found == closed
    else:
        # nobody knew yet that it had been taken out
        assert found == ["box:b < box:a < box:b"]


def test_a_box_in_a_box_in_a_box_is_no_circle(workspace: Workspace) -> None:
    many = [_packed(str(number), str(number + 1), 1 + number % 3) for number in range(40)]

    assert keep(workspace, *many).findings.is_empty()
