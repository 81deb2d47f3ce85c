"""A connection is read while it is heard, held when too much waits, and closed when it babbles."""

from __future__ import annotations

import asyncio
from collections import Counter

from tanlu.monitor.protocols import Piece, jt808
from tanlu.serve.gateway.frames import links


class Wire(asyncio.Transport):
    """A transport that notes what is done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str | bytes] = []
        self.closing = False

    def set_write_buffer_limits(self, high=None, low=None) -> None:
        self.done.append(f"limit {high}")

    def is_closing(self) -> bool:
        return self.closing

    def pause_reading(self) -> None:
        self.done.append("pause")

    def resume_reading(self) -> None:
        self.done.append("resume")

    def write(self, data) -> None:
        self.done.append(bytes(data))

    def abort(self) -> None:
        self.done.append("abort")
        self.closing = True


class Ear:
    """Hears a connection."""

    def __init__(self) -> None:
        self.codec = links.PROTOCOLS["jt808"]
        self.counts: Counter[str] = Counter()
        self.full = False
        self.pieces: list[Piece] = []
        self.there = 0

    def joined(self, link) -> None:
        self.there += 1

    def left(self, link) -> None:
        self.there -= 1

    def put(self, link, pieces) -> None:
        self.pieces += pieces


def connected() -> tuple[links.Link, Wire, Ear]:
    ear, wire = Ear(), Wire()
    link = links.Link(ear)
    link.connection_made(wire)
    wire.done.clear()
    return link, wire, ear


def test_pieces_are_handed_on_and_the_rest_when_it_ends():
    link, _, ear = connected()
    frame = jt808.encode(2, "1", 1)
    link.data_received(frame[:5])
    link.data_received(frame[5:] + b"rest")
    assert (ear.pieces, ear.counts["bytes"]) == ([Piece(frame[1:-1])], len(frame) + 4)
    link.connection_lost(None)
    assert (ear.pieces[-1].raw, ear.there) == (b"rest", 0)
    link.answer(b"too late")


def test_it_is_held_while_too_much_waits_or_nobody_reads_its_answers(monkeypatch):
    monkeypatch.setattr(links, "LINK_PIECES_MAX", 2)
    link, wire, ear = connected()
    link.data_received(jt808.encode(2, "1", 1) * 2)
    link.judged(good=True)
    link.check()
    link.pause_writing()
    link.resume_writing()
    ear.full = True
    link.check()
    link.check()
    ear.full = False
    link.check()
    assert wire.done == ["pause", "resume"] * 3
    assert ear.counts["held_back"] == 3


def test_who_babbles_is_closed_once_and_who_speaks_between_is_not():
    link, wire, ear = connected()
    for _ in range(3):
        for _ in range(links.REFUSED_MAX):
            link.judged(good=False)
        link.judged(good=True)
    assert wire.done == []
    for _ in range(links.REFUSED_MAX + 5):
        link.judged(good=False)
    assert (wire.done[0], ear.counts["closed_foreign"]) == ("abort", 1)
    link.answer(b"x")
    assert b"x" not in wire.done


def test_babble_that_costs_much_is_cut_no_further_than_it_takes_to_know_it():
    link, wire, ear = connected()
    link.session = links.PROTOCOLS["hj212"].session()
    # at each eighth byte a frame begins whose length and end fit, and whose CRC is to be computed
    link.data_received(b"##1020\r\n" * 32_768)
    assert wire.done[-1] == "abort"
    assert ear.counts["closed_foreign"] == 1
    assert 256 < len(ear.pieces) < 2_048
