"""Numbers of readings go by time and have no holes; numbers of frames are unwrapped."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.protocols import Counting, Flows, jt808, jt808_rows
from tanlu.monitor.protocols.counting import SEEN
from tests.monitor.protocols.streams import whole

SECOND = 1_000_000
AT = 1_700_000_000 * SECOND


def seqs(counting, frames):
    pieces = whole(jt808.Session(), b"".join(frames))
    read = jt808_rows.read([piece.raw for piece in pieces])
    return {stream: table["seq"].to_list() for stream, table in counting.take(read.tables).items()}


def frame(second, flow, items=None):
    body = jt808_rows.location(AT + second * SECOND, 300_000_000, 1_200_000_000, items=items or {})
    return jt808.encode(0x0200, "13800138000", flow, body)


def test_heartbeats_and_the_wrap_of_the_flow_number_make_no_holes():
    frames = []
    for second in range(4):
        frames += [frame(second, (65_534 + 2 * second) & 0xFFFF)]
        frames += [jt808.encode(0x0002, "13800138000", (65_535 + 2 * second) & 0xFFFF)]
    assert seqs(Counting(), frames) == {"position": [1, 2, 3, 4]}


def test_a_stream_that_is_told_now_and_then_has_no_holes_either():
    odometer = {1: (7).to_bytes(4, "big")}
    frames = [frame(second, second, odometer if second % 3 == 0 else None) for second in range(7)]
    assert seqs(Counting(), frames)["odometer_m"] == [1, 2, 3]


def test_a_position_sent_again_is_known_in_whatever_frame():
    counting = Counting()
    bodies = [jt808_rows.location(AT + n * SECOND, 300_000_000, 1_200_000_000) for n in range(3)]
    live = [jt808.encode(0x0200, "13800138000", n, body) for n, body in enumerate(bodies)]
    assert seqs(counting, live) == {"position": [1, 2, 3]}
    # the terminal began anew: its flow numbers do, and what it kept comes as a batch
    again = jt808.encode(0x0704, "13800138000", 0, jt808_rows.batch(bodies[1:], reissued=True))
    assert (seqs(counting, [again]), counting.known) == ({}, 2)


def test_thousands_that_are_sent_again_are_known_and_the_memory_is_bounded():
    counting = Counting()
    frames = [frame(second, 1) for second in range(SEEN)]
    assert seqs(counting, frames) == {"position": list(range(1, SEEN + 1))}
    assert seqs(counting, [*frames, frame(SEEN, 1)]) == {"position": [SEEN + 1]}
    assert len(counting._seen["jt808:013800138000"].keys) == SEEN


def test_a_late_sample_is_new_and_two_of_one_second_share_a_number():
    counting = Counting()
    assert seqs(counting, [frame(5, 1), frame(2, 1)]) == {"position": [1, 2]}
    other = frame(5, 1, {1: (7).to_bytes(4, "big")})
    assert seqs(counting, [other]) == {"position": [1], "odometer_m": [1]}


def test_a_server_that_begins_anew_learns_the_numbers_from_what_is_stored():
    stored = pl.DataFrame(
        {"device": ["jt808:013800138000"] * 2, "stream": ["position"] * 2, "seq": [8, 9],
         "at": [AT, AT + SECOND]}
    )  # fmt: skip
    counting = Counting()
    counting.learn(stored)
    assert seqs(counting, [frame(1, 5), frame(2, 6)]) == {"position": [9, 10]}


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
