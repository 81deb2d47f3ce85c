"""Edge nodes as a host application sees them: birth, data, death (Sparkplug 3.0 section 5).

A node tells the names and types of its metrics at birth, then sends values by alias. What cannot
be named, for its birth was not seen, is refused and the node is asked to be born again; the bytes
lie in quarantine.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tanlu.errors import TanluError
from tanlu.monitor.edge.sparkplug.payload import Broken, Metric, Payload, decode, number

__all__ = ["Nodes", "Seen"]

NAMESPACE = "spBv1.0"
# a node that is made up costs memory until it is born again
MOST_NODES, MOST_METRICS = 100_000, 100_000
# no faster than so often is one node asked [us]
PATIENCE_US = 10_000_000
CLOCK_NOT_TRUSTED, REISSUED = 2, 8
OWN = ("Node Control/", "Device Control/", "Node Info/", "Properties/")
BIRTHS, DATA, DEATHS = ("NBIRTH", "DBIRTH"), ("NDATA", "DDATA"), ("NDEATH", "DDEATH")
COLUMNS = ("device", "at", "stream", "value", "quality", "received")


class Seen(NamedTuple):
    """What a message gave: rows of ``device, at, stream, value, quality, received``.

    Sparkplug numbers messages, not readings: the pipeline numbers them, and knows what a birth or a
    broker tells again.
    ``ask`` is the topic to which a request for rebirth is to be published, if one is due;
    ``unnamed`` counts metrics that could not be named or had no legal value.
    """

    rows: list[tuple[str, int, str, float | None, int, int]]
    unnamed: int = 0
    ask: str | None = None


class _Node:
    __slots__ = ("aliases", "asked_us", "born", "born_with", "next_seq", "online", "types")

    def __init__(self) -> None:
        self.online = False
        self.born_with: int | None = None
        self.next_seq: int | None = None
        self.asked_us = -PATIENCE_US
        # alias to the device ("" for the node), the name and the type
        self.aliases: dict[int, tuple[str, str, int | None]] = {}
        self.types: dict[tuple[str, str], int | None] = {}
        self.born: set[str] = set()


class Nodes:
    """All edge nodes of a namespace; one object a consumer."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[str, str], _Node] = {}
        self.missed = 0
        self.passed_over = 0

    def take(self, topic: str, data: bytes, received_us: int) -> Seen:
        """Give the readings of one message.

        Raises
        ------
        TanluError
            TL374 for a topic or payload that is none of Sparkplug B.
        """
        try:
            kind, group, edge, device = _topic(topic)
            if kind not in BIRTHS + DATA + DEATHS:
                return Seen([])
            payload = decode(data)
            node = self._node(group, edge)
            if kind in DEATHS:
                return self._death(node, kind, device, payload)
            where = f"{group}/{edge}" + (f"/{device}" if device else "")
            if kind in BIRTHS:
                return self._birth(node, kind, device, payload, where, received_us)
            seen = self._data(node, device, payload, where, received_us)
        except Broken as error:
            raise TanluError("TL374", value=topic, why=str(error)) from error
        lost = not node.online or (device and device not in node.born) or seen.unnamed
        if (lost or seen.ask) and received_us - node.asked_us >= PATIENCE_US:
            node.asked_us = received_us
            return seen._replace(ask=f"{NAMESPACE}/{group}/NCMD/{edge}")
        return seen._replace(ask=None)

    def _node(self, group: str, edge: str) -> _Node:
        if (group, edge) not in self._nodes and len(self._nodes) >= MOST_NODES:
            raise Broken(f"more than {MOST_NODES} edge nodes")
        return self._nodes.setdefault((group, edge), _Node())

    def _birth(  # noqa: PLR0917
        self, node: _Node, kind: str, device: str, payload: Payload, where: str, received_us: int
    ) -> Seen:
        if payload.seq is None:
            raise Broken("a birth has a sequence number")
        if kind == "NBIRTH":
            asked = node.asked_us
            node.__init__()  # type: ignore[misc]
            node.asked_us, node.online = asked, True
            node.born_with = _bd_seq(payload)
            node.next_seq = payload.seq
        self._in_order(node, payload.seq)
        node.born.add(device)
        for metric in payload.metrics:
            if metric.name is None:
                raise Broken("a metric is born without a name")
            if max(len(node.types), len(node.aliases)) >= MOST_METRICS:
                raise Broken(f"more than {MOST_METRICS} metrics of one edge node")
            node.types[device, metric.name] = metric.datatype
            if metric.alias is not None:
                node.aliases[metric.alias] = (device, metric.name, metric.datatype)
        seen = self._rows(node, device, payload, where, received_us)
        return seen._replace(ask=None)

    def _data(
        self, node: _Node, device: str, payload: Payload, where: str, received_us: int
    ) -> Seen:
        in_order = payload.seq is not None and self._in_order(node, payload.seq)
        seen = self._rows(node, device, payload, where, received_us)
        return seen if in_order else seen._replace(ask="due")

    @staticmethod
    def _death(node: _Node, kind: str, device: str, payload: Payload) -> Seen:
        if kind == "DDEATH":
            node.born.discard(device)
            if payload.seq is not None:
                node.next_seq = (payload.seq + 1) % 256
        elif _bd_seq(payload) == node.born_with:
            # the death of an earlier session, told late, is none of this one
            node.online = False
            node.born.clear()
        return Seen([])

    def _in_order(self, node: _Node, seq: int) -> bool:
        if seq > 255:
            raise Broken(f"sequence number {seq} is beyond 255")
        wanted, node.next_seq = node.next_seq, (seq + 1) % 256
        if wanted is None or seq == wanted:
            return True
        if seq == (wanted - 1) % 256:
            # delivered twice: nothing was missed
            node.next_seq = wanted
            return True
        self.missed += (seq - wanted) % 256
        return False

    def _rows(
        self, node: _Node, device: str, payload: Payload, where: str, received_us: int
    ) -> Seen:
        rows = []
        unnamed = 0
        sender = re.sub(r"[^\w.:@+/-]", "_", where)[:200]
        for metric in payload.metrics:
            name, datatype = _named(node, device, metric)
            if name is None:
                unnamed += 1
                continue
            try:
                value = number(metric, datatype)
            except Broken:
                unnamed += 1
                continue
            if name == "bdSeq" or name.startswith(OWN) or (value is None and not metric.null):
                self.passed_over += 1
                continue
            stream = re.sub(r"[^\w.:@+-]", "_", name.replace("/", "."))[:100]
            stamp = metric.timestamp if metric.timestamp is not None else payload.timestamp
            at = received_us if stamp is None else stamp * 1_000
            if not 0 <= at < 1 << 62:
                unnamed += 1
                continue
            quality = (REISSUED if metric.historical else 0) | (
                CLOCK_NOT_TRUSTED if stamp is None else 0
            )
            told = None if value is None else float(value)
            rows.append((sender, at, stream, told, quality, received_us))
        return Seen(rows, unnamed)


def _topic(topic: str) -> tuple[str, str, str, str]:
    parts = topic.split("/")
    if parts[0] != NAMESPACE or not 3 <= len(parts) <= 5 or not all(parts):
        raise Broken("not a topic spBv1.0/group/type/edge node/device")
    if parts[1] == "STATE":
        return "STATE", "", parts[2], ""
    if len(parts) < 4 or (parts[2].startswith("D") != (len(parts) == 5)):
        raise Broken("a device is named where none should be, or not named where one should")
    return parts[2], parts[1], parts[3], parts[4] if len(parts) == 5 else ""


def _bd_seq(payload: Payload) -> int | None:
    for metric in payload.metrics:
        if metric.name == "bdSeq" and isinstance(metric.value, int):
            return metric.value
    return None


def _named(node: _Node, device: str, metric: Metric) -> tuple[str | None, int | None]:
    if metric.name is not None:
        return metric.name, metric.datatype or node.types.get((device, metric.name))
    if metric.alias is not None and node.online:
        owner, name, datatype = node.aliases.get(metric.alias, (None, None, None))
        if owner == device:
            return name, datatype
    return None, None
