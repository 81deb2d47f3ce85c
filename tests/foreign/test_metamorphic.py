"""metamorphic-log (Rust) accepts our log and refuses it falsified."""

from __future__ import annotations

import base64

import pytest

from tanlu.terms.proof import tree
from tests.foreign import cases

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client():
    try:
        import metamorphic_log
    except ImportError:
        return cases.absent("metamorphic-log")
    return metamorphic_log


def judged(client, told) -> dict[str, list[bool]]:
    keys = [told["vkey"]]

    def held(claim, *words) -> bool:
        try:
            claim(*words)
        except client.VerifyError:
            return False
        return True

    def path(one) -> list[bytes]:
        return [base64.b64decode(each) for each in one["Path"]]

    return {
        "note": [held(client.checkpoint_verify, told["note"], keys)],
        "inclusions": [
            held(
                client.checkpoint_verify_inclusion, told["note"], keys, one["Index"],
                tree.leaf(base64.b64decode(one["Entry"])), path(one),
            )
            for one in told["inclusions"]
        ],
        "consistencies": [
            held(client.checkpoint_verify_consistency, one["Older"], told["note"], keys, path(one))
            for one in told["consistencies"]
        ],
    }  # fmt: skip


def test_every_claim_is_accepted(client, claims) -> None:
    assert judged(client, claims) == {
        "note": [True], "inclusions": [True] * 8, "consistencies": [True] * 8,
    }  # fmt: skip


def test_every_falsehood_is_refused(client, falsified) -> None:
    for name, (told, kind) in falsified.items():
        if kind != "statements":
            assert (name, set(judged(client, told)[kind])) == (name, {False})
