"""Credentials as JWTs: what was signed holds, and nothing else does."""

from __future__ import annotations

import base64
import contextlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.exchange.untp import Signer, ed25519, p256
from tanlu.share.exchange.untp.jose import read, sign
from tanlu.terms.proof.keys import SigningKey

KEY = SigningKey(bytes(range(32)))


def pem(curve: ec.EllipticCurve) -> bytes:
    key = ec.generate_private_key(curve)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


SIGNERS = [ed25519(KEY), p256(pem(ec.SECP256R1()))]


def body(signer: Signer, **more: Any) -> dict[str, Any]:
    return {"issuer": {"id": signer.did, "name": "A"}, "value": 0.1, "言": "碳", **more}


def part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize("signer", SIGNERS, ids=["EdDSA", "ES256"])
def test_what_is_signed_holds_and_says_how(signer: Signer) -> None:
    token = read(sign(body(signer), signer))

    assert token.holds()
    assert token.body == body(signer)
    assert token.did == signer.did
    assert {name: token.header[name] for name in ("alg", "typ", "cty")} == {
        "alg": signer.alg, "typ": "vc+jwt", "cty": "vc"
    }  # fmt: skip


@pytest.mark.parametrize("signer", SIGNERS, ids=["EdDSA", "ES256"])
@given(data=st.data())
def test_a_changed_letter_holds_nowhere(signer: Signer, data: st.DataObject) -> None:
    text = sign(body(signer), signer)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("Aa0-_."))
    changed = text[:place] + letter + text[place + 1 :]
    if changed == text:
        return
    # either it can be read and does not hold, or it is no credential at all
    with contextlib.suppress(TanluError):
        assert not read(changed).holds()


def test_another_key_than_the_issuers_signs_nothing() -> None:
    with pytest.raises(TanluError, match="TL920"):
        sign(body(SIGNERS[1]), SIGNERS[0])


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256", "ed25519", None])
def test_an_algorithm_that_is_not_the_keys_holds_nothing(alg: str | None) -> None:
    signer = SIGNERS[0]
    header = {"alg": alg, "typ": "vc+jwt", "kid": signer.did}
    signed = f"{part(header)}.{part(body(signer))}"
    token = read(f"{signed}.{part(signer.sign(signed.encode()))}")

    assert not token.holds()


def text_of(header: object, body: object = None) -> str:
    return f"{part(header)}.{part(body or {})}.{part(b'x')}"


VC = {"typ": "vc+jwt"}


@pytest.mark.parametrize(
    "text",
    [
        "", "a.b", "a.b.c.d", "a.b.c", "ä.b.c",
        text_of({"typ": "JWT"}), text_of({**VC, "crit": ["b64"]}), text_of([1]),
        text_of(VC, b'{"a":1,"a":2}'), text_of(VC, b'{"a":NaN}'), text_of(VC, b"[" * 5000),
    ],
)  # fmt: skip
def test_what_is_no_credential_is_refused(text: str) -> None:
    with pytest.raises(TanluError, match="TL921"):
        read(text)


def test_a_key_on_another_curve_or_none_at_all_is_refused() -> None:
    for wrong in (pem(ec.SECP384R1()), b"-----BEGIN nothing"):
        with pytest.raises(TanluError, match="TL119"):
            p256(wrong)
