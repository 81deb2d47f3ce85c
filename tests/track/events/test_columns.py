"""Rows of events and of things stand beside each other by number."""

from __future__ import annotations

from tanlu.track.events.columns import columned, whole
from tanlu.track.events.gathering import Gathered
from tanlu.track.events.opening import Origin
from tests.track.events import made


def test_a_thing_has_the_number_of_its_event() -> None:
    gathered = Gathered()
    pallet = made.event(epcList=["urn:x:1", "urn:x:2"], action="ADD")
    for line, event in enumerate((made.event(), pallet), 7):
        gathered.take(line, made.packed(event), Origin())
    part = columned(gathered, [None, "[]"], 5)

    assert part.things["number"].to_list() == [0, 1, 1]
    rows = whole(part.epcis, part.things)
    assert rows["event_id"].str.split("#").list.last().to_list() == ["1", "1", "2"]
    assert part.epcis.select("line", "context", "recorded").rows() == [(7, None, 5), (8, "[]", 5)]


def test_nothing_gathered_is_no_rows() -> None:
    part = columned(Gathered(), [], 5)

    assert (part.epcis.height, part.things.height, part.odd) == (0, 0, {})
