"""Tags that are seen become events, the same sight once."""

from __future__ import annotations

from tanlu.monitor.points import tag_events
from tanlu.terms import schema


def test_each_sight_is_one_event_however_often_it_is_told():
    seen = [("3034", 1, 5), ("3034", 1, 5), ("3034", 2, 5), ("3034", 1, 6)]

    found = tag_events("dock-1", seen, zone="Asia/Shanghai")

    schema("event").check(found)
    assert found["subject"].to_list() == ["epc:3034"] * 3
    assert found["place"].to_list() == ["dock-1/1", "dock-1/2", "dock-1/1"]
    assert found["event_id"].n_unique() == 3
    again = tag_events("dock-1", seen, zone="Asia/Shanghai")
    assert again.equals(found)


def test_no_sight_is_no_event():
    assert tag_events("dock-1", [], zone="Asia/Shanghai").height == 0
