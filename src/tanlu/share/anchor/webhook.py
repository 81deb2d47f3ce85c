"""Webhook: a checkpoint is sent to somebody who keeps it, signed as Standard Webhooks say."""

from __future__ import annotations

import base64
import hmac
import json
from hashlib import sha256

from tanlu.share.anchor.posting import post

__all__ = ["signed", "submit"]


def submit(checkpoint: bytes, url: str, secret: bytes, *, at_s: int) -> bytes:
    """Give what the receiver answers to a signed checkpoint.

    Raises
    ------
    TanluError
        TL866 when it cannot be reached or does not answer with 2xx.
    """
    body, headers = signed(checkpoint, secret, at_s)
    return post(url, body, headers)


def signed(checkpoint: bytes, secret: bytes, at_s: int) -> tuple[bytes, dict[str, str]]:
    """Give the body and headers of the message.

    ``webhook-signature = "v1," ‖ base64(HMAC-SHA-256(secret, id ‖ "." ‖ time ‖ "." ‖ body))``
    (Standard Webhooks 1.0). The identity follows from the checkpoint: sent twice, it is one.
    """
    content = {
        "type": "checkpoint.signed",
        "timestamp": at_s,
        "data": {"note": checkpoint.decode()},
    }
    body = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    name = f"msg_{sha256(checkpoint).hexdigest()[:32]}"
    mac = hmac.new(secret, b".".join([name.encode(), str(at_s).encode(), body]), sha256).digest()
    return body, {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
