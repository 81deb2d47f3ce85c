"""One process at a time."""

from __future__ import annotations

from tanlu.serve.turn import Turn


def test_a_turn_is_taken_by_one_and_then_by_the_next(tmp_path):
    one, two = Turn(tmp_path / "deep" / "x.lock"), Turn(tmp_path / "deep" / "x.lock")
    assert one.take()
    assert one.take()
    assert not two.take()
    one.leave()
    assert two.take()
    two.leave()
    two.leave()
