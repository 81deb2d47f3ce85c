"""The listener: what all connections cut is decoded together, handed over, and then answered."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Protocol, Self

from tanlu.errors import TanluError
from tanlu.monitor.protocols import Flows, Piece, Read, Seen
from tanlu.serve.gateway.frames.links import PROTOCOLS, Link
from tanlu.serve.gateway.frames.waiting import Sink, durable, offered, together, weight

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Gateway", "serve"]

LOOPBACK = "127.0.0.1"
CONNECTIONS_MAX = 20_000
# bytes that may wait before nobody is read
WAITING_BYTES_MAX, BATCH_PIECES = 64 << 20, 8_192
# without a frame for so long a connection is closed [s]; terminals send a heartbeat a minute or so
IDLE_S = 600.0


class Devices(Protocol):
    """The part of the registry that is used."""

    @property
    def closed(self) -> bool:
        """Whether only enrolled devices may send."""
        ...

    def enrolled(self, devices: pl.Series) -> pl.Series:
        """Tell for each device whether it is enrolled."""
        ...


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
        self._links: set[Link] = set()
        self._pieces: deque[tuple[Link, Piece, int]] = deque()
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

    def __exit__(self, *_: object) -> None:
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

    def joined(self, link: Link) -> None:
        """Note a new connection, or close it when there are too many."""
        if len(self._links) >= CONNECTIONS_MAX:
            self.counts["refused_links"] += 1
            assert link.transport is not None
            link.transport.abort()
            return
        self.counts["joined"] += 1
        self._links.add(link)

    def left(self, link: Link) -> None:
        """Forget a connection."""
        self._links.discard(link)

    def put(self, link: Link, pieces: list[Piece]) -> None:
        """Take the pieces that a connection cut."""
        if pieces:
            now_us = time.time_ns() // 1_000
            self._pieces.extend((link, piece, now_us) for piece in pieces)
            self._waiting_bytes += weight(pieces)
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
            server = await self._loop.create_server(lambda: Link(self), self.host, self.port)
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
            if self._stop.is_set():
                # what waits had no answer: it comes again
                return
            if not self._pieces:
                self._wake.clear()
                await self._wake.wait()
                continue
            many = min(len(self._pieces), BATCH_PIECES)
            batch = [self._pieces.popleft() for _ in range(many)]
            await self._batch(batch)
            self._waiting_bytes -= weight(piece for _, piece, _ in batch)
            self._weigh()
            for link in {id(link): link for link, _, _ in batch}.values():
                link.check()

    async def _batch(self, batch: list[tuple[Link, Piece, int]]) -> None:
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
        futures = [await offered(self._group.submit, body, held=self._held) for body in bodies]
        for why, raw in together(refused + read.refused):
            row = (self.protocol, raw, "TL390", why, received_us)
            futures.append(await offered(self._group.refuse, *row, held=self._held))
        for future in futures:
            receipt = await durable(future)
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

    def _held(self) -> None:
        self.counts["held_back"] += 1

    def _count(self, read: Read, frames: int, refused: int) -> None:
        self.counts["frames"] += frames
        self.counts["pieces_refused"] += refused + len(read.refused)
        for kind, count in read.kinds.items():
            self.counts[f"kind_{kind}"] += count
        for device, flow in read.flows:
            self._flows.note(device, flow)

    def _answer(self, good: list[tuple[Link, bytes]], read: Read) -> None:
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
