"""What is permitted: interlocks in their order, limits last, unknown readings as the worst."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.command import Rules
from tanlu.monitor.command.points import Point
from tanlu.monitor.command.watching import Scene, Seen

WHEN = {"device": "s", "stream": "v", "at_least": 1}
NOW = 1_700_000_000_000_000


def _scene(*interlocks: dict[str, object], limits: object = (), points=(), seen=None) -> Scene:
    told = {
        "actions": {"x": {"unit": "W", "minimum": 0, "maximum": 10}},
        "interlocks": [
            {"name": f"i{n}", "device": "*", "action": "x", "when": WHEN} | each
            for n, each in enumerate(interlocks)
        ],
        "limits": list(limits),  # type: ignore[call-overload]
    }
    return Scene(Rules.of(told), seen or Seen(), points, NOW, {})


def _span(scene: Scene) -> tuple[float, float]:
    return scene.permitted(scene.rules.actions["x"], "d")[:2]


def _seen(value: float | None, at: int = NOW) -> Seen:
    seen = Seen()
    types = {"device": pl.String, "stream": pl.String, "at": pl.Int64, "value": pl.Float64}
    seen.see(pl.DataFrame([("s", "v", at, value)], schema=types, orient="row"))
    return seen


def test_an_interlock_narrows_while_its_condition_holds_or_is_unknown() -> None:
    lock = {"maximum": 4}
    old, future = NOW - 601_000_000, NOW + 601_000_000
    told = [_seen(1.0), _seen(0.0), _seen(None), _seen(0.0, old), _seen(0.0, future), Seen()]

    assert [_span(_scene(lock, seen=each))[1] for each in told] == [4, 10, 4, 4, 4, 4]


def test_of_two_that_leave_nothing_the_first_goes_before() -> None:
    assert _span(_scene({"minimum": 6}, {"maximum": 4})) == (6, 10)
    assert _span(_scene({"maximum": 4}, {"minimum": 6})) == (0, 4)
    assert _span(_scene({"maximum": 8}, {"minimum": 6})) == (6, 8)


def test_an_older_reading_says_nothing() -> None:
    seen = _seen(0.0)
    seen.see(pl.DataFrame({"device": ["s"], "stream": ["v"], "at": [NOW - 1], "value": [1.0]}))

    assert _span(_scene({"maximum": 4}, seen=seen)) == (0, 10)


def test_a_limit_leaves_what_others_may_hold_and_never_forbids_the_least() -> None:
    limit = {"name": "l", "device": "*", "action": "x", "total": 12}
    held = Point("e", "x", possible={3.0, 7.0})
    unknown = Point("f", "x")

    assert _span(_scene(limits=[limit], points=[held])) == (0, 5)
    assert _span(_scene(limits=[limit], points=[held, unknown])) == (0, 0)
    assert _span(_scene(limits=[limit], points=[Point("d", "x", possible={9.0})])) == (0, 10)


def test_other_load_counts_and_an_unknown_one_is_all_of_it() -> None:
    limit = {"name": "l", "device": "*", "action": "x", "total": 8, "less": {
        "device": "s", "stream": "v"}}  # fmt: skip

    assert _span(_scene(limits=[limit], seen=_seen(3.0))) == (0, 5)
    assert _span(_scene(limits=[limit], seen=_seen(-3.0))) == (0, 8)
    assert _span(_scene(limits=[limit])) == (0, 0)
    assert _span(_scene({"minimum": 6}, limits=[limit])) == (6, 6)


def test_why_names_the_rule() -> None:
    scene = _scene({"maximum": 4})
    span = scene.permitted(scene.rules.actions["x"], "d")

    assert [span.why_not(5), span.why_not(-1), span.why_not(4)] == [
        "i0: at most 4", "x: at least 0", None,
    ]  # fmt: skip
