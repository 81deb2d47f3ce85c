"""Events between partners (CloudEvents 1.0): what is asked, published, fulfilled or rejected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import moments
from tanlu.share.exchange.pact.model import uuid
from tanlu.share.exchange.pact.parsing import parsed, storable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tanlu.share.exchange.pact.footprint import Footprint

__all__ = [
    "MEDIA",
    "TYPES",
    "Event",
    "fulfilled",
    "parse",
    "published",
    "rejected",
    "reply_to",
    "request",
    "uuid",
]

MEDIA = "application/cloudevents+json; charset=UTF-8"
VERSION = "1.0"
TYPES = {
    2: {
        "created": "org.wbcsd.pathfinder.ProductFootprintRequest.Created.v1",
        "fulfilled": "org.wbcsd.pathfinder.ProductFootprintRequest.Fulfilled.v1",
        "rejected": "org.wbcsd.pathfinder.ProductFootprintRequest.Rejected.v1",
        "published": "org.wbcsd.pathfinder.ProductFootprint.Published.v1",
    },
    3: {
        "created": "org.wbcsd.pact.ProductFootprint.RequestCreatedEvent.3",
        "fulfilled": "org.wbcsd.pact.ProductFootprint.RequestFulfilledEvent.3",
        "rejected": "org.wbcsd.pact.ProductFootprint.RequestRejectedEvent.3",
        "published": "org.wbcsd.pact.ProductFootprint.PublishedEvent.3",
    },
}
KINDS = {form: {name: kind for kind, name in types.items()} for form, types in TYPES.items()}
MOST_FOOTPRINTS = 10_000
LONGEST = 1_000


class Event(NamedTuple):
    """One event: the form it is of, its kind, its identity, its source, and its data."""

    form: int
    kind: str
    id: str
    source: str
    data: Mapping[str, Any]
    time: str

    def encode(self) -> bytes:
        """Give the JSON that is sent."""
        return json.dumps(
            {
                "type": TYPES[self.form][self.kind], "specversion": VERSION, "id": self.id,
                "source": self.source, "time": self.time, "data": self.data,
            },
            separators=(",", ":"), allow_nan=False,
        ).encode()  # fmt: skip


def parse(body: bytes, form: int) -> Event:
    """Give the event of a body sent to the address of form 2 or 3.

    Raises
    ------
    TanluError
        TL882 for a body that is no event of this form.
    """
    try:
        told = parsed(body)
    except ValueError as error:
        raise TanluError("TL882", value="body", why="it is no JSON") from error
    if not isinstance(told, dict):
        raise TanluError("TL882", value="body", why="an object is wanted")
    for name in ("type", "specversion", "id", "source", "time"):
        word = told.get(name)
        if not isinstance(word, str) or not 0 < len(word) <= LONGEST or not storable(word):
            raise TanluError("TL882", value=name, why="it is required")
    kind = KINDS[form].get(told["type"])
    if kind is None:
        raise TanluError("TL882", value=told["type"][:80], why=f"V{form} knows no such event")
    if told["specversion"] != VERSION:
        raise TanluError("TL882", value=told["specversion"][:80], why="CloudEvents 1.0 are wanted")
    if moments.moment(told["time"]) is None:
        raise TanluError("TL882", value="time", why="it is no moment of RFC 3339")
    data = told.get("data")
    if not isinstance(data, dict):
        raise TanluError("TL882", value="data", why="an object is wanted")
    _data(kind, data)
    return Event(form, kind, told["id"], told["source"], data, told["time"])


def _data(kind: str, data: Mapping[str, Any]) -> None:
    if kind == "created" and not isinstance(data.get("comment", ""), str):
        raise TanluError("TL882", value="data.comment", why="a text is wanted")
    if kind == "published":
        ids = data.get("pfIds", [])
        if not isinstance(ids, list) or not all(uuid(each) for each in ids):
            raise TanluError("TL882", value="data.pfIds", why="a list of UUIDs is wanted")
    if kind in ("fulfilled", "rejected") and not isinstance(data.get("requestEventId"), str):
        raise TanluError("TL882", value="data.requestEventId", why="it is required")
    if kind == "rejected":
        error = data.get("error")
        if not isinstance(error, dict) or not all(
            isinstance(error.get(name), str) for name in ("code", "message")
        ):
            raise TanluError("TL882", value="data.error", why="code and message are wanted")
    if kind == "fulfilled":
        told = data.get("pfs")
        if not isinstance(told, list) or not 0 < len(told) <= MOST_FOOTPRINTS:
            raise TanluError("TL882", value="data.pfs", why="a list of footprints is wanted")
        # what does not add up is kept and found; what is no footprint at all is refused
        if not all(isinstance(each, dict) and uuid(each.get("id")) for each in told):
            raise TanluError("TL882", value="data.pfs", why="each footprint has a UUID")


def request(
    form: int, source: str, product_ids: Sequence[str], comment: str, *, at: datetime
) -> Event:
    """Give the event that asks a partner for footprints of products."""
    ids = list(product_ids)
    data: dict[str, Any] = {"pf": {"productIds": ids}} if form == 2 else {"productId": ids}
    return _made(form, "created", source, data | {"comment": comment}, at)


def published(form: int, source: str, ids: Sequence[str], *, at: datetime) -> Event:
    """Give the event that tells a partner of new footprints."""
    return _made(form, "published", source, {"pfIds": list(ids)}, at)


def fulfilled(asked: Event, source: str, found: Sequence[Footprint], *, at: datetime) -> Event:
    """Give the answer to a request: the footprints that were found, never none."""
    data = {"requestEventId": asked.id, "pfs": [dict(each.content) for each in found]}
    return _made(asked.form, "fulfilled", source, data, at)


def rejected(asked: Event, source: str, code: str, why: str, *, at: datetime) -> Event:
    """Give the answer to a request that cannot be fulfilled."""
    data = {"requestEventId": asked.id, "error": {"code": code, "message": why}}
    return _made(asked.form, "rejected", source, data, at)


def _made(form: int, kind: str, source: str, data: Mapping[str, Any], at: datetime) -> Event:
    return Event(form, kind, str(uuid4()), source, data, moments.written(at))


def reply_to(source: str) -> str:
    """Give the base address of whoever sent an event; empty where its source is none.

    A source is ``https://host/base``, the address of the events themselves, or either without its
    scheme.
    """
    whole = f"https:{source}" if source.startswith("//") else source
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        return ""
    path = parts.path.rstrip("/")
    for form in TYPES:
        path = path.removesuffix(f"/{form}/events")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{path.rstrip('/')}"
