"""Data Integrity proofs of the suite eddsa-jcs-2022: a JSON document that carries its signature.

W3C Data Integrity EdDSA Cryptosuites v1.0 section 3.3: what is signed is
``SHA-256(JCS(options)) ‖ SHA-256(JCS(document))``, JCS being RFC 8785. The bytes decide, no
context is loaded and nothing is asked of the web; the key stands in the proof as ``did:key``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.proof import keys

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["canonical", "did_key", "holds", "multibase", "public_of", "secure", "unmultibase"]

SUITE = "eddsa-jcs-2022"
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PLACES = {letter: place for place, letter in enumerate(ALPHABET)}
# multicodec: an Ed25519 public key
ED25519_PUBLIC = b"\xed\x01"
MAX_TEXT = 256


def canonical(value: object) -> bytes:
    """Give the one JSON text of a value (RFC 8785).

    Raises
    ------
    TanluError
        TL136 for what JSON cannot say in one way: an integer beyond 2^53, a number that is none.
    """
    import rfc8785

    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise _wrong(type(value).__name__, str(error)) from error


def secure(
    document: Mapping[str, Any],
    key: keys.SigningKey,
    *,
    created: str,
    method: str | None = None,
    purpose: str = "assertionMethod",
) -> dict[str, Any]:
    """Give a document with its proof by ``key``; ``method`` is by default the key as did:key.

    Raises
    ------
    TanluError
        TL136 for a document that has a proof already or no canonical form.
    """
    if "proof" in document:
        raise _wrong("proof", "the document has a proof already")
    did = did_key(key.public)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": method or f"{did}#{did.removeprefix('did:key:')}",
        "proofPurpose": purpose,
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(_signed(options, document))
    return {**document, "proof": {**options, "proofValue": multibase(signature)}}


def holds(document: Mapping[str, Any], public: bytes) -> bool:
    """Tell whether the proof of a document was made by this key over exactly this document."""
    proof = document.get("proof")
    if not isinstance(proof, dict) or not isinstance(proof.get("proofValue"), str):
        return False
    if (proof.get("type"), proof.get("cryptosuite")) != ("DataIntegrityProof", SUITE):
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare = {name: value for name, value in document.items() if name != "proof"}
    if "@context" in options:
        # contexts may have been added at the end since; what was signed stands in the proof
        if not _begins(bare.get("@context"), options["@context"]):
            return False
        bare["@context"] = options["@context"]
    try:
        signature = unmultibase(proof["proofValue"])
        return keys.verify(public, _signed(options, bare), signature)
    except TanluError:
        return False


def did_key(public: bytes) -> str:
    """Give an Ed25519 public key as ``did:key:z6Mk…``."""
    return f"did:key:{multibase(ED25519_PUBLIC + public)}"


def public_of(method: str) -> bytes:
    """Give the Ed25519 public key that a did:key names.

    Raises
    ------
    TanluError
        TL136 for another method or another kind of key.
    """
    name = method.split("#", maxsplit=1)[0]
    data = unmultibase(name.removeprefix("did:key:")) if name.startswith("did:key:") else b""
    if len(data) != 34 or data[:2] != ED25519_PUBLIC:
        raise _wrong(method, "it is no did:key of an Ed25519 key")
    return data[2:]


def multibase(data: bytes) -> str:
    """Give bytes in base 58 with the letter ``z`` before them (base58btc)."""
    number, letters = int.from_bytes(data, "big"), []
    while number:
        number, place = divmod(number, 58)
        letters.append(ALPHABET[place])
    zeros = len(data) - len(data.lstrip(b"\x00"))
    return "z" + ALPHABET[0] * zeros + "".join(reversed(letters))


def unmultibase(text: str) -> bytes:
    """Give the bytes that `multibase` wrote.

    Raises
    ------
    TanluError
        TL136 for anything else.
    """
    if not text.startswith("z") or len(text) > MAX_TEXT or not set(text[1:]) <= PLACES.keys():
        raise _wrong(text[:MAX_TEXT], "it is not in base 58")
    number = 0
    for letter in text[1:]:
        number = number * 58 + PLACES[letter]
    zeros = len(text[1:]) - len(text[1:].lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _signed(options: Mapping[str, Any], document: Mapping[str, Any]) -> bytes:
    return sha256(canonical(options)).digest() + sha256(canonical(document)).digest()


def _begins(has: object, wanted: object) -> bool:
    longer = has if isinstance(has, list) else [has]
    shorter = wanted if isinstance(wanted, list) else [wanted]
    return longer[: len(shorter)] == shorter


def _wrong(value: object, why: str) -> TanluError:
    return TanluError("TL136", value=value, why=why)
