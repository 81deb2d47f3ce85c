"""Ed25519 keys (RFC 8032): who signs, and whether a signature holds."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "KID_BYTES",
    "PUBLIC_BYTES",
    "SIGNATURE_BYTES",
    "SigningKey",
    "kid",
    "verify",
    "verify_mldsa",
]

PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
KID_BYTES = 8


class SigningKey(NamedTuple):
    """A private key, held as its seed of 32 bytes."""

    seed: bytes

    def __repr__(self) -> str:
        """Give its identity, never its seed: a log of errors is read by many."""
        return f"SigningKey(kid={kid(self.public).hex()})"

    @classmethod
    def new(cls) -> SigningKey:
        """Give a fresh key from the system's source of chance."""
        return cls(secrets.token_bytes(32))

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private().public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Give the signature of 64 bytes, the same for the same message."""
        return self._private().sign(message)

    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if len(self.seed) != 32:
            raise TanluError("TL119", value=f"{len(self.seed)} bytes", why="a seed has 32 bytes")
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def kid(public: bytes) -> bytes:
    """Give the identity of a public key: the first 8 bytes of its SHA-256."""
    return sha256(public).digest()[:KID_BYTES]


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature holds; bytes that are no key or signature hold nothing."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_mldsa(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an ML-DSA-44 signature (FIPS 204) holds."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True
