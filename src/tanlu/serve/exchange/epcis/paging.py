"""Pages and the tokens of the next one: what a token says is signed and for this question alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.serve.api import Asked

__all__ = ["PAGING", "Paging", "paging", "said", "turned"]

# a token must hold for three minutes at least; a slow reader gets ten
VALID_S = 600
DEFAULT, MOST = 30, 1000
PAGING = frozenset(("perPage", "nextPageToken", "lang"))


class Paging(NamedTuple):
    """How many to a page, and what the token of the page before says; None on the first."""

    size: int
    token: list[Any] | None


def paging(asked: Asked) -> Paging:
    """Give the page that a request is for.

    Raises
    ------
    TanluError
        TL443 for a size that is none, and a token that is not ours, not of this question or over.
    """
    given = asked.request.query_params.get("perPage", str(DEFAULT))
    if not (given.isascii() and given.isdigit() and 0 < len(given) < 8 and int(given) > 0):
        raise TanluError("TL443", column="perPage", value=given[:200], why="it is no count from 1")
    text = asked.request.query_params.get("nextPageToken")
    return Paging(min(int(given), MOST), None if text is None else _read(asked, text))


def turned(asked: Asked, token: Sequence[Any] | None) -> dict[str, str]:
    """Give the headers that lead to the next page; none where there is none."""
    if token is None:
        return {}
    expires = int(time.time()) + VALID_S
    held = json.dumps([expires, _question(asked), *token], separators=(",", ":")).encode()
    text = base64.urlsafe_b64encode(_seal(asked, held) + held).decode().rstrip("=")
    pairs = [
        pair for pair in asked.request.query_params.multi_items() if pair[0] != "nextPageToken"
    ]
    link = f"{_path(asked)}?{urlencode([*pairs, ('nextPageToken', text)])}"
    return {
        "Link": f'<{link}>; rel="next"',
        "GS1-Next-Page-Token-Expires": said(expires * 1_000_000),
    }


def said(us: int) -> str:
    """Give a time [µs UTC] as RFC 3339 to the second."""
    return datetime.fromtimestamp(us // 1_000_000, UTC).isoformat().replace("+00:00", "Z")


def _read(asked: Asked, text: str) -> list[Any]:
    try:
        held = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        held = b""
    if not hmac.compare_digest(held[:16], _seal(asked, held[16:])):
        why = "it is no token of this repository"
        raise TanluError("TL443", column="nextPageToken", value=text[:40], why=why)
    expires, question, *token = json.loads(held[16:])
    if expires < time.time():
        raise TanluError("TL443", column="nextPageToken", value=text[:40], why="it is over")
    if question != _question(asked):
        why = "it belongs to another question"
        raise TanluError("TL443", column="nextPageToken", value=text[:40], why=why)
    return list(token)


def _question(asked: Asked) -> str:
    """Give a hash of what is asked beside the page."""
    pairs = sorted(
        pair for pair in asked.request.query_params.multi_items() if pair[0] not in PAGING
    )
    told = json.dumps([_path(asked), pairs]).encode()
    return hashlib.sha256(told).hexdigest()[:16]


def _path(asked: Asked) -> str:
    return quote(asked.request.url.path, safe="/")


def _seal(asked: Asked, held: bytes) -> bytes:
    key = hmac.digest(asked.workspace.secret, b"tanlu epcis page", "sha256")
    return hmac.digest(key, held, "sha256")[:16]
