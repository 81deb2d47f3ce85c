"""Between a broker and the pipeline: messages in, receipts to the broker when rows are durable.

One thread decodes and submits, another waits for the receipts in the order of submission. So the
next messages are decoded while the last ones are synced, and a receipt never overtakes another.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from tanlu.errors import TanluError
from tanlu.monitor.edge import Message, Messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    import polars as pl

    from tanlu.monitor.edge import Keys, Refused, Table
    from tanlu.monitor.stream import Body, Pipeline, Receipt
    from tanlu.store import Workspace
    from tanlu.store.stream import StreamLog

__all__ = ["FULL", "PAUSE_S", "Polling", "Relay", "Running", "Sink", "body_of", "recent"]

# batches of a device by which its chain is known again
LEARNT = 64
MOST_MESSAGES = 512
MOST_WAITING = 4_096
# how long a full pipeline is left alone before it is asked again [s]
PAUSE_S = 0.01
FULL = "TL455"
LOOK_S = 0.2


class Sink(Protocol):
    """The part of the group that is used."""

    def submit(self, body: Body) -> Future[Receipt]:
        """Take a body; its receipt comes when it is durable."""
        ...

    def ask(self, question: Callable[[Pipeline], list[Receipt]]) -> Future[list[Receipt]]:
        """Ask the pipeline between two groups."""
        ...


class Stopped(Exception):
    """The relay was stopped while the pipeline was full."""


class Running(ABC):
    """What runs until it is stopped; as a context it is stopped when it is left."""

    @abstractmethod
    def stop(self) -> None:
        """End it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Polling(Running):
    """A consumer that asks its broker in a thread of its own; ``error`` says what is wrong now."""

    def __init__(self, name: str, relay: Relay) -> None:
        self._relay = relay
        self._ending = threading.Event()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def _consume(self) -> None:
        """Consume until it is ending."""

    def start(self) -> None:
        """Begin in the background; a broker that is away is asked again."""
        self._thread.start()

    def stop(self) -> None:
        """End it: what is durable is acknowledged, what is not the broker keeps."""
        self._ending.set()
        self._thread.join()

    def counters(self) -> dict[str, int]:
        """Give the counters of the relay."""
        return self._relay.counters()

    def _run(self) -> None:
        try:
            self._consume()
        except BaseException as error:  # noqa: BLE001 - shown by whoever started it
            self.error = error


class _Chunk(NamedTuple):
    futures: list[Future[Any]]
    tokens: list[Any]


class Relay:
    """Takes messages with tokens and gives the tokens back, in order, when all is durable.

    Parameters
    ----------
    acknowledge
        Called with the tokens of messages whose rows are durable.
    publish
        Called with topic and payload of an answer to a device.
    known
        Stored batches and readings, oldest first, as `recent` gives them: from them the decoder
        learns what it knew before a restart.
    """

    def __init__(
        self,
        group: Sink,
        registry: Keys,
        *,
        acknowledge: Callable[[list[Any]], None] = lambda tokens: None,  # noqa: ARG005
        publish: Callable[[str, bytes], None] = lambda topic, data: None,  # noqa: ARG005
        known: Iterable[pl.DataFrame] = (),
    ) -> None:
        self._group = group
        self._acknowledge, self._publish = acknowledge, publish
        self.messages = Messages(registry)
        for rows in known:
            self.messages.learn(rows)
        self._in: queue.SimpleQueue[tuple[Message, Any]] = queue.SimpleQueue()
        self._out: queue.SimpleQueue[_Chunk | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._counts: Counter[str] = Counter()
        self.error: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            for name, work in (("relay-in", self._submitting), ("relay-out", self._receiving))
        ]

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def put(self, message: Message, token: Any) -> None:
        """Take one message; returns at once.

        What bounds messages with a receipt is the broker's receive maximum. Of those without one
        (token None) nothing was promised: beyond 4,096 that wait they are dropped and counted.
        """
        if token is None and self._in.qsize() >= MOST_WAITING:
            self._counts["dropped"] += 1
            return
        self._in.put((message, token))

    def deliver(self, messages: Sequence[Message]) -> Counter[str]:
        """Take messages and return when all their rows are durable.

        Raises
        ------
        TanluError
            What the pipeline raised; then nothing may be acknowledged.
        """
        futures = self._submitted(messages)
        return self._settle(futures, len(messages))

    def acknowledged(self, messages: int) -> None:
        """Count what was acknowledged after `deliver`."""
        self._counts["acknowledged"] += messages

    def stop(self) -> None:
        """Stop taking messages; what is under way is still acknowledged."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def counters(self) -> dict[str, int]:
        """Give what was counted: messages, acknowledged, rows in, new, known and quarantined, ….

        ``held_back`` counts the times the pipeline was full, ``answers`` what was published,
        ``dropped`` what came without a promise while too much waited.
        """
        signed = self.messages.signed
        return {
            **{name: self._counts[name] for name in (
                "messages", "acknowledged", "rows_in", "rows_new", "rows_known",
                "rows_quarantined", "held_back", "answers", "dropped",
            )},
            "signed_batches": signed.batches, "unverified_batches": signed.unverified,
            "batches_missing": signed.chains.gaps,
            "sparkplug_missed": self.messages.nodes.missed,
        }  # fmt: skip

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Stopped:
            self._out.put(None)
        except BaseException as error:  # noqa: BLE001 - nothing may be acknowledged any more
            self.error = self.error or error
            self._stopping.set()
            self._out.put(None)

    def _submitting(self) -> None:
        while True:
            chunk = self._next()
            if chunk is None:
                break
            messages = [message for message, _ in chunk]
            self._out.put(_Chunk(self._submitted(messages), [token for _, token in chunk]))
        self._out.put(None)

    def _next(self) -> list[tuple[Message, Any]] | None:
        """Give what waits, at least one message; None when it is to stop."""
        while not self._stopping.is_set():
            try:
                found = [self._in.get(timeout=LOOK_S)]
            except queue.Empty:
                continue
            with contextlib.suppress(queue.Empty):
                while len(found) < MOST_MESSAGES:
                    found.append(self._in.get_nowait())
            return found
        return None

    def _submitted(self, messages: Sequence[Message]) -> list[Future[Any]]:
        given = self.messages.take(messages)
        for topic, data in given.answers:
            self._counts["answers"] += 1
            self._publish(topic, data)
        futures = [self._offer(self._group.submit, body_of(table)) for table in given.tables]
        if given.refused:
            futures.append(self._offer(self._group.ask, _refusal(given.refused)))
        return futures

    def _offer(self, take: Callable[[Any], Future[Any]], what: Any) -> Future[Any]:
        """Hand over; a full pipeline is asked again until it takes it."""
        while True:
            try:
                return take(what)
            except TanluError as error:
                if error.code != FULL:
                    raise
                self._counts["held_back"] += 1
                if self._stopping.is_set():
                    raise Stopped from error
                time.sleep(PAUSE_S)

    def _receiving(self) -> None:
        while True:
            chunk = self._out.get()
            if chunk is None:
                break
            self._settle(chunk.futures, len(chunk.tokens))
            self._acknowledge(chunk.tokens)
            self.acknowledged(len(chunk.tokens))

    def _settle(self, futures: Sequence[Future[Any]], messages: int) -> Counter[str]:
        found: Counter[str] = Counter(messages=messages)
        for future in futures:
            told = future.result()
            for receipt in told if isinstance(told, list) else [told]:
                found["rows_in"] += receipt.rows_in
                found["rows_new"] += receipt.rows_new
                found["rows_known"] += receipt.rows_known
                found["rows_quarantined"] += receipt.rows_quarantined
        self._counts.update(found)
        return found


def recent(workspace: Workspace, log: StreamLog) -> Iterator[pl.DataFrame]:
    """Give what a consumer learns from: the last batches of each device in ledger and log.

    Oldest first; to be asked before the first group is committed.
    """
    last = workspace.scan("evidence").sort("seq").group_by("device").tail(LEARNT)
    kept = last.collect(engine="streaming")
    if kept.height:
        yield kept
    for _, tables in log.replay(None):
        if "evidence" in tables:
            yield tables["evidence"]


def body_of(table: Table) -> Body:
    """Give a table of the edge as a body of the pipeline."""
    from tanlu.monitor.stream import Body

    return Body(table.stream, table.media, table.data, table.received_us, evidence=table.evidence)


def _refusal(refused: Sequence[tuple[str, Refused]]) -> Callable[[Pipeline], list[Receipt]]:
    """Give what keeps frames as quarantined rows, asked of the pipeline by its own thread."""

    def refuse(pipeline: Pipeline) -> list[Receipt]:
        return [
            pipeline.refuse(stream, one.raw, one.code, f"{one.device}: {one.why}", one.received_us)
            for stream, one in refused
        ]

    return refuse
