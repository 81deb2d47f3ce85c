"""Signatures."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import standardwebhooks

from tanlu.errors import TanluError
from tanlu.serve.hooks.signing import fresh, sign, verify

BODY = '{"a":"碳"}'.encode()


def test_what_is_signed_here_is_believed_there_and_the_other_way_round():
    key, now = fresh(), int(time.time())
    headers = sign("msg_1", now, BODY, [key])
    theirs = standardwebhooks.Webhook(key)
    theirs.verify(BODY, headers)
    at = dt.datetime.fromtimestamp(now, dt.UTC)
    signed = theirs.sign("msg_2", at, BODY.decode())
    told = {"Webhook-Id": "msg_2", "Webhook-Timestamp": str(now), "Webhook-Signature": signed}
    assert verify(told, BODY, [fresh(), key]) == "msg_2"


def test_one_of_several_secrets_is_enough_and_each_signs():
    old, new, now = fresh(), fresh(), int(time.time())
    headers = sign("m", now, BODY, [new, old])
    for key in (old, new):
        assert verify(headers, BODY, [key]) == "m"


@pytest.mark.parametrize("change", ["body", "id", "time", "late", "early", "key", "absent", "odd"])
def test_anything_else_is_refused(change):
    key, now = fresh(), 1_800_000_000
    headers, body, at = sign("m", now, BODY, [key]), BODY, float(now)
    if change == "body":
        body += b" "
    elif change == "id":
        headers["webhook-id"] = "n"
    elif change == "time":
        headers["webhook-timestamp"] = str(now + 1)
    elif change in ("late", "early"):
        at += 301 if change == "late" else -301
    elif change == "key":
        key = fresh()
    elif change == "absent":
        del headers["webhook-signature"]
    else:
        headers["webhook-timestamp"] = "²"
    with pytest.raises(TanluError, match="TL496"):
        verify(headers, body, [key], now_s=at)


def test_secrets_are_of_the_standard_s_form_and_never_twice():
    keys = {fresh() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("whsec_") and len(key) == 50 for key in keys)
