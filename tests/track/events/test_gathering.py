"""Events one by one: taken the short way or the long, refused with what does not hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.events.gathering import DEPTH, EVENT, EVENT_BYTES, Gathered, canonical_json
from tanlu.track.events.opening import Origin
from tests.track.events import made

DOCUMENT, DEVICE = EVENT.index("document"), EVENT.index("device")


def _taken(event: Any, *, alone: bool = False) -> Gathered:
    found = Gathered()
    found.take(1, event if isinstance(event, bytes) else made.packed(event), Origin(alone=alone))
    return found


@given(made.PLAIN)
def test_the_short_way_takes_what_the_long_way_takes(event: dict[str, Any]) -> None:
    short, long = _taken(event), Gathered()
    long._closer(1, made.packed(event), Origin())

    assert (short.events, short.things) == (long.events, long.things)
    assert short.refused == long.refused == []


CONTEXTS = st.sampled_from(
    (
        None,
        [made.CONTEXT, made.OWN],
        [{"waybill": "https://waybill.example/"}],
        {"ex": "https://x/"},
    )
)


@given(made.rich(), CONTEXTS, CONTEXTS)
def test_every_way_takes_an_event_alike(event: dict[str, Any], context: Any, own: Any) -> None:
    if own is not None:
        event = {**event, "@context": own}
    ways, slow = Gathered(), Gathered()
    ways.take(1, made.packed(event), Origin(context))
    slow._closer(1, made.packed(event), Origin(context))

    assert (ways.events, ways.things) == (slow.events, slow.things)
    assert ways.refused == slow.refused == []


@pytest.mark.parametrize("number", [1, 1.0, 0.1, 1e-7, 1e21, 2**53, 1e16, 123456789.125, -0.0])
def test_an_event_is_kept_in_the_form_of_rfc_8785(number: float) -> None:
    event = made.event(quantityList=[{"epcClass": "a:b", "quantity": number, "uom": "A93"}])
    kept = _taken(event).events[0][DOCUMENT]

    assert json.loads(kept) == event
    if abs(number) < 2**53:
        assert kept == rfc8785.dumps(event).decode()


def test_digits_beyond_a_double_are_not_lost() -> None:
    assert canonical_json({"b": 2**70, "a": "\x7f"}) == '{"a":"\\u007f","b":1180591620717411303424}'


def test_what_is_too_large_or_too_deep_is_refused() -> None:
    large = made.packed(made.event(**{"ex:one": "x" * EVENT_BYTES}))
    deep: Any = 1
    for _ in range(DEPTH):
        deep = {"ex:a": deep}

    assert [code for _, code, _, _ in _taken(large).refused] == ["TL423"]
    assert [code for _, code, _, _ in _taken(made.event(**{"ex:a": deep})).refused] == ["TL423"]


def test_more_mass_than_can_be_kept_is_refused() -> None:
    event = made.event(quantityList=[{"epcClass": "a:b", "quantity": 10**13, "uom": "KGM"}])

    assert _taken(event).refused[0][2].why == "a quantity is more than can be kept"


def test_an_event_by_itself_needs_a_context() -> None:
    assert _taken(made.event(), alone=True).refused[0][2].field == "event.@context"
    assert _taken({"@context": made.CONTEXT, **made.event()}, alone=True).refused == []


def test_an_event_of_ones_own_kind_is_kept_without_things() -> None:
    own = {**made.event(), "type": "https://example.com/Own"}
    found = _taken(own)

    assert (found.events[0][3], found.things) == ("https://example.com/Own", [])


@pytest.mark.parametrize(
    ("devices", "device"),
    [(["urn:d:1"], "urn:d:1"), (["urn:d:1", "urn:d:1"], "urn:d:1"), (["urn:d:1", "urn:d:2"], None)],
)
def test_the_one_device_that_measured_is_told(devices: list[str], device: str | None) -> None:
    reports = [{"type": "Temperature", "deviceID": one} for one in devices]
    event = made.event(sensorElementList=[{"sensorReport": reports}])

    assert _taken(event).events[0][DEVICE] == device


@given(st.one_of(st.binary(max_size=80), made.mutated(made.rich()).map(made.packed)))
def test_whatever_comes_is_taken_or_refused(raw: bytes) -> None:
    found = _taken(raw)

    assert len(found.events) + len(found.refused) == 1
