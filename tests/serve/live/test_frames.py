"""Frames as bytes, and going on after a break."""

from __future__ import annotations

from tanlu.serve.live.frames import RING, Ring, beat, frame


def _filled(ticks):
    ring = Ring()
    for number in range(1, ticks + 1):
        ring.number = number
        ring.add({"kpi": frame("kpi", {"n": number})}, beat(ring.identity, {}))
    return ring


def test_a_frame_is_one_event_and_only_the_end_of_a_tick_has_an_identity():
    assert frame("park:西安", {"a": 1}) == 'event: park:西安\ndata: {"a":1}\n\n'.encode()
    assert beat(b"e-7", {}) == b"id: e-7\nevent: tick\ndata: {}\n\n"


def test_who_was_away_gets_each_tick_that_he_missed():
    ring = _filled(5)
    missed = ring.since(f"{ring.epoch}-3", ("kpi",))
    assert [b'"n":4' in missed[0], b'"n":5' in missed[1], len(missed)] == [True, True, 2]
    assert ring.since(f"{ring.epoch}-5", ("kpi",)) == []


def test_who_was_away_too_long_or_saw_another_process_gets_all_anew():
    ring = _filled(RING + 5)
    assert ring.since(f"{ring.epoch}-5", ("kpi",)) is not None
    assert ring.since(f"{ring.epoch}-4", ("kpi",)) is None
    assert ring.since(f"{ring.epoch}-{RING + 6}", ("kpi",)) is None
    assert ring.since(f"other-{RING}", ("kpi",)) is None
    assert ring.since(f"{ring.epoch}-{RING}", ("kpi", "events")) is None
    for said in ("", "-", ring.epoch, f"{ring.epoch}-x", f"{ring.epoch}--1", "9" * 64):
        assert ring.since(said, ("kpi",)) is None
