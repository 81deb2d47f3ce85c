"""The event hash of CBV 2.0 8.9: one identity for one event, however it was written down.

An event becomes a tree of names and values; the values get one form, the names of EPCIS one order,
everything else (business transactions, sources, destinations, ILMD, extensions) follows in the
order of its text. The SHA-256 of that text names the event.
"""

from __future__ import annotations

import hashlib
from typing import Any

from tanlu.track.events.words.canon import canonical, normal_time
from tanlu.track.events.words.vocabulary import spelt_out

__all__ = ["COMMENTS", "digest", "namespaces", "own_texts", "pre_hash"]

Node = list[Any]  # name, text, nodes below; a pair of nodes for a typed party or transaction

COMMENTS = frozenset(("#text", "rdfs:comment", "comment"))
NOT_HASHED = frozenset(("recordTime", "eventID", "type", "errorDeclaration", "@context"))
PAIRS = frozenset(("sourceList", "destinationList", "bizTransactionList"))
PAIRED = frozenset(("source", "destination", "bizTransaction"))
QUANTITIES = frozenset(("inputQuantity", "outputQuantity", "childQuantity"))

Order = tuple[tuple[str, Any], ...]
EPCS: Order = (("epc", None),)
AMOUNTS: Order = (("quantityElement", (("epcClass", None), ("quantity", None), ("uom", None))),)
SENSED: Order = (
    ("sensorMetadata", tuple((name, None) for name in (
        "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
        "dataProcessingMethod", "bizRules",
    ))),
    ("sensorReport", tuple((name, None) for name in (
        "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod",
        "time", "microorganism", "chemicalSubstance", "value", "component", "stringValue",
        "booleanValue", "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev",
        "percRank", "percValue", "uom", "coordinateReferenceSystem",
    ))),
)  # fmt: skip
ORDER: Order = (
    ("eventTime", None), ("eventTimeZoneOffset", None), ("certificationInfo", None),
    ("parentID", None), ("epcList", EPCS), ("inputEPCList", EPCS), ("childEPCs", EPCS),
    ("quantityList", AMOUNTS), ("childQuantityList", AMOUNTS), ("inputQuantityList", AMOUNTS),
    ("outputEPCList", EPCS), ("outputQuantityList", AMOUNTS), ("action", None),
    ("transformationID", None), ("bizStep", None), ("disposition", None),
    ("persistentDisposition", (("set", None), ("unset", None))),
    ("readPoint", (("id", None),)), ("bizLocation", (("id", None),)),
    ("sensorElementList", (("sensorElement", SENSED),)),
)  # fmt: skip


def digest(text: str) -> str:
    """Give the identity of an event from its pre-hash string."""
    return f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"


def namespaces(context: Any) -> dict[str, str]:
    """Give the prefixes that a JSON-LD context declares, with the IRI of each."""
    found: dict[str, str] = {}
    for each in context if isinstance(context, list) else [context]:
        for prefix, iri in each.items() if isinstance(each, dict) else ():
            said = iri.get("@id") if isinstance(iri, dict) else iri
            if isinstance(said, str):
                found[prefix] = said
    return found


def pre_hash(event: dict[str, Any], prefixes: dict[str, str]) -> str:
    """Give the text whose hash names an event.

    Parameters
    ----------
    event
        The event, as JSON gives it.
    prefixes
        IRIs of the prefixes of its extensions, by prefix.
    """
    nodes = _folded(_nodes(spelt_out(event), prefixes))
    ordered = _ordered(nodes, ORDER)
    rest = [node for node in nodes if node[0] not in NOT_HASHED]
    return f"eventType={event['type']}{ordered}{_rest(rest)}"


def own_texts(fields: dict[str, Any], prefixes: dict[str, str]) -> list[str]:
    """Give the text of each extension and of master data, as they stand in the text of an event."""
    return [_rest([node]) for node in _folded(_nodes(fields, prefixes))]


def _nodes(held: dict[str, Any], prefixes: dict[str, str]) -> list[Node]:
    """Give the fields of an object as nodes; a list is its elements under one name."""
    found: list[Node] = []
    for key, value in held.items():
        if key in COMMENTS:
            continue
        name = _named(key, prefixes, "{{{}}}{}")
        each = value if isinstance(value, list) else (value,)
        found += [_node(name, one, prefixes) for one in each]
    return found


def _node(name: str, value: Any, prefixes: dict[str, str]) -> Node:
    if isinstance(value, dict):
        return [name, str(value.get("#text", "")), _nodes(value, prefixes)]
    if isinstance(value, list):
        return [name, "", [_node("", each, prefixes) for each in value]]
    text = _named(value, prefixes, "{}{}") if isinstance(value, str) else str(value)
    return [name, text, []]


def _named(text: str, prefixes: dict[str, str], form: str) -> str:
    prefix, colon, rest = text.partition(":")
    return form.format(prefixes[prefix], rest) if colon and prefix in prefixes else text


def _folded(nodes: list[Node]) -> list[Node]:
    """Give each list one node of its own, with its elements below, as XML has it."""
    found: list[Node] = []
    lists: dict[str, list[Node]] = {}
    children: list[Node] = []
    for node in nodes:
        name = node[0]
        if name.endswith("List"):
            lists.setdefault(name, []).append([name[:-4], node[1], node[2]])
        elif name == "childEPCs":
            children.append(["epc", node[1], []])
        else:
            found.append(_renamed([name, node[1], _folded(node[2])]))
    for name, below in lists.items():
        if name in PAIRS:
            found.append([name, "", [_pair(node[2]) for node in below]])
        else:
            found.append(
                [name, "", [_renamed([node[0], node[1], _folded(node[2])]) for node in below]]
            )
    if children:
        found.append(["childEPCs", "", children])
    return found


def _pair(nodes: list[Node]) -> tuple[Node, ...]:
    """Give the type of a party or transaction and then itself, in whatever order they stood."""
    return tuple(sorted(nodes, key=lambda node: node[0] in PAIRED))


def _renamed(node: Node) -> Node:
    name = node[0]
    if name in ("inputEPC", "outputEPC"):
        node[0] = "epc"
    elif name in QUANTITIES or (name == "quantity" and node[2]):
        node[0] = "quantityElement"
    return node


def _ordered(nodes: list[Node], order: Order) -> str:
    """Give the text of the nodes that an order names, and take them out of the list."""
    own = _extensions(nodes)
    said = []
    for name, below in order:
        texts = []
        for node in [node for node in nodes if node[0] == name]:
            text = _one(node, below)
            if text:
                texts.append(text)
            if not node[2]:
                nodes.remove(node)
        texts.sort()
        said += texts
    return "".join(said) + (_rest(own) if own else "")


def _extensions(nodes: list[Node]) -> list[Node]:
    """Take out the extensions of an object below an event: they follow its own fields there."""
    if len(nodes) <= 1 or any("eventTime" in node[0] or "action" in node[0] for node in nodes):
        return []
    own = [node for node in nodes if "{" in node[0] and "/}" in node[0]]
    if own:
        nodes[:] = [node for node in nodes if not any(node is one for one in own)]
    return own


def _one(node: Node, below: Order | None) -> str:
    name, text = node[0], node[1].strip()
    lower = _ordered(node[2], below) if below else ""
    if text:
        moment = "time" in name.lower() and "offset" not in name.lower()
        text = normal_time(text) if moment else canonical(text)
        text = f"={text}"
    return f"{name}{text}{lower}" if text or lower else ""


def _rest(nodes: Any) -> str:
    """Give the text of nodes that no order names, in the order of their texts."""
    texts = []
    for node in nodes:
        if isinstance(node, tuple):
            texts.append(_rest(node))
            continue
        text = node[1].strip()
        text = f"={canonical(text)}" if text else ""
        texts.append(f"{node[0]}{text}{_rest(node[2])}")
    if not any(node[0] in PAIRED for node in nodes if isinstance(node, list)):
        texts.sort()
    return "".join(texts)
