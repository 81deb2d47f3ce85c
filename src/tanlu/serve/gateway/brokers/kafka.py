"""Readings by the protocol of Kafka: offsets are committed when rows are durable (extra kafka).

The key of a record is the device; the topic ``tanlu.signed`` has signed batches, ``tanlu.plain.X``
JSON of stream X. An offset is committed to the broker after the rows before it are in the synced
log: at least once, and the windows of the pipeline make it once. They are exact for ever, so the
offsets need no place in the ledger's own commit, and a topic can be read again from its beginning.
"""

from __future__ import annotations

import re
import time
from collections import deque
from functools import partial
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
REACH_S = 1.0
AWAY = ("_TRANSPORT", "_ALL_BROKERS_DOWN", "_RESOLVE", "_TIMED_OUT")
# times, which would make another error of the same one
TIMES = re.compile(r" \(after \d+ms[^)]*\)")


class Consumer(Polling):
    """A running consumer; `stop` ends it, `counters` tells what it did."""

    def __init__(
        self, group: Sink, registry: Keys, client: Any, known: Iterable[pl.DataFrame], *,
        commits: bool, said: deque[str],
    ) -> None:  # fmt: skip
        super().__init__("kafka", Relay(group, registry, known=known))
        self._client, self._commits = client, commits
        # what the library said of its brokers, and of topics, until something of them comes
        self._said, self._wrong = said, dict[str, Any]()
        self._errors = 0

    def counters(self) -> dict[str, int]:
        """Give the counters of the relay, and ``errors``: those of the broker that passed."""
        return {**super().counters(), "errors": self._errors}

    def _consume(self) -> None:
        try:
            while not self._ending.is_set():
                self._once()
        finally:
            self._client.close()

    def _once(self) -> None:
        """Take what there is: rows durable first, then the offsets behind them."""
        kafka = extra("kafka", "confluent_kafka")
        found = [one for one in self._client.consume(MOST, LOOK_S) if self._sound(one)]
        self.error = self._wrong_now(kafka, heard=bool(found))
        if not found:
            return
        now_us = time.time_ns() // 1_000
        self._relay.deliver([
            message_of(one.topic(), one.key(), one.value(), now_us) for one in found
        ])  # fmt: skip
        if self._commits and not self._commit(kafka, found):
            return
        self._relay.acknowledged(len(found))

    def _commit(self, kafka: Any, found: list[Any]) -> bool:
        """Commit offsets; what is not committed comes again, and a later commit is of it too."""
        ends = {(one.topic(), one.partition()): one.offset() + 1 for one in found}
        places = [kafka.TopicPartition(*where, offset) for where, offset in ends.items()]
        try:
            self._client.commit(offsets=places, asynchronous=False)
        except kafka.KafkaException as error:
            if error.args[0].fatal():
                raise TanluError("TL375", value="kafka", why=error.args[0].str()) from error
            self._errors += 1
            _hear(self._said, error.args[0])
            return False
        return True

    def _sound(self, one: Any) -> bool:
        """Tell whether it is a record; errors that pass by themselves are remembered.

        Raises
        ------
        TanluError
            TL375 for an error that does not pass.
        """
        error = one.error()
        if error is None:
            self._wrong.pop(one.topic(), None)
            return True
        if error.fatal():
            raise TanluError("TL375", value=one.topic(), why=error.str())
        self._errors += 1
        self._wrong[one.topic() or ""] = error
        return False

    def _wrong_now(self, kafka: Any, *, heard: bool) -> TanluError | None:
        """Give what is wrong with brokers or topics at this moment."""
        if self._said and not heard and not self._reached(kafka):
            return TanluError("TL375", value="kafka", why=self._said[-1])
        self._said.clear()
        absent = {
            topic
            for topic, error in self._wrong.items()
            if error.code() == kafka.KafkaError.UNKNOWN_TOPIC_OR_PART
        }
        # who sends one kind only has one kind of topics only; none at all is another matter
        none = absent.issuperset(TOPICS) and not self._client.assignment()
        told = [error.str() for topic, error in self._wrong.items() if none or topic not in absent]
        return TanluError("TL375", value="kafka", why="; ".join(told)) if told else None

    def _reached(self, kafka: Any) -> bool:
        """Tell whether a broker answers: one that was lost may be there again, or another."""
        try:
            self._client.list_topics(timeout=REACH_S)
        except kafka.KafkaException:
            return False
        return True


def _hear(said: deque[str], error: Any) -> None:
    """Remember what a client says of its brokers; why it was refused tells more than that."""
    if error.name() not in AWAY:
        said.append(TIMES.sub("", error.str()))
    elif not said:
        said.append("the broker cannot be reached")


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
    said: deque[str] = deque(maxlen=1)
    told = {
        **(options or {}), "bootstrap.servers": place, "group.id": GROUP,
        "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "error_cb": partial(_hear, said),
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
    made = Consumer(group, registry, client, known, commits=not chosen, said=said)
    made.start()
    return made


def _quiet() -> Any:
    import logging

    found = logging.getLogger("tanlu.kafka")
    found.addHandler(logging.NullHandler())
    found.propagate = False
    return found
