"""Readings by the protocol of Kafka: offsets are committed when rows are durable (extra kafka).

The key of a record is the device; the topic ``tanlu.signed`` has signed batches, ``tanlu.plain.X``
JSON of stream X. An offset is committed to the broker after the rows before it are in the synced
log: at least once, and the windows of the pipeline make it once. They are exact for ever, so the
offsets need no place in the ledger's own commit, and a topic can be read again from its beginning.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tanlu.errors import TanluError
from tanlu.monitor.edge import Message
from tanlu.serve.gateway.brokers.relay import Polling, Relay
from tanlu.serve.gateway.extras import extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from tanlu.monitor.edge import Keys
    from tanlu.serve.gateway.brokers.relay import Sink

__all__ = ["Consumer", "consume", "message_of"]

SIGNED, PLAIN = "tanlu.signed", "tanlu.plain."
TOPICS = (SIGNED, "^tanlu[.]plain[.].*")
GROUP = "tanlu"
MOST = 512
LOOK_S = 0.2


class Consumer(Polling):
    """A running consumer; `stop` ends it, `counters` tells what it did."""

    def __init__(
        self, group: Sink, registry: Keys, client: Any, known: Iterable[pl.DataFrame], *,
        commits: bool,
    ) -> None:  # fmt: skip
        super().__init__("kafka", Relay(group, registry, known=known))
        self._client, self._commits = client, commits

    def _consume(self) -> None:
        try:
            while not self._ending.is_set():
                self._once()
        finally:
            self._client.close()

    def _once(self) -> None:
        """Take what there is: rows durable first, then the offsets behind them."""
        kafka = extra("kafka", "confluent_kafka")
        found = [one for one in self._client.consume(MOST, LOOK_S) if _sound(one)]
        if not found:
            return
        now_us = time.time_ns() // 1_000
        self._relay.deliver([
            message_of(one.topic(), one.key(), one.value(), now_us) for one in found
        ])  # fmt: skip
        if self._commits:
            self._commit(kafka, found)
        self._relay.acknowledged(len(found))

    def _commit(self, kafka: Any, found: list[Any]) -> None:
        ends = {(one.topic(), one.partition()): one.offset() + 1 for one in found}
        places = [kafka.TopicPartition(*where, offset) for where, offset in ends.items()]
        self._client.commit(offsets=places, asynchronous=False)


def _sound(one: Any) -> bool:
    """Tell whether it is a record; errors that pass by themselves are passed over.

    Raises
    ------
    TanluError
        TL375 for an error that does not pass.
    """
    error = one.error()
    if error is None:
        return True
    if error.fatal():
        raise TanluError("TL375", value=one.topic(), why=error.str())
    return False


def message_of(topic: str, key: bytes | None, data: bytes | None, received_us: int) -> Message:
    """Give a record as a message with the topic that says the same."""
    device = (key or b"").decode("utf-8", "replace")
    if topic.startswith(PLAIN):
        return Message(f"t/1/{device}/j/{topic.removeprefix(PLAIN)}", data or b"", received_us)
    return Message(f"t/1/{device}/b", data or b"", received_us)


def consume(
    group: Sink,
    registry: Keys,
    url: str,
    *,
    partitions: Iterable[tuple[str, int]] = (),
    options: Mapping[str, str] | None = None,
    known: Iterable[pl.DataFrame] = (),
) -> Consumer:
    """Give a consumer that runs in a thread until it is stopped.

    Parameters
    ----------
    url
        ``kafka://host:9092``.
    partitions
        Topics and partitions to read again from their beginning, beside the group: no offset is
        committed. Without, the topics are subscribed to as a member of the group ``tanlu``.
    options
        Further options of librdkafka: TLS, SASL.
    known
        Stored rows of late, as `relay.recent` gives them.

    Raises
    ------
    TanluError
        TL466 without the extra ``kafka``, TL375 for a URL or option of another form.
    """
    kafka = extra("kafka", "confluent_kafka")
    try:
        parts = urlsplit(url)
        place = f"{parts.hostname}:{parts.port or 9092}"
    except ValueError as error:
        raise TanluError("TL375", value=url, why=str(error)) from error
    if parts.scheme != "kafka" or not parts.hostname:
        raise TanluError("TL375", value=url, why="not of the form kafka://host:port")
    told = {
        **(options or {}), "bootstrap.servers": place, "group.id": GROUP,
        "enable.auto.commit": False, "auto.offset.reset": "earliest",
    }  # fmt: skip
    try:
        client = kafka.Consumer(told, logger=_quiet())
    except kafka.KafkaException as error:
        raise TanluError("TL375", value=url, why=error.args[0].str()) from error
    chosen = [kafka.TopicPartition(topic, part, kafka.OFFSET_BEGINNING)
              for topic, part in partitions]  # fmt: skip
    if chosen:
        client.assign(chosen)
    else:
        client.subscribe(list(TOPICS))
    made = Consumer(group, registry, client, known, commits=not chosen)
    made.start()
    return made


def _quiet() -> Any:
    import logging

    found = logging.getLogger("tanlu.kafka")
    found.addHandler(logging.NullHandler())
    found.propagate = False
    return found
