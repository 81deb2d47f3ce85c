"""Connections: each cuts its frames, is read as fast as they are taken, and hears its answers."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from tanlu.monitor.protocols import (
    Piece,
    Read,
    gb32960,
    gb32960_rows,
    hj212,
    jt808,
    jt808_rows,
)

__all__ = ["PROTOCOLS", "Codec", "Link"]

# pieces that a connection may have waiting before it is not read
LINK_PIECES_MAX = 1_024
# refused pieces in a row after which a connection is closed: it does not speak the protocol
REFUSED_MAX = 256
ANSWERS_BYTES_MAX = 256 * 1024
# bytes that are cut at once: some are made to cost much and to mean nothing
SLICE_BYTES = 4_096


class Session(Protocol):
    """Frames of one connection."""

    def feed(self, chunk: bytes) -> list[Piece]:
        """Give the pieces that are whole with these bytes."""
        ...

    def end(self) -> list[Piece]:
        """Give what is left when the connection has ended."""
        ...


class Codec(NamedTuple):
    """A protocol: what cuts frames of a connection, and what reads many of them."""

    session: Callable[[], Session]
    read: Callable[[Sequence[bytes]], Read]


PROTOCOLS = {
    "gb32960": Codec(gb32960.Session, gb32960_rows.read),
    "hj212": Codec(hj212.Session, hj212.read),
    "jt808": Codec(jt808.Session, jt808_rows.read),
}


class Ear(Protocol):
    """What a connection tells of itself."""

    codec: Codec
    counts: Counter[str]
    full: bool

    def joined(self, link: Link) -> None:
        """Note a new connection."""

    def left(self, link: Link) -> None:
        """Forget a connection."""

    def put(self, link: Link, pieces: list[Piece]) -> None:
        """Take the pieces that a connection cut."""


class Link(asyncio.Protocol):
    """One connection."""

    def __init__(self, gateway: Ear) -> None:
        self.gateway = gateway
        self.session = gateway.codec.session()
        self.transport: asyncio.Transport | None = None
        self.heard = time.monotonic()
        self.waiting = 0
        self.refused = 0
        # pieces in a row that are no frames, as they are cut
        self.babble = 0
        self.held = False
        self.clogged = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up a connection."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(high=ANSWERS_BYTES_MAX)
        self.gateway.joined(self)

    def data_received(self, data: bytes) -> None:
        """Cut the pieces that are whole with these bytes."""
        self.gateway.counts["bytes"] += len(data)
        for at in range(0, len(data), SLICE_BYTES):
            if self.babble > REFUSED_MAX:
                self._foreign()
                return
            self._take(self.session.feed(data[at : at + SLICE_BYTES]))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Hand on what is left, and say that it is gone."""
        self._take(self.session.end())
        self.transport = None
        self.gateway.left(self)

    def pause_writing(self) -> None:
        """Read no more of who does not read its answers."""
        self.clogged = True
        self.check()

    def resume_writing(self) -> None:
        """Read on when the answers are read."""
        self.clogged = False
        self.check()

    def _take(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            self.babble = self.babble + 1 if piece.why else 0
        self.waiting += len(pieces)
        self.gateway.put(self, pieces)
        self.check()

    def judged(self, *, good: bool) -> None:
        """Note that a piece was a frame or was none; too many of those end the connection."""
        self.waiting -= 1
        if good:
            self.refused = 0
            self.heard = time.monotonic()
            return
        self.refused += 1
        if self.refused > REFUSED_MAX:
            self._foreign()

    def _foreign(self) -> None:
        """End a connection that does not speak the protocol."""
        if self.transport is not None:
            if not self.transport.is_closing():
                self.gateway.counts["closed_foreign"] += 1
            self.transport.abort()

    def check(self) -> None:
        """Read on or hold: by what waits of this connection and of all."""
        if self.transport is None or self.transport.is_closing():
            return
        hold = self.clogged or self.waiting >= LINK_PIECES_MAX or self.gateway.full
        if hold and not self.held:
            self.gateway.counts["held_back"] += 1
            self.transport.pause_reading()
        elif self.held and not hold:
            self.transport.resume_reading()
        self.held = hold

    def answer(self, data: bytes) -> None:
        """Send answers, as long as there is somebody to hear them."""
        if data and self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)
