"""Cursors: where the next page begins, signed, and good for nothing but the query it came from."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import NamedTuple

from tanlu.errors import TanluError
from tanlu.store import Workspace

__all__ = ["Cursor", "opened", "sealed"]

DOMAIN = b"tanlu/api/cursor/v1"
MAC = 16


class Cursor(NamedTuple):
    """The version that the first page saw, and the place where the next one begins."""

    version: int
    place: int | str


def sealed(workspace: Workspace, query: str, cursor: Cursor) -> str:
    """Give a cursor as text that only this ledger and this query take back."""
    body = json.dumps([cursor.version, cursor.place], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(workspace, query, body) + body).decode().rstrip("=")


def opened(workspace: Workspace, query: str, text: str) -> Cursor:
    """Give the cursor of a text.

    Raises
    ------
    TanluError
        TL481 when it is not of this query.
    """
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, UnicodeEncodeError) as error:
        raise TanluError("TL481", value=text[:40]) from error
    mac, body = raw[:MAC], raw[MAC:]
    if not hmac.compare_digest(mac, _mac(workspace, query, body)):
        raise TanluError("TL481", value=text[:40])
    version, place = json.loads(body)
    return Cursor(version, place)


def _mac(workspace: Workspace, query: str, body: bytes) -> bytes:
    key = hmac.digest(workspace.secret, DOMAIN, hashlib.sha256)
    return hmac.digest(key, query.encode() + b"\0" + body, hashlib.sha256)[:MAC]
