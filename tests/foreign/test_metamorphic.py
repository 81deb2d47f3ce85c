"""metamorphic-log (Rust) accepts our log and refuses it falsified."""

from __future__ import annotations

import base64

import pytest

from tanlu.terms.proof import tree
from tanlu.verify.watch import Equivocation
from tests.foreign import cases
from tests.logs import SmallLog

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


def test_a_proof_of_a_fork_is_confirmed(client, log, tmp_path) -> None:
    forked = SmallLog(tmp_path / "forked")
    forked.entries = [b"rewritten", *log.entries[1:]]
    levels = tree.levels(tree.row(forked.entries))
    proof = Equivocation.between(log.vkey, log.signed(300), forked.signed(), levels)
    sizes, roots = proof.judge().sizes, proof.judge().roots

    # both notes are the log's own, and the larger tree's first entries have another root
    for data in (proof.smaller, proof.larger):
        assert client.checkpoint_verify(data.decode(), [proof.vkey])
    client.verify_consistency(*sizes, list(proof.path), proof.root, roots[1])
    with pytest.raises(client.VerifyError):
        client.verify_consistency(*sizes, list(proof.path), *roots)
    with pytest.raises(client.VerifyError):
        client.checkpoint_verify_consistency(
            proof.smaller.decode(), proof.larger.decode(), [proof.vkey], list(proof.path)
        )
