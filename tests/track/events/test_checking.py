"""Events looked at: what is refused, keys that do not hold, hashes of something else."""

from __future__ import annotations

from typing import Any

from tanlu.track.events import capture, check, event_hash
from tests.track.events import made

NOW = 1_893_456_000_000_000  # 2030


def _found(*events: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    held = made.document(list(events), **more)
    return check(capture(made.packed(held), recorded_us=NOW)).select("code", "severity").rows()


def test_sound_events_have_no_findings() -> None:
    (name,) = event_hash([made.event()])

    assert _found(made.event(), made.event(eventID=name, recordTime="2026-03-02T00:00:00Z")) == []


def test_a_refused_event_is_an_error_and_an_odd_key_a_warning() -> None:
    odd = "https://id.gs1.org/01/04012345111119/21/9876"

    assert _found(made.event(action="x"), made.event(epcList=[odd])) == [
        ("TL422", "error"), ("TL426", "warning"),
    ]  # fmt: skip


def test_a_hash_of_something_else_is_told() -> None:
    (name,) = event_hash([made.event()])

    assert _found(made.event(eventID=name, action="ADD")) == [("TL428", "warning")]
    assert _found(made.event(eventID="ni:///sha-256;x?ver=CBV2.0")) == []


def test_fields_that_a_repository_leaves_out_are_left_out_here_too() -> None:
    (name,) = event_hash([made.event()])
    more = {"ex:ignoreFields": ["ex:one"]}

    assert _found(made.event(eventID=name, **{"ex:one": 1}), **more) == []
    assert _found(made.event(eventID=name, **{"ex:one": 1})) == [("TL428", "warning")]
