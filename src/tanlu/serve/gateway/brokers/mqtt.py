"""Readings by MQTT 5: acknowledged to the broker only when they are durable (extra mqtt).

QoS 1, a session that outlives us, a receipt for each message after the write-ahead log is synced:
what was not acknowledged the broker delivers again, and the windows of the pipeline know it. The
receive maximum bounds what is under way, so a slow disk slows the broker and nothing piles up here.
"""

from __future__ import annotations

import ssl
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from tanlu.errors import TanluError
from tanlu.monitor.edge import TOPICS, Message
from tanlu.serve.gateway.brokers.relay import Relay, Running
from tanlu.serve.gateway.extras import extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import polars as pl

    from tanlu.monitor.edge import Keys
    from tanlu.serve.gateway.brokers.relay import Sink

__all__ = ["Consumer", "Identity", "consume"]

PORTS = {"mqtt": 1883, "mqtts": 8883}
SESSION_S = 7 * 86_400
RECEIVE_MAXIMUM = 256
KEEPALIVE_S = 30
LARGEST = 1 << 20
CLIENT = "tanlu"


class Identity(NamedTuple):
    """Who we are to the broker and whom we trust: files of PEM."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


class _Token(NamedTuple):
    session: int
    mid: int


class Consumer(Running):
    """A running consumer; `stop` ends it, `counters` tells what it did."""

    def __init__(self, group: Sink, registry: Keys, client: Any, options: _Options) -> None:
        self._client, self._options = client, options
        self._connections = 0
        # moves on when a connection ends: numbers of messages hold for one connection only
        self._session = 0
        self._switching = threading.Lock()
        self._refused = ""
        self.connected = threading.Event()
        self._relay = Relay(
            group, registry, acknowledge=self._acknowledge, publish=self._publish,
            known=options.known,
        )  # fmt: skip
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message

    def start(self) -> None:
        """Connect in the background, and again whenever the connection is lost."""
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        asked: Any = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        asked.SessionExpiryInterval = self._options.session_s
        asked.ReceiveMaximum = self._options.receive_maximum
        asked.MaximumPacketSize = LARGEST
        self._relay.start()
        self._client.connect_async(
            self._options.host, self._options.port, keepalive=KEEPALIVE_S, clean_start=False,
            properties=asked,
        )  # fmt: skip
        self._client.loop_start()

    def stop(self) -> None:
        """End it: what is under way is acknowledged, what is not the broker keeps for us."""
        self._relay.stop()
        if (client := self._client) is not None:
            client.disconnect()
            client.loop_stop()
            # it has a pair of sockets until nobody has it any more
            self._client = None

    @property
    def error(self) -> BaseException | None:
        """What is wrong now: an error of the pipeline, or a broker that is away or refuses us."""
        if self._relay.error is None and self._refused:
            return TanluError("TL375", value=self._options.host, why=self._refused)
        return self._relay.error

    def counters(self) -> dict[str, int]:
        """Give the counters of the relay, and ``connections``: how often we were connected."""
        return {**self._relay.counters(), "connections": self._connections}

    def _on_connect(self, client: Any, data: Any, flags: Any, reason: Any, more: Any) -> None:  # noqa: ARG002
        if reason.is_failure:
            self._refused = str(reason)
            return
        self._refused = ""
        self._connections += 1
        # also when the session is there: topics may be new since
        client.subscribe([(topic, _options()) for topic in self._options.topics])

    def _on_connect_fail(self, client: Any, data: Any) -> None:  # noqa: ARG002
        self._refused = "the broker cannot be reached"

    def _on_subscribe(self, client: Any, data: Any, mid: int, reasons: Any, more: Any) -> None:  # noqa: ARG002
        refused = [
            f"{topic}: {reason}"
            for topic, reason in zip(self._options.topics, reasons, strict=False)
            if reason.is_failure
        ]
        self._refused = "; ".join(refused)
        if not refused:
            self.connected.set()

    def _on_disconnect(self, client: Any, data: Any, flags: Any, reason: Any, more: Any) -> None:  # noqa: ARG002
        with self._switching:
            self._session += 1
        if reason.is_failure:
            self._refused = f"the connection was lost: {reason}"
        self.connected.clear()

    def _on_message(self, client: Any, data: Any, message: Any) -> None:  # noqa: ARG002
        # a message without receipt (QoS 0) has none to give
        token = _Token(self._session, message.mid) if message.qos else None
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self._relay.put(Message(topic, message.payload, time.time_ns() // 1_000), token)

    def _acknowledge(self, tokens: list[_Token | None]) -> None:
        for token in tokens:
            if token is None:
                continue
            # on a later connection this number may be that of another message
            with self._switching:
                if token.session == self._session:
                    self._client.ack(token.mid, 1)

    def _publish(self, topic: str, data: bytes) -> None:
        self._client.publish(topic, data, qos=0)


class _Options(NamedTuple):
    host: str
    port: int
    topics: tuple[str, ...]
    session_s: int
    receive_maximum: int
    known: Iterable[pl.DataFrame]


def consume(
    group: Sink,
    registry: Keys,
    url: str,
    *,
    identity: Identity | None = None,
    client_id: str = CLIENT,
    topics: Sequence[str] = TOPICS,
    receive_maximum: int = RECEIVE_MAXIMUM,
    session_s: int = SESSION_S,
    known: Iterable[pl.DataFrame] = (),
) -> Consumer:
    """Give a consumer that runs in threads until it is stopped.

    Parameters
    ----------
    group
        Where bodies are submitted; a message is acknowledged when its receipts are there.
    registry
        Keys of devices, for signed batches.
    url
        ``mqtt://host:1883`` or ``mqtts://user:password@host:8883``.
    identity
        For TLS: the authority of the broker, our own certificate and key.
    client_id
        Name of the session; two consumers never share one.
    receive_maximum
        How many messages may be under way. At most 256 as long as Sparkplug B is read: so many
        numbers are remembered of a device in a stream.
    session_s
        How long the broker keeps messages for us while we are away [s].
    known
        Stored rows of late, as `relay.recent` gives them.

    Raises
    ------
    TanluError
        TL466 without the extra ``mqtt``, TL375 for a URL or files of TLS that cannot be used.
    """
    paho = extra("mqtt", "paho.mqtt.client")
    enums = extra("mqtt", "paho.mqtt.enums")
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError as error:
        raise TanluError("TL375", value=url, why=str(error)) from error
    if not parts.hostname or parts.scheme not in PORTS:
        raise TanluError("TL375", value=url, why="not of the form mqtt://host:port")
    client = paho.Client(
        enums.CallbackAPIVersion.VERSION2, client_id, protocol=paho.MQTTv5, manual_ack=True
    )
    if parts.username:
        client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
    if parts.scheme == "mqtts":
        client.tls_set_context(_context(identity or Identity()))
    client.reconnect_delay_set(min_delay=1, max_delay=30)
    options = _Options(parts.hostname, port or 0, tuple(topics), session_s, receive_maximum, known)
    consumer = Consumer(group, registry, client, options)
    consumer.start()
    return consumer


def _options() -> Any:
    from paho.mqtt.subscribeoptions import SubscribeOptions

    # a retained message is an old one: whoever subscribes anew would have it again
    return SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)


def _context(identity: Identity) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=identity.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if identity.certificate:
            context.load_cert_chain(identity.certificate, identity.key)
    except (OSError, ssl.SSLError) as error:
        named = identity.certificate or identity.ca
        raise TanluError("TL375", value=named, why=error.strerror or str(error)) from error
    return context
