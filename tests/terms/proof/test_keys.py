"""Ed25519 keys against RFC 8032, and what must never hold."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import keys

# RFC 8032 section 7.1, test 2
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNED = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_second_vector_of_rfc_8032_comes_out():
    key = keys.SigningKey(SEED)

    assert (key.public.hex(), key.sign(b"\x72").hex()) == (PUBLIC, SIGNED)
    assert keys.verify(key.public, b"\x72", bytes.fromhex(SIGNED))


def test_another_message_key_or_signature_does_not_hold():
    key, other = keys.SigningKey(SEED), keys.SigningKey.new()
    signed = key.sign(b"a")
    flipped = bytes((signed[0] ^ 1,)) + signed[1:]

    assert [
        keys.verify(key.public, b"b", signed),
        keys.verify(other.public, b"a", signed),
        keys.verify(key.public, b"a", flipped),
        keys.verify(key.public, b"a", signed[:-1]),
        keys.verify(b"", b"a", signed),
        keys.verify(b"\xff" * 32, b"a", signed),
    ] == [False] * 6


def test_a_key_never_shows_its_seed():
    key = keys.SigningKey(SEED)

    assert SEED.hex() not in repr(key)
    assert repr(key) == f"SigningKey(kid={keys.kid(key.public).hex()})"


def test_a_seed_of_another_length_is_refused():
    with pytest.raises(TanluError, match="TL119"):
        keys.SigningKey(b"short").sign(b"a")


def test_an_ml_dsa_signature_holds_only_for_its_message():
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    key = MLDSA44PrivateKey.generate()
    public, signed = key.public_key().public_bytes_raw(), key.sign(b"a")

    assert keys.verify_mldsa(public, b"a", signed)
    assert not keys.verify_mldsa(public, b"b", signed)
    assert not keys.verify_mldsa(b"no key", b"a", signed)
