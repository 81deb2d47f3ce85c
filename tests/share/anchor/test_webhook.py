"""The message of a webhook, and its signature done again by hand."""

from __future__ import annotations

import base64
import hmac
import json
from hashlib import sha256

from tests.share.anchor.receiver import receiver

from tanlu.share.anchor import webhook

NOTE = "log.example/a\n3\nAAAA\n\n— log.example/a AAAAAAAA\n".encode()


def test_the_receiver_checks_the_signature_by_the_rule_of_standard_webhooks():
    seen = []

    def answer(headers, body):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        mac = base64.b64encode(hmac.new(b"secret", signed, sha256).digest()).decode()
        seen.append((headers["webhook-signature"] == f"v1,{mac}", json.loads(body)))
        return 200, b"receipt"

    with receiver(answer) as url:
        assert webhook.submit(NOTE, url, b"secret", at_s=1_800_000_000) == b"receipt"
    assert seen == [
        (
            True,
            {
                "type": "checkpoint.signed", "timestamp": 1_800_000_000,
                "data": {"note": NOTE.decode()},
            },
        )
    ]  # fmt: skip


def test_the_same_checkpoint_is_the_same_message():
    one, other = (webhook.signed(NOTE, b"s", at_s)[1]["webhook-id"] for at_s in (1, 2))

    assert one == other != webhook.signed(NOTE + b"x", b"s", 1)[1]["webhook-id"]
