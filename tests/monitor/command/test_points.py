"""The fold of the log: the same rows give the same state."""

from __future__ import annotations

from typing import Any

from tanlu.monitor.command.points import Folded


def _row(step: str, command_id: str = "a", **more: Any) -> dict[str, Any]:
    row = {
        "command_id": command_id, "at": 1, "step": step, "device": "d", "action": "x", "value": 5.0,
        "before": None, "priority": 8, "until": 9, "by": "b", "why": None,
    }  # fmt: skip
    return row | more


def _folded(*rows: dict[str, Any]) -> Folded:
    made = Folded()
    for row in rows:
        made.fold(row)
    return made


def test_what_was_sent_may_be_held_until_it_is_confirmed() -> None:
    state = _folded(_row("asked"), _row("sent", before=3.0))
    point = state.point("d", "x")
    assert (point.taken, point.open, point.before, point.possible) == (True, True, 3.0, {5.0})
    state.fold(_row("confirmed", value=5.1))

    assert (point.open, point.held, point.possible) == (False, 5.1, {5.1})


def test_a_failure_that_was_read_back_is_one_more_possibility() -> None:
    point = _folded(_row("asked"), _row("sent"), _row("failed", value=2.0)).point("d", "x")

    assert (point.open, point.held, point.possible) == (True, 2.0, {2.0, 5.0})


def test_a_point_is_given_back_when_its_target_is_confirmed_and_not_before() -> None:
    told = [_row("asked"), _row("sent", before=3.0), _row("ended"), _row("undone", value=4.0,
            before=3.0)]  # fmt: skip
    clamped = _folded(*told, _row("confirmed", value=4.0)).point("d", "x")
    reached = _folded(*told, _row("confirmed", value=3.0, before=3.0)).point("d", "x")

    assert (clamped.taken, clamped.before) == (True, 3.0)
    assert (reached.taken, reached.before) == (False, None)


def test_a_refused_command_never_holds_and_an_ended_one_no_more() -> None:
    state = _folded(_row("asked"), _row("refused"), _row("asked", "b"), _row("ended", "b"),
                    _row("asked", "c"))  # fmt: skip

    assert [each.command_id for each in state.active(state.point("d", "x"))] == ["c"]


def test_asks_are_counted_by_the_hour() -> None:
    hour = 3_600_000_000
    state = _folded(_row("asked"), _row("asked", "b", at=hour), _row("asked", "c", at=hour + 1))

    assert [state.asks("b", "d", "x", at) for at in (1, hour, 2 * hour)] == [2, 2, 1]


def test_a_row_of_an_unknown_command_does_no_harm() -> None:
    assert _folded(_row("confirmed", "z"), _row("ended", "z")).commands == {}
