"""Signed notes (C2SP signed-note v1.0.0): a text and lines of who stands for it."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.proof import keys

if TYPE_CHECKING:
    from tanlu.terms.proof.keys import SigningKey

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "MLDSA",
    "Note",
    "Signature",
    "Verifier",
    "decoded",
    "encoded",
    "holds",
    "key_id",
    "named",
    "sign",
]

ED25519, COSIGNATURE, MLDSA = 0x01, 0x04, 0x06
MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100
DASH = "— "
LINE = re.compile(rf"{DASH}(?P<name>[^\s+]+) (?P<body>[A-Za-z0-9+/]+={{0,2}})")
TIME_BYTES = 8


class Verifier(NamedTuple):
    """A name, the kind of its signatures and its public key: the line called *vkey*."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Give the verifier that a line ``name+keyid+base64(kind ‖ public)`` tells.

        Raises
        ------
        TanluError
            TL120 for a line that is no vkey, or whose identity does not follow from its key.
        """
        name, first, rest = vkey.strip().partition("+")
        shown, second, body = rest.partition("+")
        if not (first and second and named(name) and re.fullmatch("[0-9a-f]{8}", shown)):
            raise TanluError("TL120", value=vkey, why="not NAME+KEYID+KEY")
        raw = decoded(body)
        if len(raw) < 2:
            raise TanluError("TL120", value=vkey, why="the key is too short")
        found = cls(name, raw[0], raw[1:])
        if found.key_id.hex() != shown:
            raise TanluError("TL120", value=vkey, why=f"the key's identity is {found.key_id.hex()}")
        if found.kind in (ED25519, COSIGNATURE) and len(found.public) != keys.PUBLIC_BYTES:
            raise TanluError("TL120", value=vkey, why="an Ed25519 key has 32 bytes")
        return found

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        """The line that tells it to others."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(bytes((self.kind,)) + self.public)}"


class Signature(NamedTuple):
    """One line under a note: who, by which key, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line without its line feed."""
        return f"{DASH}{self.name} {encoded(self.key_id + self.signature)}"


class Note(NamedTuple):
    """A text that ends in a line feed, and its signatures, unknown ones too."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Give the bytes of the note."""
        return "".join([self.text, "\n", *(f"{one.line}\n" for one in self.signatures)]).encode()

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Give the note that bytes hold; nothing is checked but its form.

        The last bits of a signature's base64 are not looked at, as Go does not look at them.

        Raises
        ------
        TanluError
            TL121 for bytes that are no signed note.
        """
        if len(data) > MAX_BYTES:
            raise _wrong(len(data), f"more than {MAX_BYTES} bytes")
        try:
            whole = data.decode()
        except UnicodeDecodeError as error:
            raise _wrong(data[:40], "not UTF-8") from error
        if re.search(r"[\x00-\x09\x0b-\x1f]", whole):
            raise _wrong(whole[:40], "a control character")
        text, found, tail = whole.rpartition("\n\n")
        if not found or not tail.endswith("\n"):
            raise _wrong(whole[:40], "no blank line before the signatures, or no last line feed")
        lines = tail[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise _wrong(len(lines), f"more than {MAX_SIGNATURES} signatures")
        return cls(text + "\n", tuple(_signature(line) for line in lines))


def sign(text: str, name: str, key: SigningKey) -> Signature:
    """Give the plain Ed25519 signature of a text."""
    return Signature(name, key_id(name, ED25519, key.public), key.sign(text.encode()))


def holds(text: str, signature: Signature, verifier: Verifier) -> int | None:
    """Give when a signature was made [unix s], 0 where its kind says no time; null if it fails.

    A cosignature (kind 4) stands for the line ``cosignature/v1``, a line ``time T`` and the text,
    T its first 8 bytes (C2SP tlog-cosignature v1). An ML-DSA cosignature (kind 6) stands for the
    name of who signs, the time and the three lines of the checkpoint. Other kinds hold nothing.
    """
    if (signature.name, signature.key_id) != (verifier.name, verifier.key_id):
        return None
    body = signature.signature
    if verifier.kind == ED25519:
        return 0 if keys.verify(verifier.public, text.encode(), body) else None
    if verifier.kind == COSIGNATURE and len(body) == TIME_BYTES + keys.SIGNATURE_BYTES:
        at_s = int.from_bytes(body[:TIME_BYTES], "big")
        said = cosigned_text(text, at_s)
        return at_s if keys.verify(verifier.public, said, body[TIME_BYTES:]) else None
    if verifier.kind == MLDSA and len(body) > TIME_BYTES:
        at_s = int.from_bytes(body[:TIME_BYTES], "big")
        said = subtree_text(verifier.name, text, at_s)
        return at_s if keys.verify_mldsa(verifier.public, said, body[TIME_BYTES:]) else None
    return None


def cosigned_text(text: str, at_s: int) -> bytes:
    """Give the bytes that a cosignature signs."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def subtree_text(name: str, text: str, at_s: int) -> bytes:
    """Give the bytes that an ML-DSA-44 cosignature of a checkpoint signs (v1.1.0)."""
    origin, size, root = text.split("\n")[:3]
    said = [b"subtree/v1\n\0"]
    for each, number in ((name, at_s), (origin, 0)):
        encoded_name = each.encode()[:255]
        said += [bytes((len(encoded_name),)), encoded_name, number.to_bytes(8, "big")]
    return b"".join([*said, int(size).to_bytes(8, "big"), decoded(root)])


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Give ``SHA-256(name ‖ 0x0A ‖ kind ‖ public)[:4]``."""
    return sha256(name.encode() + b"\n" + bytes((kind,)) + public).digest()[:4]


def named(name: str) -> bool:
    """Tell whether a text may name a key: not empty, no blank, no plus."""
    return bool(name) and "+" not in name and not any(each.isspace() for each in name)


def encoded(data: bytes) -> str:
    """Give bytes in base64 with padding."""
    return base64.b64encode(data).decode()


def decoded(text: str, *, strict: bool = False) -> bytes:
    """Give the bytes of base64; strict asks that the last bits are nought too.

    Raises
    ------
    TanluError
        TL121 for a text that is not base64.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise _wrong(text[:60], "not base64") from error
    if strict and encoded(data) != text:
        raise _wrong(text[:60], "not the one base64 of its bytes")
    return data


def _signature(line: str) -> Signature:
    found = LINE.fullmatch(line)
    if not found or not named(found["name"]):
        raise _wrong(line[:80], "not a line of signature")
    raw = decoded(found["body"])
    if len(raw) < 5:
        raise _wrong(line[:80], "the signature is too short")
    return Signature(found["name"], raw[:4], raw[4:])


def _wrong(value: object, why: str) -> TanluError:
    return TanluError("TL121", value=value, why=why)
