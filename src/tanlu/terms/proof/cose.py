"""Signed statements and receipts as COSE (RFC 9052, RFC 9942), the envelope of SCITT (RFC 9943).

A statement is ``18([protected, {}, payload, signature])``. These bytes are the entry of a log, so
that one leaf has a proof of the log (`proofs`) and a receipt of COSE, and neither is stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from tanlu.errors import TanluError
from tanlu.terms.proof import cbor, keys, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanlu.terms.proof.keys import SigningKey

__all__ = ["MAX_BYTES", "Statement", "receipt", "transparent", "verify_receipt"]

TAG = b"\xd2"  # tag 18, COSE_Sign1
MAX_BYTES = 16_384
EDDSA, ED25519 = -8, -19
ALGORITHM, MEDIA, KID, CLAIMS, RECEIPTS, TREE, PROOFS = 1, 3, 4, 15, 394, 395, 396
ISSUER, SUBJECT, ISSUED = 1, 2, 6
RFC9162_SHA256, INCLUSION = 1, -1
FORM = re.compile(r"application/vnd\.tanlu\.(?P<type>[a-z][a-z-]{0,40})\+cbor")


class Statement(NamedTuple):
    """Something that somebody signed: who, about what, when [unix s], and what it says."""

    protected: bytes
    payload: bytes
    signature: bytes
    receipts: tuple[bytes, ...] = ()

    @classmethod
    def sign(
        cls,
        key: SigningKey,
        *,
        type: str,  # noqa: A002 - the field's word
        issuer: str,
        subject: str,
        issued_s: int,
        payload: Mapping[str, Any] | bytes,
    ) -> Statement:
        """Give a statement signed by a key.

        Raises
        ------
        TanluError
            TL113 for a payload that has no encoding, TL130 when the whole is larger than 16,384
            bytes or the type is no word.
        """
        media = f"application/vnd.tanlu.{type}+cbor"
        if not FORM.fullmatch(media):
            raise _wrong(type, "the type is a word of small letters")
        claims = {ISSUER: issuer, SUBJECT: subject, ISSUED: issued_s}
        header = {
            ALGORITHM: EDDSA, MEDIA: media, KID: keys.kid(key.public), CLAIMS: claims,
        }  # fmt: skip
        protected = cbor.encode(header)
        body = payload if isinstance(payload, bytes) else cbor.encode(dict(payload))
        made = cls(protected, body, key.sign(_to_sign(protected, body)))
        if len(made.encode()) > MAX_BYTES:
            raise _wrong(len(made.encode()), f"a statement has at most {MAX_BYTES} bytes")
        return made

    @classmethod
    def decode(cls, data: bytes) -> Statement:
        """Give the statement of bytes, with or without receipts; only its form is checked.

        Raises
        ------
        TanluError
            TL130 for bytes that are no such statement.
        """
        protected, beside, payload, signature = _sign1(data)
        if beside and set(beside) != {RECEIPTS}:
            raise _wrong(sorted(map(str, beside)), "an unprotected header that is not known")
        receipts = beside.get(RECEIPTS, [])
        if not (isinstance(receipts, list) and all(isinstance(one, bytes) for one in receipts)):
            raise _wrong(type(receipts).__name__, "receipts are a list of byte strings")
        if not isinstance(payload, bytes):
            raise _wrong(type(payload).__name__, "the payload is detached")
        made = cls(protected, payload, signature, tuple(receipts))
        _checked(made.header)
        return made

    def encode(self) -> bytes:
        """Give the entry of the log: the statement with an empty unprotected header."""
        return TAG + cbor.encode([self.protected, {}, self.payload, self.signature])

    def verify(self, public: bytes) -> bool:
        """Tell whether a key signed it."""
        signed = _to_sign(self.protected, self.payload)
        return self.kid == keys.kid(public) and keys.verify(public, signed, self.signature)

    @property
    def header(self) -> dict[int, Any]:
        """The protected header by its numbers."""
        found: dict[int, Any] = cbor.decode(self.protected)
        return found

    @property
    def type(self) -> str:
        """What kind of statement it is."""
        found = FORM.fullmatch(self.header[MEDIA])
        return found["type"] if found else ""

    @property
    def kid(self) -> bytes:
        """The identity of the key that signed."""
        return bytes(self.header[KID])

    @property
    def issuer(self) -> str:
        """Who says it."""
        return str(self.header[CLAIMS][ISSUER])

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.header[CLAIMS][SUBJECT])

    @property
    def issued_s(self) -> int:
        """When it was signed, by the signer's clock [unix s]."""
        return int(self.header[CLAIMS][ISSUED])

    @property
    def content(self) -> dict[str, Any]:
        """What it says.

        Raises
        ------
        TanluError
            TL113 when the payload is not deterministic CBOR, TL130 when it is no map with texts
            for keys, or tells another type than the header.
        """
        found = cbor.decode(self.payload)
        if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
            raise _wrong(type(found).__name__, "the payload is no map")
        told = found.get("type")
        if not isinstance(told, str) or told.rpartition("/")[0] != f"tanlu/{self.type}":
            raise _wrong(str(told)[:60], f"the payload is not of type {self.type}")
        return found


def transparent(statement: Statement, receipts: Sequence[bytes]) -> bytes:
    """Give a statement that carries its receipts."""
    beside = {RECEIPTS: list(receipts)}
    return TAG + cbor.encode([statement.protected, beside, statement.payload, statement.signature])


def receipt(
    key: SigningKey,
    *,
    issuer: str,
    subject: str,
    size: int,
    index: int,
    path: Sequence[bytes],
    root: bytes,
) -> bytes:
    """Give a log's receipt that a leaf stands in its tree (RFC 9942, RFC9162_SHA256)."""
    header = {
        ALGORITHM: EDDSA, KID: keys.kid(key.public), TREE: RFC9162_SHA256,
        CLAIMS: {ISSUER: issuer, SUBJECT: subject},
    }  # fmt: skip
    protected = cbor.encode(header)
    proof = cbor.encode([size, index, list(path)])
    beside = {PROOFS: {INCLUSION: [proof]}}
    return TAG + cbor.encode([protected, beside, None, key.sign(_to_sign(protected, root))])


def verify_receipt(data: bytes, public: bytes, leaf_hash: bytes) -> bool:
    """Tell whether a log's key stands for a leaf by this receipt.

    Raises
    ------
    TanluError
        TL130 for bytes that are no receipt, TL113 for a proof that is no deterministic CBOR.
    """
    protected, beside, payload, signature = _sign1(data)
    header = cbor.decode(protected)
    if not isinstance(header, dict) or header.get(TREE) != RFC9162_SHA256 or payload is not None:
        raise _wrong("receipt", "not a receipt of RFC9162_SHA256 with detached payload")
    if header.get(ALGORITHM) not in (EDDSA, ED25519):
        raise _wrong(header.get(ALGORITHM), "not the algorithm EdDSA")
    proofs = beside.get(PROOFS)
    found = proofs.get(INCLUSION) if isinstance(proofs, dict) else None
    if not (isinstance(found, list) and found and all(isinstance(one, bytes) for one in found)):
        raise _wrong("receipt", "no proof of inclusion")
    return all(_stands(cbor.decode(one), leaf_hash, public, protected, signature) for one in found)


def _stands(
    proof: Any, leaf_hash: bytes, public: bytes, protected: bytes, signature: bytes
) -> bool:
    match proof:
        case [int(size), int(index), list(path)] if all(isinstance(one, bytes) for one in path):
            root = tree.implied_root(index, size, leaf_hash, path)
            if root is None:
                return False
            return keys.verify(public, _to_sign(protected, root), signature)
    raise _wrong("receipt", "a proof is [size, index, path]")


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, b"", payload])


def _sign1(data: bytes) -> tuple[bytes, dict[Any, Any], Any, bytes]:
    if len(data) > 4 * MAX_BYTES or not data.startswith(TAG):
        raise _wrong(data[:8].hex(), "not a COSE_Sign1 of at most 65,536 bytes")
    match cbor.decode(data[1:]):
        case [bytes(protected), dict(beside), payload, bytes(signature)]:
            return protected, beside, payload, signature
    raise _wrong("COSE_Sign1", "not [protected, unprotected, payload, signature]")


def _checked(header: Any) -> None:
    if not isinstance(header, dict) or set(header) != {ALGORITHM, MEDIA, KID, CLAIMS}:
        raise _wrong("header", "not algorithm, content type, kid and claims")
    if header[ALGORITHM] not in (EDDSA, ED25519):
        raise _wrong(header[ALGORITHM], "not the algorithm EdDSA")
    if not (isinstance(header[MEDIA], str) and FORM.fullmatch(header[MEDIA])):
        raise _wrong(str(header[MEDIA])[:60], "not a content type of ours")
    if not (isinstance(header[KID], bytes) and len(header[KID]) == keys.KID_BYTES):
        raise _wrong("kid", "a key's identity has 8 bytes")
    if not _claims(header[CLAIMS]):
        raise _wrong("claims", "not issuer, subject and time")


def _claims(claims: Any) -> TypeGuard[dict[int, Any]]:
    return (
        isinstance(claims, dict)
        and set(claims) == {ISSUER, SUBJECT, ISSUED}
        and isinstance(claims[ISSUER], str)
        and isinstance(claims[SUBJECT], str)
        and isinstance(claims[ISSUED], int)
        and not isinstance(claims[ISSUED], bool)
        and claims[ISSUED] >= 0
    )


def _wrong(value: object, why: str) -> TanluError:
    return TanluError("TL130", value=value, why=why)
