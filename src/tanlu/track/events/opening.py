"""Documents of events opened: EPCISDocument, EPCISQueryDocument, one event, a list, NDJSON.

Only the frame of a document is decoded here; its events are cut out as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from tanlu.track.events.hashing import namespaces, pre_hash
from tanlu.track.events.rules import Fault, check_body, check_document, check_once

__all__ = ["DOCUMENT_BYTES", "Batch", "Origin", "opened"]

DOCUMENT_BYTES = 1 << 31
# where the events of a document lie in its body
WAYS = {
    "EPCISDocument": ("eventList",),
    "EPCISQueryDocument": ("queryResults", "resultsBody", "eventList"),
}
# as much of the events as tells where they begin
PIECE = 512
MARK = b"\xef\xbb\xbf"
Raws = list[msgspec.Raw]

_frame = msgspec.json.Decoder(dict[str, msgspec.Raw])
_raws = msgspec.json.Decoder(Raws)
UNREAD = (msgspec.MsgspecError, UnicodeError, RecursionError)


class Origin:
    """What a document says about its events: its contexts, and which fields no hash takes.

    ``alone`` is set for an event that stands by itself, which must bring its own context.
    """

    def __init__(
        self, context: Any = None, ignored: tuple[str, ...] = (), *, alone: bool = False
    ) -> None:
        self.context = context
        self.prefixes = namespaces(context)
        self.ignored = frozenset(ignored)
        self.alone = alone
        # an event by itself with its context, by the text of that context
        self._own: dict[bytes, Origin] = {}
        # how a field or a value begins that has a prefix
        self._marks = [f'"{prefix}:'.encode() for prefix in self.prefixes]

    def marks(self, raw: bytes) -> bool:
        """Tell whether a field or a value of an event may begin with a prefix."""
        # behind a backslash a prefix may be spelt in other signs
        return bool(self._marks) and (b"\\" in raw or any(mark in raw for mark in self._marks))

    def spells(self, raw: bytes) -> bool:
        """Tell whether a value of an event may begin with a prefix, so that it means an IRI."""
        if self._marks and b"\\" in raw:
            return True
        for mark in self._marks:
            start = raw.find(mark)
            while start >= 0:
                end = raw.find(b'"', start + 1)
                if not raw[end + 1 : end + 20].lstrip().startswith(b":"):
                    return True
                start = raw.find(mark, end)
        return False

    def within(self, own: Any) -> Origin:
        """Give the origin of an event of this document that has a context of its own."""
        key = msgspec.json.encode(own)
        found = self._own.get(key)
        if found is None:
            context = [self.context] if isinstance(self.context, dict | str) else self.context
            both = [*(context or ()), *(own if isinstance(own, list) else [own])]
            found = self._own[key] = Origin(both, tuple(self.ignored))
        return found

    def pre_hash(self, event: dict[str, Any]) -> str:
        """Give the text whose hash names an event of this document."""
        own = event.get("@context")
        prefixes = {**self.prefixes, **namespaces(own)} if own is not None else self.prefixes
        if self.ignored:
            event = {key: value for key, value in event.items() if key not in self.ignored}
        return pre_hash(event, prefixes)


class Batch(NamedTuple):
    """Events of one document as they stand, or why it cannot be taken."""

    origin: Origin
    events: list[bytes]
    fault: tuple[str, Fault, bytes] | None = None


def opened(document: bytes) -> Iterator[Batch]:
    """Give the events of a document in batches of one origin each; nothing raises."""
    data = document.removeprefix(MARK)
    if len(data) > DOCUMENT_BYTES:
        why = f"a document has at most {DOCUMENT_BYTES} bytes"
        yield _refused("TL423", Fault("document", str(len(data)), why), data)
        return
    start = data.lstrip()[:1]
    try:
        if start == b"[":
            yield Batch(Origin(), list(map(bytes, _raws.decode(data))))
            return
        frame = _frame.decode(data)
    except UNREAD as error:
        lines = list(filter(bytes.strip, data.splitlines())) if start == b"{" else []
        if len(lines) > 1 and any(map(_is_line, lines[:2])):
            yield from _lines(lines)
        else:
            yield _refused("TL420", Fault("document", "", str(error)), data)
        return
    yield _document(frame, data, alone=True)


def _refused(code: str, fault: Fault, raw: bytes) -> Batch:
    return Batch(Origin(), [], (code, fault, raw))


def _is_line(line: bytes) -> bool:
    try:
        _frame.decode(line)
    except UNREAD:
        return False
    return True


def _lines(lines: list[bytes]) -> Iterator[Batch]:
    """Give the events of NDJSON: neighbours that are no documents make one batch."""
    events: list[bytes] = []
    for line in lines:
        if b"EPCISDocument" in line or b"EPCISQueryDocument" in line:
            try:
                frame = _frame.decode(line)
            except UNREAD:
                events.append(line)
                continue
            if _text(frame.get("type")) in tuple(WAYS):
                if events:
                    yield Batch(Origin(), events)
                events = []
                yield _document(frame, line, alone=False)
                continue
        events.append(line)
    if events:
        yield Batch(Origin(), events)


def _text(raw: msgspec.Raw | None) -> Any:
    return None if raw is None else msgspec.json.decode(raw)


def _document(frame: dict[str, msgspec.Raw], data: bytes, *, alone: bool) -> Batch:
    try:
        kind = _text(frame.get("type"))
        if not isinstance(kind, str) or kind not in WAYS:
            return Batch(Origin(alone=alone), [data])
        head = {
            name: None if name == "epcisBody" else msgspec.json.decode(raw)
            for name, raw in frame.items()
        }
        fault = check_document(head)
        if fault is not None:
            return _refused("TL421", fault, data)
        return _body(kind, head, frame["epcisBody"], data)
    except UNREAD as error:
        return _refused("TL420", Fault("document", "", str(error)), data)


def _body(kind: str, head: dict[str, Any], raw: msgspec.Raw, data: bytes) -> Batch:
    """Give the events in the body of a document, cut out as they stand."""
    body, found = _parted(raw, WAYS[kind])
    events = b"" if found is None else bytes(found)
    fault = check_body(kind, body) or check_once(_outline(data, events), "document")
    if fault is not None:
        return _refused("TL421", fault, data)
    try:
        cut = _raws.decode(events or b"[]")
    except msgspec.ValidationError:
        where = Fault("document.epcisBody.eventList", "", "it is no list")
        return _refused("TL421", where, data)
    named = _ignored({**body.get("queryResults", {}), **head})
    return Batch(Origin(head["@context"], named), list(map(bytes, cut)))


def _outline(data: bytes, events: bytes) -> bytes:
    """Give a document with nothing in place of its events."""
    if not events:
        return data
    # looking for a short piece is quick, and so is one comparison with the whole
    start = data.find(events[:PIECE])
    while not data.startswith(events, start):
        start = data.find(events[:PIECE], start + 1)
    return b"%bnull%b" % (data[:start], data[start + len(events) :])


def _parted(raw: Any, way: tuple[str, ...]) -> tuple[Any, Any]:
    """Give what a body has beside its events, and its events as they stand."""
    try:
        parts = _frame.decode(raw)
    except msgspec.ValidationError:
        return msgspec.json.decode(raw), None
    name, *more = way
    held = {key: msgspec.json.decode(part) for key, part in parts.items() if key != name}
    if name not in parts:
        return held, None
    if not more:
        return {**held, name: None}, parts[name]
    held[name], events = _parted(parts[name], tuple(more))
    return held, events


def _ignored(head: dict[str, Any]) -> tuple[str, ...]:
    """Give the extensions that a document takes out of the hashes: a repository's own fields."""
    names = next((head[name] for name in head if name.endswith(":ignoreFields")), ())
    if not isinstance(names, list):
        return ()
    return tuple(name for name in names if isinstance(name, str) and ":" in name)
