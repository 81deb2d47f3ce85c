"""Frames of the field over TCP: JT/T 808, GB/T 32960 and HJ 212 into the one pipeline.

Connections cut frames; what all of them cut while the last batch is being made durable is decoded
together, so that a batch is the greater the more there is to do. A frame is answered when its rows
are durable, never before. One batch is under way at a time: a connection that sends faster than
the pipeline takes is not read for a while, and the network tells its sender to wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from tanlu.errors import TanluError
from tanlu.monitor.protocols import (
    Flows,
    Piece,
    Read,
    Seen,
    gb32960,
    gb32960_rows,
    hj212,
    jt808,
    jt808_rows,
)

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType

    import polars as pl

__all__ = ["PROTOCOLS", "Gateway", "serve"]

LOOPBACK = "127.0.0.1"
CONNECTIONS_MAX = 20_000
# pieces that a connection may have waiting, and bytes that all may, before they are not read
LINK_PIECES_MAX, WAITING_BYTES_MAX, BATCH_PIECES = 1_024, 32 << 20, 8_192
# refused pieces in a row after which a connection is closed: it does not speak the protocol
REFUSED_MAX = 256
# without a frame for so long a connection is closed [s]; terminals send a heartbeat a minute or so
IDLE_S = 600.0
ANSWERS_BYTES_MAX = 256 * 1024
# what passes by itself: too much waits, the disk is full
FULL = ("TL455", "TL456")
# bytes of refused pieces that one row of the quarantine holds
ROW_BYTES = 64 * 1024
# how long a full pipeline is left alone before it is asked again [s]
PAUSE_S = 0.02


class Sink(Protocol):
    """The part of the group that is used."""

    def submit(self, body: Any) -> Future[Any]:
        """Take a body; its receipt comes when it is durable."""
        ...

    def refuse(self, stream: str, raw: bytes, code: str, why: str, received_us: int) -> Future[Any]:
        """Keep bytes that nobody can decode as one quarantined row."""
        ...


class Devices(Protocol):
    """The part of the registry that is used."""

    @property
    def closed(self) -> bool:
        """Whether only enrolled devices may send."""
        ...

    def enrolled(self, devices: pl.Series) -> pl.Series:
        """Tell for each device whether it is enrolled."""
        ...


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


class _Link(asyncio.Protocol):
    """One connection."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.session = gateway.codec.session()
        self.transport: asyncio.Transport | None = None
        self.heard = time.monotonic()
        self.waiting = 0
        self.refused = 0
        self.held = False
        self.clogged = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(high=ANSWERS_BYTES_MAX)
        self.gateway.joined(self)

    def data_received(self, data: bytes) -> None:
        self.gateway.counts["bytes"] += len(data)
        self._take(self.session.feed(data))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._take(self.session.end())
        self.transport = None
        self.gateway.left(self)

    def pause_writing(self) -> None:
        # who does not read its answers is not read either
        self.clogged = True
        self.check()

    def resume_writing(self) -> None:
        self.clogged = False
        self.check()

    def _take(self, pieces: list[Piece]) -> None:
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
        if self.refused > REFUSED_MAX and self.transport is not None:
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


class Gateway:
    """Listens for one protocol and hands what it hears to the group.

    Use `serve`; as a context it works in a thread of its own until it is left.
    """

    def __init__(
        self, group: Sink, registry: Devices | None, protocol: str, port: int, *, host: str,
        aliases: Mapping[str, str], streams: Sequence[str], idle_s: float,
    ) -> None:  # fmt: skip
        if protocol not in PROTOCOLS:
            why = f"it has {', '.join(sorted(PROTOCOLS))}"
            raise TanluError("TL461", value=protocol, why=why)
        self.codec = PROTOCOLS[protocol]
        self.protocol, self.host, self.port = protocol, host, port
        self.counts: Counter[str] = Counter()
        self.error: BaseException | None = None
        self._group, self._registry, self._aliases = group, registry, dict(aliases)
        self._streams, self._idle_s = tuple(streams), idle_s
        self._seen, self._flows = Seen(), Flows()
        self._links: set[_Link] = set()
        self._pieces: deque[tuple[_Link, Piece, int]] = deque()
        self._waiting_bytes = 0
        self.full = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"gateway-{protocol}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._up.wait()
        if self.error is not None:
            self._thread.join()
            raise self.error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; what is being made durable is still answered."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def counters(self) -> dict[str, int]:
        """Give what was counted since the start.

        connections (now), joined, refused_links, closed_idle, closed_foreign, held_back, bytes,
        frames, pieces_refused, answers, rows_in, rows_new, rows_known, rows_quarantined,
        rows_unwanted,
        flow_missed, flow_restarts, and ``kind_…`` by kind of message.
        """
        flows = {"flow_missed": self._flows.missed, "flow_restarts": self._flows.restarts}
        return {"connections": len(self._links), **self.counts, **flows}

    # ── connections ──

    def joined(self, link: _Link) -> None:
        """Note a new connection, or close it when there are too many."""
        if len(self._links) >= CONNECTIONS_MAX:
            self.counts["refused_links"] += 1
            assert link.transport is not None
            link.transport.abort()
            return
        self.counts["joined"] += 1
        self._links.add(link)

    def left(self, link: _Link) -> None:
        """Forget a connection."""
        self._links.discard(link)

    def put(self, link: _Link, pieces: list[Piece]) -> None:
        """Take the pieces that a connection cut."""
        if pieces:
            now_us = time.time_ns() // 1_000
            self._pieces.extend((link, piece, now_us) for piece in pieces)
            self._waiting_bytes += sum(len(piece.raw) for piece in pieces)
            self._weigh()
            self._wake.set()

    def _weigh(self) -> None:
        """Hold all connections when too much waits, and let them go on when it does not."""
        full = self._waiting_bytes >= WAITING_BYTES_MAX
        if full != self.full:
            self.full = full
            for link in self._links:
                link.check()

    # ── the loop ──

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - told to who waits, or asks for it
            self.error = error
        finally:
            self._up.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            server = await self._loop.create_server(lambda: _Link(self), self.host, self.port)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise TanluError("TL460", value=self.port, why=why) from error
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        work = asyncio.create_task(self._work())
        care = asyncio.create_task(self._care())
        stop = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.close()
            care.cancel()
            if not work.done():
                self._wake.set()
                await asyncio.wait({work}, timeout=5)
            for link in list(self._links):
                if link.transport is not None:
                    link.transport.close()
            stop.cancel()
            work.cancel()
        if work.done() and not work.cancelled():
            work.result()

    async def _care(self) -> None:
        """Close connections that send no frames."""
        while True:
            await asyncio.sleep(min(self._idle_s / 4, 10.0))
            now = time.monotonic()
            for link in [each for each in self._links if now - each.heard > self._idle_s]:
                if link.transport is not None and not link.waiting:
                    self.counts["closed_idle"] += 1
                    link.transport.abort()

    async def _work(self) -> None:
        """Decode, submit, wait until it is durable, answer; then the next batch."""
        while True:
            if not self._pieces:
                if self._stop.is_set():
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            many = min(len(self._pieces), BATCH_PIECES)
            batch = [self._pieces.popleft() for _ in range(many)]
            await self._batch(batch)
            self._waiting_bytes -= sum(len(piece.raw) for _, piece, _ in batch)
            self._weigh()
            for link in {id(link): link for link, _, _ in batch}.values():
                link.check()

    async def _batch(self, batch: list[tuple[_Link, Piece, int]]) -> None:
        good = [(link, piece.raw) for link, piece, _ in batch if not piece.why]
        refused = [piece for _, piece, _ in batch if piece.why]
        received_us = batch[-1][2]
        read = self.codec.read([raw for _, raw in good])
        self._count(read, len(good), len(refused))
        known = self._seen.known
        bodies = self._bodies(read, received_us)
        known = self._seen.known - known
        self.counts["rows_in"] += known
        self.counts["rows_known"] += known
        futures = [await self._offered(self._group.submit, body) for body in bodies]
        for why, raw in together(refused + read.refused):
            row = (self.protocol, raw, "TL390", why, received_us)
            futures.append(await self._offered(self._group.refuse, *row))
        for receipt in await asyncio.gather(*map(asyncio.wrap_future, futures)):
            for name in ("rows_in", "rows_new", "rows_known", "rows_quarantined"):
                self.counts[name] += getattr(receipt, name)
        told = iter(read.devices)
        for link, piece, _ in batch:
            link.judged(good=not piece.why and bool(next(told)))
        self._answer(good, read)

    def _bodies(self, read: Read, received_us: int) -> list[Any]:
        from tanlu.monitor.stream import Body

        tables = {}
        for stream, table in read.tables.items():
            if any(fnmatchcase(stream, each) for each in self._streams):
                tables[stream] = table
            else:
                self.counts["rows_unwanted"] += table.height
        if self._aliases:
            tables = {
                stream: table.with_columns(table["device"].replace(self._aliases))
                for stream, table in tables.items()
            }
        return [
            Body(stream, "", table, received_us)
            for stream, table in self._seen.fresh(tables).items()
        ]

    async def _offered(self, take: Callable[..., Future[Any]], *what: Any) -> Future[Any]:
        """Hand over; a full pipeline is asked again until it takes it."""
        while True:
            try:
                return take(*what)
            except TanluError as error:
                if error.code not in FULL:
                    raise
                self.counts["held_back"] += 1
                await asyncio.sleep(PAUSE_S)

    def _count(self, read: Read, frames: int, refused: int) -> None:
        self.counts["frames"] += frames
        self.counts["pieces_refused"] += refused + len(read.refused)
        for kind, count in read.kinds.items():
            self.counts[f"kind_{kind}"] += count
        for device, flow in read.flows:
            self._flows.note(device, flow)

    def _answer(self, good: list[tuple[_Link, bytes]], read: Read) -> None:
        enrolled = self._enrolled(read.devices)
        answers: dict[int, list[bytes]] = {}
        links = {}
        for place, (link, _) in enumerate(good):
            told = read.answers[place] if enrolled[place] else read.denials[place]
            if told:
                self.counts["answers"] += 1
                links[id(link)] = link
                answers.setdefault(id(link), []).append(told)
        for key, told_ in answers.items():
            links[key].answer(b"".join(told_))

    def _enrolled(self, devices: list[str]) -> list[bool]:
        import polars as pl

        if self._registry is None or not self._registry.closed:
            return [True] * len(devices)
        named = [self._aliases.get(device, device) for device in devices]
        return self._registry.enrolled(pl.Series("device", named, pl.String)).to_list()


def together(refused: Sequence[Piece]) -> list[tuple[str, bytes]]:
    """Give pieces of one reason joined: each row of the quarantine costs a sync of the disk."""
    rows: dict[str, list[bytearray]] = {}
    for piece in refused:
        held = rows.setdefault(piece.why, [bytearray()])
        if held[-1] and len(held[-1]) + len(piece.raw) > ROW_BYTES:
            held.append(bytearray())
        held[-1] += piece.raw
    return [(why, bytes(raw)) for why, held in rows.items() for raw in held]


def serve(
    group: Sink, registry: Devices | None, protocol: str, port: int = 0, *, host: str = LOOPBACK,
    aliases: Mapping[str, str] | None = None, streams: Sequence[str] = ("*",),
    idle_s: float = IDLE_S,
) -> Gateway:  # fmt: skip
    """Give a gateway that listens for one protocol: ``jt808``, ``gb32960`` or ``hj212``.

    Parameters
    ----------
    registry
        Whose registration and login are refused when a registry is closed; None is open.
    host
        Loopback unless told otherwise: none of the protocols proves who sends.
    aliases
        Identities of devices in the ledger by those on the wire (``jt808:013800138000``).
    streams
        Names of the streams that are wanted, with ``*``: a vehicle tells a hundred, of which few
        are accounted for. What is not wanted is counted as ``rows_unwanted`` and not kept.

    Raises
    ------
    TanluError
        TL461 for another protocol; TL460 on entering it when the port cannot be listened on.
    """
    return Gateway(
        group, registry, protocol, port, host=host, aliases=aliases or {}, streams=streams,
        idle_s=idle_s,
    )  # fmt: skip
