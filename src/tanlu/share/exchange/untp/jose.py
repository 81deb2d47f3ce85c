"""Credentials as JWTs: W3C Securing Verifiable Credentials using JOSE, type ``vc+jwt``.

The payload of the JWS is the credential itself. Signed with Ed25519 (EdDSA) or P-256 (ES256); the
key stands in ``kid`` and issuer as ``did:key``, so nothing is asked of the web.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from tanlu.errors import TanluError
from tanlu.terms.proof import credential, keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

__all__ = ["Signer", "Token", "ed25519", "p256", "read", "sign"]

CODE = "TL921"
TYPE = "vc+jwt"
CONTENT = "vc"
MOST_BYTES = 1 << 20
MOST_DEPTH = 64
PART = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
# multicodec: a compressed public key on P-256
P256_PUBLIC = b"\x80\x24"
HALF = 32


class Signer(Protocol):
    """Who signs: the algorithm of JOSE, the key as did:key, and the signature."""

    @property
    def alg(self) -> str:
        """Name of the algorithm."""

    @property
    def did(self) -> str:
        """The public key as did:key."""

    def sign(self, message: bytes) -> bytes:
        """Give the signature as JOSE wants it."""


@dataclass(frozen=True, slots=True)
class _Ed25519:
    key: keys.SigningKey
    alg: str = "EdDSA"

    @property
    def did(self) -> str:
        return credential.did_key(self.key.public)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


@dataclass(frozen=True, slots=True)
class _P256:
    key: EllipticCurvePrivateKey
    alg: str = "ES256"

    @property
    def did(self) -> str:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return f"did:key:{credential.multibase(P256_PUBLIC + point)}"

    def sign(self, message: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        r, s = decode_dss_signature(self.key.sign(message, ECDSA(SHA256())))
        return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")


def ed25519(key: keys.SigningKey) -> Signer:
    """Give a signer with a key of the house."""
    return _Ed25519(key)


def p256(pem: bytes) -> Signer:
    """Give a signer with a private key on P-256 in PEM without a passphrase.

    Raises
    ------
    TanluError
        TL119 for anything else.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import (
        SECP256R1,
        EllipticCurvePrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise TanluError("TL119", value="PEM", why="it is no private key in PEM") from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise TanluError("TL119", value="PEM", why="it is no key on P-256")
    return _P256(key)


@dataclass(frozen=True, slots=True)
class Token:
    """A JWT that was read, and not yet believed."""

    header: dict[str, Any]
    body: dict[str, Any]
    signed: bytes
    signature: bytes

    @property
    def did(self) -> str:
        """The key that says it signed: ``kid`` without its fragment."""
        return str(self.header.get("kid", "")).partition("#")[0]

    @property
    def public(self) -> bytes | None:
        """The Ed25519 key behind it; None for one on another curve."""
        try:
            return credential.public_of(self.did)
        except TanluError:
            return None

    def holds(self) -> bool:
        """Tell whether the key in the header signed exactly these bytes, by its own algorithm."""
        public = self.public
        if public is not None:
            named = self.header.get("alg") == "EdDSA"
            return named and keys.verify(public, self.signed, self.signature)
        return self.header.get("alg") == "ES256" and self._p256()

    def _p256(self) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import (
            ECDSA,
            SECP256R1,
            EllipticCurvePublicKey,
        )
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        name = self.did.removeprefix("did:key:")
        if not self.did.startswith("did:key:") or len(self.signature) != 2 * HALF:
            return False
        try:
            data = credential.unmultibase(name)
            if data[:2] != P256_PUBLIC:
                return False
            point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), data[2:])
            halves = (self.signature[:HALF], self.signature[HALF:])
            told = encode_dss_signature(*(int.from_bytes(each, "big") for each in halves))
            point.verify(told, self.signed, ECDSA(SHA256()))
        except (InvalidSignature, ValueError, TanluError):
            return False
        return True


def sign(body: dict[str, Any], signer: Signer) -> str:
    """Give a credential as a JWT; its issuer must be the signer's key.

    Raises
    ------
    TanluError
        TL920 when the credential names another issuer.
    """
    issuer = body.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    if named != signer.did:
        raise TanluError("TL920", value=named, why="the issuer is not the key that signs")
    kid = f"{signer.did}#{signer.did.removeprefix('did:key:')}"
    header = {"alg": signer.alg, "typ": TYPE, "cty": CONTENT, "kid": kid}
    parts = [_encoded(json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode())
             for each in (header, body)]  # fmt: skip
    signed = ".".join(parts)
    return f"{signed}.{_encoded(signer.sign(signed.encode('ascii')))}"


def read(text: str) -> Token:
    """Give the parts of a JWT; whether it holds is another question.

    Raises
    ------
    TanluError
        TL921 for whatever is no JWT of a credential.
    """
    told = text.strip()
    parts = told.split(".")
    if len(told) > MOST_BYTES or len(parts) != 3 or not all(map(PART.fullmatch, parts)):
        raise TanluError(CODE, value=told[:40], why="it is no JWT of three parts")
    header, body = _object(parts[0]), _object(parts[1])
    if header.get("typ") != TYPE or "crit" in header:
        raise TanluError(CODE, value=str(header.get("typ"))[:40], why="its type is not vc+jwt")
    return Token(header, body, f"{parts[0]}.{parts[1]}".encode(), _decoded(parts[2]))


def _object(part: str) -> dict[str, Any]:
    try:
        held = json.loads(_decoded(part), object_pairs_hook=_once, parse_constant=_never)
    except (ValueError, RecursionError) as error:
        raise TanluError(CODE, value=part[:40], why="a part of it is no JSON") from error
    if not isinstance(held, dict) or _deep(held, MOST_DEPTH):
        raise TanluError(CODE, value=part[:40], why="it is no object")
    return held


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: readers differ in which one they believe."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _never(word: str) -> float:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(word)


def _deep(value: object, left: int) -> bool:
    if left < 0:
        return True
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deep(each, left - 1) for each in parts)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(part: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise TanluError(CODE, value=part[:40], why="a part of it is not base64url") from error
    if _encoded(data) != part:
        raise TanluError(CODE, value=part[:40], why="a part of it is not base64url")
    return data
