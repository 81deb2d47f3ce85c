"""A credential holds by its canonical bytes and a key that the log tells."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from typing import Any

import pytest
import rfc8785

from tanlu.errors import TanluError
from tanlu.terms.proof.credential import ALPHABET
from tanlu.terms.proof.keys import SigningKey
from tanlu.verify.offline.credentials import check

KEY = SigningKey(b"c" * 32)


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABET[rest] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def credential(key: SigningKey = KEY, **options: Any) -> dict[str, Any]:
    name = base58(b"\xed\x01" + key.public)
    proof = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": "2026-11-21",
        "proofPurpose": "assertionMethod", "verificationMethod": f"did:key:{name}#{name}",
    } | options  # fmt: skip
    body = {"@context": ["https://www.w3.org/ns/credentials/v2"], "issuer": "x", "mass": 1.5}
    said = sha256(rfc8785.dumps(proof)).digest() + sha256(rfc8785.dumps(body)).digest()
    return {**body, "proof": {**proof, "proofValue": base58(key.sign(said))}}


def refused(data: bytes, known: set[bytes] = frozenset({KEY.public})) -> str:
    with pytest.raises(TanluError) as caught:
        check("credentials/a.json", data, known)
    return caught.value.code


def test_a_credential_of_a_known_key_holds() -> None:
    check("credentials/a.json", json.dumps(credential()).encode(), {KEY.public})


def test_a_changed_credential_does_not_hold() -> None:
    assert refused(json.dumps({**credential(), "mass": 1.6}).encode()) == "TL731"
    other = credential()
    other["proof"]["created"] = "2026-11-22"
    assert refused(json.dumps(other).encode()) == "TL731"


def test_a_key_that_nobody_tells_decides_nothing() -> None:
    assert refused(json.dumps(credential()).encode(), set()) == "TL732"


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"proof":{}}', b'{"a":1,"a":2}', b"[" * 99_999, b"x.y.z",
             b'{"proof":{"cryptosuite":"eddsa-jcs-2022"}}']
)  # fmt: skip
def test_other_kinds_cannot_be_decided(data: bytes) -> None:
    assert refused(data) == "TL707"


def test_depth_is_counted_before_anything_descends() -> None:
    # another library in the process may have allowed more than there is stack
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10**7)
    try:
        assert refused(b'{"a":' * 50_000 + b"1" + b"}" * 50_000) == "TL707"
    finally:
        sys.setrecursionlimit(before)


def test_brackets_in_texts_are_no_depth() -> None:
    told = {**credential(), "proof": {}}
    told["note"] = '[{"' * 200

    assert refused(json.dumps(told).encode()) == "TL707"
    with pytest.raises(TanluError, match="eddsa-jcs-2022"):
        check("credentials/a.json", json.dumps(told).encode(), {KEY.public})
