"""Credentials of a pack: W3C Data Integrity with the cryptosuite ``eddsa-jcs-2022``.

Nothing remote is loaded and no context is expanded: what is signed are the canonical bytes
(RFC 8785). A key counts only if the log tells it.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.proof import keys

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["check", "holds", "public_of"]

MOST_BYTES = 1 << 20
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_KEY = b"\xed\x01"
METHOD = re.compile(r"did:key:(z[1-9A-HJ-NP-Za-km-z]{40,60})#\1")
MOST_BASE58 = 100


def check(where: str, data: bytes, known: Collection[bytes]) -> None:
    """Refuse a credential that does not hold or whose key nobody tells.

    Parameters
    ----------
    where
        Its path in the pack.
    known
        Public keys that the log tells.

    Raises
    ------
    TanluError
        TL707 for another kind of credential, TL731 for one that does not hold, TL732 for one
        whose key is not known, TL706 for one of more than 1 MiB.
    """
    if len(data) > MOST_BYTES:
        raise TanluError("TL706", value=where, why=f"more than {MOST_BYTES} bytes")
    try:
        told = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise TanluError("TL707", value=where, why="no JSON") from None
    proof = told.get("proof") if isinstance(told, dict) else None
    if not isinstance(proof, dict) or proof.get("cryptosuite") != "eddsa-jcs-2022":
        raise TanluError("TL707", value=where, why="not of the cryptosuite eddsa-jcs-2022")
    public = public_of(proof.get("verificationMethod"))
    if not holds(told, public):
        raise TanluError("TL731", value=where, why="its signature does not hold")
    if public not in known:
        raise TanluError("TL732", value=where, why=f"the log tells no key {keys.kid(public).hex()}")


def holds(told: dict[str, Any], public: bytes) -> bool:
    """Tell whether a document with its proof was signed by a key (eddsa-jcs-2022, 3.3.2)."""
    import rfc8785

    options = {name: value for name, value in told["proof"].items() if name != "proofValue"}
    rest = {name: value for name, value in told.items() if name != "proof"}
    value = told["proof"].get("proofValue")
    if options.get("type") != "DataIntegrityProof" or not isinstance(value, str):
        return False
    # the context of the proof must begin that of the document
    if "@context" in options and options["@context"] != rest.get("@context"):
        return False
    try:
        said = sha256(rfc8785.dumps(options)).digest() + sha256(rfc8785.dumps(rest)).digest()
    except (ValueError, RecursionError, TypeError):
        return False
    return keys.verify(public, said, _base58(value))


def public_of(method: object) -> bytes:
    """Give the Ed25519 key of a ``did:key``.

    Raises
    ------
    TanluError
        TL707 for another kind of key.
    """
    found = METHOD.fullmatch(method) if isinstance(method, str) else None
    raw = _base58(found[1]) if found else b""
    if len(raw) != len(ED25519_KEY) + keys.PUBLIC_BYTES or not raw.startswith(ED25519_KEY):
        raise TanluError("TL707", value=str(method)[:80], why="no did:key of Ed25519")
    return raw[len(ED25519_KEY) :]


def _base58(text: str) -> bytes:
    """Give the bytes of multibase base58-btc, none where it is not."""
    body = text[1:]
    if text[:1] != "z" or len(body) > MOST_BASE58 or any(each not in ALPHABET for each in body):
        return b""
    number = 0
    for each in body:
        number = number * 58 + ALPHABET.index(each)
    zeros = len(body) - len(body.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
