"""Readings by NATS JetStream: a durable pull consumer, acknowledged when durable (extra nats).

Subjects are the topics with dots: ``t.1.<device>.b``, ``t.1.<device>.j.<stream>``. A device whose
name has a dot sends by HTTP or MQTT. What was not acknowledged is delivered again; the windows of
the pipeline know it, so the broker's own memory of message identities is not needed.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.monitor.edge import Message
from tanlu.serve.gateway.brokers.relay import Polling, Relay
from tanlu.serve.gateway.extras import extra

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from tanlu.monitor.edge import Keys
    from tanlu.serve.gateway.brokers.relay import Sink

__all__ = ["Consumer", "consume"]

SUBJECTS = ("t.1.*.b", "t.1.*.j.*")
STREAM, DURABLE = "tanlu", "tanlu"
FETCH = 256
LOOK_S = 0.5
WAIT_S = 30.0
RETRY_S = 1.0


class Consumer(Polling):
    """A running consumer; `stop` ends it, `counters` tells what it did."""

    def __init__(
        self, group: Sink, registry: Keys, url: str, stream: str, known: Iterable[pl.DataFrame]
    ) -> None:
        super().__init__("nats", Relay(group, registry, known=known))
        self._url, self._stream = url, stream
        self.connected = threading.Event()

    def _consume(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        nats = extra("nats", "nats")
        errors = extra("nats", "nats.errors")
        while not self._ending.is_set():
            try:
                # without an own handler the library writes its log on the terminal; left alone it
                # asks for two minutes, and an end would wait for that
                link = await nats.connect(
                    self._url, allow_reconnect=False, connect_timeout=LOOK_S, error_cb=_silent,
                    max_reconnect_attempts=1, reconnect_time_wait=0,
                )  # fmt: skip
            except (TimeoutError, OSError, errors.Error):
                self.error = TanluError("TL375", value="nats", why="the broker cannot be reached")
                await asyncio.sleep(RETRY_S)
                continue
            self.error = None
            try:
                await self._from(link, errors)
            except errors.Error:
                # the broker went away: what it had given us it gives again
                await asyncio.sleep(RETRY_S)
            finally:
                self.connected.clear()
                with contextlib.suppress(errors.Error, OSError):
                    await link.close()

    async def _from(self, link: Any, errors: Any) -> None:
        api = extra("nats", "nats.js.api")
        jetstream = link.jetstream()
        try:
            await jetstream.stream_info(self._stream)
        except errors.Error:
            await jetstream.add_stream(
                name=self._stream, subjects=list(SUBJECTS), storage=api.StorageType.FILE
            )
        told = api.ConsumerConfig(
            durable_name=DURABLE, ack_policy=api.AckPolicy.EXPLICIT, ack_wait=WAIT_S,
            max_ack_pending=4 * FETCH,
        )  # fmt: skip
        pulled = await jetstream.pull_subscribe(
            "", durable=DURABLE, stream=self._stream, config=told
        )
        self.connected.set()
        while not self._ending.is_set():
            try:
                found = await pulled.fetch(FETCH, timeout=LOOK_S)
            except (TimeoutError, errors.TimeoutError):
                if not link.is_connected:
                    raise errors.ConnectionClosedError from None
                continue
            now_us = time.time_ns() // 1_000
            messages = [Message(one.subject.replace(".", "/"), one.data, now_us) for one in found]
            await asyncio.to_thread(self._relay.deliver, messages)
            for one in found:
                await one.ack()
            self._relay.acknowledged(len(found))


async def _silent(error: Exception) -> None:
    """Say nothing: what failed shows in the connection."""


def consume(
    group: Sink,
    registry: Keys,
    url: str,
    *,
    stream: str = STREAM,
    known: Iterable[pl.DataFrame] = (),
) -> Consumer:
    """Give a consumer of a JetStream stream that runs in a thread until it is stopped.

    The stream is made with the subjects ``t.1.*.b`` and ``t.1.*.j.*`` and kept on disk where
    there is none of that name. Let the broker sync what it acknowledges (``sync_interval:
    always``): by default it does so every two minutes.

    Parameters
    ----------
    url
        ``nats://host:4222``, or ``tls://…``.
    known
        Stored rows of late, as `relay.recent` gives them.

    Raises
    ------
    TanluError
        TL466 without the extra ``nats``, TL375 for a URL of another form.
    """
    extra("nats", "nats")
    if not url.startswith(("nats://", "tls://")):
        raise TanluError("TL375", value=url, why="not of the form nats://host:port")
    made = Consumer(group, registry, url, stream, known)
    made.start()
    return made
