"""The signed batch to the byte: the example of the reference page, against a library of others."""

from __future__ import annotations

import re

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tanlu.errors import TanluError
from tanlu.monitor.edge import digest, sign_batch
from tanlu.terms.proof.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
GOOD = {"seq": 1, "start_ms": 1_767_225_600_000, "step_ms": 60_000}


def example():
    return sign_batch(
        KEY,
        "meter-7",
        "meter/1",
        [[1_000_000, 1_000_250, 1_000_500]],
        clock_ms=-12,
        boot=3,
        **GOOD,
    )


def test_the_example_of_the_page_is_what_the_program_writes(root):
    for tongue in ("en", "zh"):
        text = (root / "docs" / tongue / "reference" / "signed-batch.md").read_text("utf-8")
        block = re.search(r"```text\n(d284[0-9a-f\s]+)```", text)
        assert block is not None
        assert bytes.fromhex(block[1]) == example()
        assert digest(example()).hex() in text


def test_another_library_reads_the_batch_and_its_signature():
    tag = cbor2.loads(example())
    protected, beside, payload, signature = tag.value
    assert (tag.tag, beside) == (18, {})
    assert cbor2.loads(protected) == {1: -8, 4: b"meter-7"}
    assert cbor2.loads(payload) == {
        1: 1,
        2: 1_767_225_600_000,
        3: 60_000,
        4: bytes(32),
        5: [[1_000_000, 250, 250]],
        6: -12,
        7: 3,
        8: bytes(32),
        10: "meter/1",
    }
    signed = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    Ed25519PublicKey.from_public_bytes(KEY.public).verify(signature, signed)


def test_another_library_writes_the_same_bytes():
    tag = cbor2.loads(example())
    again = cbor2.CBORTag(18, [tag.value[0], {}, tag.value[2], tag.value[3]])
    assert cbor2.dumps(again, canonical=True) == example()
    assert cbor2.dumps(cbor2.loads(tag.value[2]), canonical=True) == tag.value[2]


def test_a_root_that_was_seen_stands_under_key_9():
    made = sign_batch(KEY, "a", "meter/1", [[1]], root=b"\x09" * 32, **GOOD)
    assert cbor2.loads(cbor2.loads(made).value[2])[9] == b"\x09" * 32


@pytest.mark.parametrize(
    ("layout", "columns", "device"),
    [
        ("meter/9", [[1]], "a"),
        ("meter/1", [[1], [2]], "a"),
        ("meter/1", [[]], "a"),
        ("meter/2", [[1], [1, 2], [1]], "a"),
        ("meter/1", [[1] * 4_097], "a"),
        ("meter/1", [[2**53 + 1]], "a"),
        ("meter/1", [[1]], ""),
        ("meter/1", [[1]], "a" * 65),
        ("meter/2", [[(-1) ** n * 2**52 for n in range(4_096)]] * 3, "a"),
    ],
)
def test_what_the_verifier_would_refuse_is_not_signed(layout, columns, device):
    with pytest.raises(TanluError, match="TL370"):
        sign_batch(KEY, device, layout, columns, **GOOD)
