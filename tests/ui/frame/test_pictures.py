from __future__ import annotations

from tanlu.terms import Chart
from tanlu.ui.frame import pictures as room


def test_there_is_one_drawer_for_a_process() -> None:
    assert room.pictures() is room.pictures()
    assert room.pictures().svg(Chart("bar", "t", "t", ("a",), (("x", (1.0,)),))).startswith("<svg")


def test_without_bundle_or_engine_there_is_none(monkeypatch) -> None:
    monkeypatch.setattr(room, "find_spec", lambda _name: None)
    assert room.pictures.__wrapped__() is None
    monkeypatch.undo()
    monkeypatch.setattr(room, "built", lambda: None)
    assert room.pictures.__wrapped__() is None
