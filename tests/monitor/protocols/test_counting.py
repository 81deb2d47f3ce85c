"""What came before: samples by time and content, frames by flow number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.protocols import Flows, Seen, counting, jt808, jt808_rows
from tanlu.monitor.protocols.counting import SEEN
from tests.monitor.protocols.streams import whole

SECOND = 1_000_000
AT = 1_700_000_000 * SECOND


def times(seen, frames) -> dict[str, list[int]]:
    """Seconds of the samples that are new, by stream."""
    pieces = whole(jt808.Session(), b"".join(frames))
    tables = seen.fresh(jt808_rows.read([piece.raw for piece in pieces]).tables)
    assert all("mark" not in table.columns for table in tables.values())
    return {stream: [(at - AT) // SECOND for at in table["at"]] for stream, table in tables.items()}


def frame(second, flow, items=None):
    body = jt808_rows.location(AT + second * SECOND, 300_000_000, 1_200_000_000, items=items or {})
    return jt808.encode(0x0200, "13800138000", flow, body)


def test_a_position_sent_again_is_known_in_whatever_frame():
    seen = Seen()
    bodies = [jt808_rows.location(AT + n * SECOND, 300_000_000, 1_200_000_000) for n in range(3)]
    live = [jt808.encode(0x0200, "13800138000", n, body) for n, body in enumerate(bodies)]
    assert times(seen, live) == {"position": [0, 1, 2]}
    # the terminal began anew: its flow numbers do, and what it kept comes as a batch
    again = jt808.encode(0x0704, "13800138000", 0, jt808_rows.batch(bodies[1:], reissued=True))
    assert (times(seen, [again]), seen.known) == ({}, 2)
    # the same moment of another terminal is another sample
    assert times(seen, [jt808.encode(0x0200, "139", 1, bodies[0])]) == {"position": [0]}


def test_late_samples_and_two_of_one_second_are_new():
    seen = Seen()
    assert times(seen, [frame(5, 1), frame(2, 1)]) == {"position": [5, 2]}
    other = frame(5, 1, {1: (7).to_bytes(4, "big")})
    assert times(seen, [other]) == {"position": [5], "odometer_m": [5]}
    assert times(seen, [frame(5, 9), other, frame(2, 9), frame(6, 9)]) == {"position": [6]}


def test_thousands_that_are_sent_again_are_known_and_the_memory_is_bounded():
    seen = Seen()
    frames = [frame(second, 1) for second in range(SEEN)]
    assert times(seen, frames) == {"position": list(range(SEEN))}
    assert times(seen, [*frames, frame(SEEN, 1)]) == {"position": [SEEN]}
    assert len(seen._rings["jt808:013800138000"].keys) == SEEN
    # the oldest is forgotten
    assert times(seen, [frame(0, 1), frame(2, 1)]) == {"position": [0]}


def test_devices_are_forgotten_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(counting, "DEVICES_MAX", 2)
    seen, flows = Seen(), Flows()
    body = jt808_rows.location(AT, 300_000_000, 1_200_000_000)
    for phone in ("1", "2", "3"):
        assert times(seen, [jt808.encode(0x0200, phone, 1, body)]) == {"position": [0]}
        flows.note(phone, 40_000)
    assert len(seen._rings) == len(flows._last) == 2
    assert (flows.note("1", 1), flows.restarts) == (1, 0)


@given(st.integers(0, 65_535), st.lists(st.integers(1, 5), max_size=50))
def test_flow_numbers_that_only_grow_are_unwrapped_exactly(first, steps):
    flows, sent = Flows(), first
    assert flows.note("a", first) == first
    for step in steps:
        sent += step
        assert flows.note("a", sent % 65_536) == sent
    assert (flows.missed, flows.restarts) == (sum(steps) - len(steps), 0)


def test_a_frame_sent_again_misses_nothing_and_a_restart_is_told():
    flows = Flows()
    assert [flows.note("a", flow) for flow in (5, 6, 6, 5, 7)] == [5, 6, 6, 5, 7]
    assert (flows.missed, flows.restarts) == (0, 0)
    assert flows.note("a", 0) == 65_536
    assert (flows.missed, flows.restarts) == (0, 1)
    assert flows.note("b", 40_000) == 40_000
    # forty thousand frames are not lost in one connection
    assert (flows.note("b", 1), flows.missed, flows.restarts) == (65_537, 0, 2)
