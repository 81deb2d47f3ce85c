"""Signatures of messages as Standard Webhooks has them: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence

from tanlu.errors import TanluError

__all__ = ["fresh", "sign", "verify"]

PREFIX = "whsec_"
SIZE = 32
SCHEME = "v1"
# a message of another time is not taken [s]
TOLERANCE_S = 300


def fresh() -> str:
    """Give a new secret, ``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SIZE)).decode()


def sign(message: str, at_s: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """Give the headers of a message, with a signature by each of the secrets that hold."""
    signatures = [f"{SCHEME},{_signature(key, message, at_s, body)}" for key in keys]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(signatures),
    }


def verify(
    headers: Mapping[str, str], body: bytes, keys: Sequence[str], *, now_s: float | None = None
) -> str:
    """Give the identity of a message that one of the secrets signed, within five minutes.

    Whoever receives it keeps the identity: the same message may come twice.

    Raises
    ------
    TanluError
        TL496 for anything else.
    """
    told = {name.lower(): value for name, value in headers.items()}
    try:
        message = told["webhook-id"]
        at = told["webhook-timestamp"]
        given = told["webhook-signature"].split()
    except KeyError as error:
        raise TanluError("TL496", why=f"the header {error.args[0]} is absent") from error
    if not (at.isascii() and at.isdigit() and len(at) < SIZE):
        raise TanluError("TL496", why="webhook-timestamp")
    now = time.time() if now_s is None else now_s
    if abs(now - int(at)) > TOLERANCE_S:
        raise TanluError("TL496", why="webhook-timestamp")
    found = False
    for key in keys:
        wanted = f"{SCHEME},{_signature(key, message, int(at), body)}".encode()
        for each in given:
            # each is compared, whichever holds
            found |= hmac.compare_digest(wanted, each.encode())
    if not found:
        raise TanluError("TL496", why="webhook-signature")
    return message


def _signature(key: str, message: str, at_s: int, body: bytes) -> str:
    try:
        raw = base64.b64decode(key.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TanluError("TL496", why="whsec_") from error
    content = f"{message}.{at_s}.".encode() + body
    return base64.b64encode(hmac.digest(raw, content, "sha256")).decode()
