"""Once: what is asked again under the same Idempotency-Key is answered as it was answered."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.responses import JSONResponse, Response

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, Principal
from tanlu.store.relational.tables import ANSWERS

__all__ = ["Key", "answered", "once"]

DAY_US = 86_400_000_000
# whoever has not answered by then was killed: the next one may run
RUNNING_US = 3_600_000_000
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="A name of this request, such as a UUID: said again within 24 h it gives the "
        "answer that was given, and runs nothing; with another body it is refused (422)",
        pattern=r"^[!-~]{1,200}$",
    ),
]


def once(asked: Asked, key: str | None, body: str, make: Callable[[], tuple[int, Any]]) -> Response:
    """Give what is made, status and JSON, or what was made under the same key.

    Parameters
    ----------
    key
        The Idempotency-Key; without one it is made each time.
    body
        SHA-256 of the body.

    Raises
    ------
    TanluError
        TL469 for a key that was used for something else, TL463 while the first request runs.
    """
    if key is None:
        return answered(*make())
    who = asked.principal
    assert who is not None
    said = _said(asked.request, body)
    kept = _begun(asked, who, key, said)
    if kept is not None:
        return kept
    try:
        response = answered(*make())
    except BaseException:
        # nothing was done: it may be asked anew with the same key
        _forget(asked, who, key)
        raise
    with asked.state() as state:
        values = {
            "status": response.status_code, "media": response.media_type,
            "body": base64.b64encode(bytes(response.body)).decode(),
        }  # fmt: skip
        state.change(ANSWERS, values, *_mine(who, key))
    return response


def answered(status: int, value: Any) -> Response:
    """Give a JSON answer that nobody keeps."""
    return JSONResponse(value, status, headers={"cache-control": "no-store"})


def _said(request: Request, body: str) -> str:
    kind = request.headers.get("content-type", "")
    parts = [request.method, str(request.url.path), str(request.url.query), kind, body]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _mine(who: Principal, key: str) -> tuple[Any, ...]:
    return ANSWERS.c.identity == who.identity, ANSWERS.c.key == key


def _begun(asked: Asked, who: Principal, key: str, said: str) -> Response | None:
    """Take the key, or give what was answered under it."""
    now = time.time_ns() // 1000
    row = {
        "identity": who.identity, "key": key, "asked": said, "status": 0, "created_us": now,
    }  # fmt: skip
    with asked.state() as state:
        state.drop(ANSWERS, ANSWERS.c.created_us < now - DAY_US)
        state.drop(ANSWERS, ANSWERS.c.status == 0, ANSWERS.c.created_us < now - RUNNING_US)
    try:
        with asked.state() as state:
            state.add(ANSWERS, row)
    except TanluError as error:
        if error.code != "TL671":
            raise
    else:
        return None
    with asked.state() as state:
        kept = state.one(ANSWERS, *_mine(who, key))
    if kept is None or (kept["asked"] == said and not kept["status"]):
        raise TanluError("TL463", value=key, after_s=1)
    if kept["asked"] != said:
        raise TanluError("TL469", value=key)
    headers = {"idempotency-replayed": "true", "cache-control": "no-store"}
    body = base64.b64decode(kept["body"])
    return Response(body, kept["status"], headers, media_type=kept["media"])


def _forget(asked: Asked, who: Principal, key: str) -> None:
    with asked.state() as state:
        state.drop(ANSWERS, *_mine(who, key))
