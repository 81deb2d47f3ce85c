"""Messages of brokers into bodies: signed batches, plain JSON, Sparkplug B, told by their topics.

``t/1/<device>/b`` is a signed batch, ``t/1/<device>/j/<stream>`` plain JSON, ``spBv1.0/…``
Sparkplug B. Many messages become few tables: a pipeline costs by the body, not by the row.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.edge.signed import Frame, Keys, Refused, SignedBatches
from tanlu.monitor.edge.sparkplug import Nodes, rebirth

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["JSON", "SIGNED", "SPARKPLUG", "TOPICS", "Message", "Messages", "Table"]

SIGNED, PLAIN, SPARKPLUG = "t/1/+/b", "t/1/+/j/+", "spBv1.0/#"
TOPICS = (SIGNED, PLAIN, SPARKPLUG)
JSON = "application/json"
MOST_BYTES = 1 << 20
SPARKPLUG_STREAM = "sparkplug"
BATCH_STREAM = "signed"


class Message(NamedTuple):
    """What a broker delivered, and when [us UTC]."""

    topic: str
    data: bytes
    received_us: int


class Table(NamedTuple):
    """One body for the pipeline: of one stream, a table or JSON text.

    ``evidence`` has the bytes of the verified batches that it came in, schema ``evidence``.
    """

    stream: str
    media: str
    data: bytes | pl.DataFrame
    received_us: int
    evidence: pl.DataFrame | None = None


class Given(NamedTuple):
    """What messages gave: bodies, refused frames by stream, what to publish in answer."""

    tables: list[Table]
    refused: list[tuple[str, Refused]]
    answers: list[tuple[str, bytes]]


class Messages:
    """The decoder of a consumer; what it remembers it can learn from stored rows."""

    def __init__(self, keys: Keys) -> None:
        self.signed = SignedBatches(keys)
        self.nodes = Nodes()

    def learn(self, rows: pl.DataFrame) -> None:
        """Remember stored rows of table ``evidence``, as after a restart."""
        self.signed.chains.learn(rows)

    def take(self, messages: Sequence[Message]) -> Given:
        """Give the bodies of messages; nothing raises, what is wrong is refused with its code."""
        batches: list[Frame] = []
        plain: dict[str, list[bytes]] = defaultdict(list)
        rows: list[tuple[str, int, str, float | None, int, int]] = []
        given = Given([], [], [])
        for message in messages:
            parts = message.topic.split("/")
            if message.topic.startswith("spBv1.0/"):
                self._sparkplug(message, rows, given)
            elif parts[:2] == ["t", "1"] and len(parts) == 4 and parts[3] == "b":
                batches.append(Frame(message.data, message.received_us, parts[2]))
            elif parts[:2] == ["t", "1"] and len(parts) == 5 and parts[3] == "j":
                try:
                    plain[parts[4]] += objects(parts[2], message.data)
                except TanluError as error:
                    given.refused.append((parts[4], _refused(message, error, parts[2])))
            else:
                wrong = TanluError("TL374", value=message.topic, why="no topic of ours")
                given.refused.append((BATCH_STREAM, _refused(message, wrong, "")))
        now = min((message.received_us for message in messages), default=0)
        if batches:
            taken = self.signed.take(batches)
            given.refused.extend((BATCH_STREAM, one) for one in taken.refused)
            for table in (taken.reading, taken.position):
                given.tables.extend(_by_stream(table, now, taken.evidence))
        if rows:
            made = pl.DataFrame(
                rows, orient="row",
                schema=["device", "at", "stream", "value", "quality", "received"],
                schema_overrides={"value": pl.Float64},
            )  # fmt: skip
            given.tables.extend(_by_stream(made, now))
        for stream, found in plain.items():
            given.tables.append(Table(stream, JSON, b"[" + b",".join(found) + b"]", now))
        return given

    def _sparkplug(
        self, message: Message, rows: list[tuple[str, int, str, float | None, int, int]],
        given: Given,
    ) -> None:  # fmt: skip
        try:
            seen = self.nodes.take(*message)
        except TanluError as error:
            given.refused.append((SPARKPLUG_STREAM, _refused(message, error, "")))
            return
        rows += seen.rows
        if seen.unnamed:
            why = f"{seen.unnamed} metrics without a name or a legal value; birth was asked for"
            wrong = TanluError("TL374", value=message.topic, why=why)
            given.refused.append((SPARKPLUG_STREAM, _refused(message, wrong, "")))
        if seen.ask:
            given.answers.append((seen.ask, rebirth(message.received_us // 1_000)))


def objects(device: str, data: bytes) -> list[bytes]:
    """Give the JSON objects of a message, each with its device.

    Raises
    ------
    TanluError
        TL371 when an object names another device than the topic, TL374 for what is no JSON object,
        array of objects or object of arrays, or more than 1 MiB.
    """
    import msgspec

    if len(data) > MOST_BYTES:
        raise TanluError("TL374", value=device, why=f"more than {MOST_BYTES} bytes")
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise TanluError("TL374", value=device, why=f"no JSON: {error}") from error
    alone = isinstance(found, dict)
    if isinstance(found, dict) and any(isinstance(each, list) for each in found.values()):
        found, alone = _turned(device, found), False
    rows = [found] if alone else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TanluError("TL374", value=device, why="neither an object nor a list of objects")
    for row in rows:
        if row.setdefault("device", device) != device:
            why = f"it names the device {row['device']}"
            raise TanluError("TL371", value=device, why=why)
    return [msgspec.json.encode(row) for row in rows]


def _turned(device: str, columns: dict[str, object]) -> list[dict[str, object]]:
    """Give the rows of an object of arrays; what is no array holds for all of them."""
    lengths = {len(each) for each in columns.values() if isinstance(each, list)}
    if len(lengths) != 1:
        raise TanluError("TL374", value=device, why="its arrays are not of one length")
    return [
        {name: each[place] if isinstance(each, list) else each for name, each in columns.items()}
        for place in range(lengths.pop())
    ]


def _by_stream(
    table: pl.DataFrame, now_us: int, evidence: pl.DataFrame | None = None
) -> list[Table]:
    return [
        Table(str(part["stream"][0]), "", part, now_us, evidence)
        for part in table.partition_by("stream", maintain_order=True)
    ]


def _refused(message: Message, error: TanluError, device: str) -> Refused:
    why = str(error.fields["why"])
    return Refused(message.data, error.code, why, device, message.received_us)
