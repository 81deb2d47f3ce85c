"""Conditions as filters of columns: never fewer events than hold them, and few others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.store import Workspace
from tanlu.track.events.queries import read_query
from tanlu.track.events.queries.narrowing import narrowed
from tests.track.events import made
from tests.track.events.queries.test_reading import SGTIN, ledger


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A ledger of two events, one of them with a field of somebody's own."""
    events = [made.event(eventID="urn:e:0", **{"ex:a": 1}), made.event(eventID="urn:e:1")]
    return ledger(tmp_path / "l", made.document(events))


def test_things_name_the_events_that_alone_may_hold(workspace: Workspace) -> None:
    def ids(**asked: object) -> frozenset[str] | None:
        return narrowed(workspace, read_query(asked), workspace.version).ids

    assert ids(MATCH_epc=SGTIN) == {"urn:e:0", "urn:e:1"}
    assert ids(MATCH_epc=SGTIN, EQ_eventID="urn:e:1") == {"urn:e:1"}
    assert ids(MATCH_parentID=SGTIN) == frozenset()
    assert ids(EQ_bizStep="shipping") is None


def test_a_field_is_looked_for_in_all_ways_in_which_it_may_be_spelt(workspace: Workspace) -> None:
    found = narrowed(workspace, read_query({"EXISTS_https://ns.example.com/epcis/a": True}), 1)

    assert found.texts == (('"https://ns.example.com/epcis/a"', '"@context"', '"ex:a"'),)
    assert (len(found.filters), len(found.checks)) == (0, 1)


def test_what_the_columns_tell_needs_no_look_into_the_events(workspace: Workspace) -> None:
    asked = {"EQ_bizStep": "shipping", "GE_eventTime": "2026-01-01T00:00:00Z", "EQ_action": "ADD"}
    found = narrowed(workspace, read_query(asked), 1)

    assert (len(found.filters), found.checks, found.texts) == (3, (), ())
