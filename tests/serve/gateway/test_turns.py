"""On a shared line nobody waits for ever, and the silent wait longest."""

from __future__ import annotations

from tanlu.monitor.points import Point
from tanlu.serve.gateway.turns import Turns


def points(count: int) -> list[Point]:
    return [
        Point("dlt645", "h", 1, 1, "holding", f"{n:03d}", "uint16", "big", 1.0, str(n), "s", 1)
        for n in range(count)
    ]


def rounds(turns: Turns, some: list[Point], silent: set[str], times: int, room: int) -> list[str]:
    """Who was asked in each of some rounds with room for a few."""
    asked = []
    for _ in range(times):
        for one in turns.order(some)[:room]:
            turns.asked(one, answered=one.device not in silent)
            asked.append(one.device)
    return asked


def test_all_are_asked_in_turn_when_there_is_no_room_for_all():
    asked = rounds(Turns(), points(6), set(), 3, 2)
    assert sorted(asked) == ["0", "1", "2", "3", "4", "5"]


def test_the_silent_hold_up_the_others_ever_less_and_are_not_forgotten():
    asked = rounds(Turns(), points(4), {"0"}, 40, 3)
    assert 2 <= asked.count("0") <= 6
    assert min(asked.count(name) for name in "123") >= 34
    again = Turns()
    rounds(again, points(4), {"0"}, 40, 3)
    assert "0" in rounds(again, points(4), set(), 64, 3)
