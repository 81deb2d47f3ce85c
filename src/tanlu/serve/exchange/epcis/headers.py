"""What client and server agree on by headers: versions, media types, forms (EPCIS 2.0 12)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException, Request, Response

from tanlu.terms import VERSION

__all__ = [
    "BYTES", "DISCOVERY", "EVENTS", "agreed", "answer", "collection", "discovery", "extensions",
    "sent",
]  # fmt: skip

EPCIS = CBV = "2.0.0"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
# what one capture may bring
EVENTS, BYTES = 50_000, 32 << 20
DISCOVERY = {
    "GS1-EPCIS-Version": EPCIS, "GS1-EPCIS-Min": EPCIS, "GS1-EPCIS-Max": EPCIS,
    "GS1-CBV-Version": CBV, "GS1-CBV-Min": CBV, "GS1-CBV-Max": CBV,
    "GS1-EPC-Format": "Never_Translates", "GS1-Vendor-Version": f"tanlu-{VERSION}",
}  # fmt: skip
SAID = {"GS1-EPCIS-Version": EPCIS, "GS1-CBV-Version": CBV}
JSON, LINKED = "application/json", "application/ld+json"
KINDS = (JSON, LINKED)
VERSIONED = re.compile(r"[0-9]+(\.[0-9]+)*", re.ASCII)
PREFIX = re.compile(
    r"\s*([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(\S+?)\s*,?\s*(?=$|[A-Za-z][A-Za-z0-9_-]*\s*=)"
)


def agreed(request: Request) -> str:
    """Give the media type of the answer.

    Raises
    ------
    HTTPException
        406 when the client wants another type, version or form than there is.
    """
    for least, most, own in (
        ("gs1-epcis-min", "gs1-epcis-max", EPCIS), ("gs1-cbv-min", "gs1-cbv-max", CBV)
    ):  # fmt: skip
        low, high = request.headers.get(least), request.headers.get(most)
        if (low and _version(low) > _version(own)) or (high and _version(high) < _major(own)):
            raise HTTPException(406, f"this server speaks {own}")
    form = request.headers.get("gs1-epc-format", "No_Preference")
    if form not in ("No_Preference", "Never_Translates"):
        raise HTTPException(406, "events are given as they were captured: GS1-EPC-Format")
    return _media(request.headers.get("accept", "*/*"))


def sent(request: Request) -> None:
    """Check the headers of a request that brings something.

    Raises
    ------
    HTTPException
        415 for a media type that is not taken, 406 for another version of EPCIS or CBV.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise HTTPException(415, f"send {' or '.join(KINDS)}")
    for name, own in (("gs1-epcis-version", EPCIS), ("gs1-cbv-version", CBV)):
        said = request.headers.get(name)
        if said and _version(said)[:2] != _major(own):
            raise HTTPException(406, f"this server speaks {own}")


def extensions(request: Request) -> dict[str, str]:
    """Give the prefixes that the header GS1-Extensions declares, with the IRI of each."""
    return dict(PREFIX.findall(request.headers.get("gs1-extensions", "")))


def answer(
    request: Request, body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Give a body as JSON in the media type that was asked for, with what it is written in."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(text, status, {**SAID, **(headers or {})}, media_type=agreed(request))


def collection(names: list[str]) -> dict[str, Any]:
    """Give names as a collection."""
    return {"@context": CONTEXT, "type": "Collection", "member": names}


def discovery(*methods: str, **more: str) -> Response:
    """Give what an endpoint can, in headers."""
    own = {name.replace("_", "-"): value for name, value in more.items()}
    return Response(None, 204, {"Allow": ", ".join(methods), **DISCOVERY, **own})


def _media(accept: str) -> str:
    wanted = [each.partition(";")[0].strip().lower() for each in accept.split(",")]
    if any(each in ("*/*", "application/*", JSON, "") for each in wanted):
        return JSON
    if LINKED in wanted:
        return LINKED
    raise HTTPException(406, f"this server gives {' or '.join(KINDS)}")


def _version(text: str) -> tuple[int, ...]:
    if not VERSIONED.fullmatch(text) or len(text) > 20:
        raise HTTPException(406, f"'{text[:20]}' is no version")
    return tuple(map(int, text.split(".")))


def _major(text: str) -> tuple[int, ...]:
    return _version(text)[:2]
