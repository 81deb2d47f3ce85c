"""SM2 signatures of checkpoints (GB/T 32918.2, digest SM3 of GB/T 32905), for Chinese practice.

The line stands beside the others under a note, as a kind of its own; who does not know the kind
passes over it (C2SP signed-note: kind 0xff and the name of the algorithm).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.proof import note

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["new_key", "public_of", "sign_note", "verify_note"]

KIND = b"\xfftanlu/sm2-sm3/v1"
POINT_BYTES = 65
HALF = 32


def new_key(path: Path) -> bytes:
    """Write a fresh private key (PEM, readable by its owner alone) and give its public point.

    Raises
    ------
    TanluError
        TL002 without the extra ``gm``; TL798 when the file is there already.
    """
    import os

    gm = _library()
    if path.exists():
        raise TanluError("TL798", value=path.name, why="the file is there already")
    key = gm["ec"].generate_private_key(gm["ec"].SM2())
    coding = gm["serialization"]
    pem = key.private_bytes(coding.Encoding.PEM, coding.PrivateFormat.PKCS8, coding.NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as held:
        held.write(pem)
    return _point(gm, key.public_key())


def public_of(path: Path) -> bytes:
    """Give the public point of a private key's file, 65 bytes.

    Raises
    ------
    TanluError
        TL002, TL798.
    """
    gm = _library()
    return _point(gm, _private(gm, path).public_key())


def sign_note(data: bytes, name: str, path: Path) -> bytes:
    """Give a note with one more line: the SM2 signature of its text in a name.

    Raises
    ------
    TanluError
        TL002, TL798, and TL121 for bytes that are no note.
    """
    gm, kept = _library(), note.Note.parse(data)
    key = _private(gm, path)
    signed = key.sign(kept.text.encode(), gm["ec"].ECDSA(gm["hashes"].SM3()))
    point = _point(gm, key.public_key())
    line = note.Signature(name, _key_id(name, point), _plain(signed))
    return kept._replace(signatures=(*kept.signatures, line)).encode()


def verify_note(data: bytes, name: str, point: bytes) -> bool:
    """Tell whether a note has a line by this SM2 key that holds.

    Raises
    ------
    TanluError
        TL002; TL121 for bytes that are no note.
    """
    gm, kept = _library(), note.Note.parse(data)
    numbers = [int.from_bytes(point[at : at + HALF], "big") for at in (1, 1 + HALF)]
    if len(point) != POINT_BYTES or point[0] != 4:
        return False
    try:
        public = gm["ec"].EllipticCurvePublicNumbers(*numbers, gm["ec"].SM2()).public_key()
    except ValueError:
        return False
    lines = [
        one.signature
        for one in kept.signatures
        if (one.name, one.key_id) == (name, _key_id(name, point))
    ]
    return any(_holds(gm, public, kept.text.encode(), signed) for signed in lines)


def _holds(gm: dict[str, Any], public: Any, text: bytes, signed: bytes) -> bool:
    if len(signed) != 2 * HALF:
        return False
    try:
        public.verify(_der(signed), text, gm["ec"].ECDSA(gm["hashes"].SM3()))
    except gm["invalid"]:
        return False
    return True


def _key_id(name: str, point: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + KIND + point).digest()[:4]


def _point(gm: dict[str, Any], public: Any) -> bytes:
    coding = gm["serialization"]
    der = public.public_bytes(coding.Encoding.DER, coding.PublicFormat.SubjectPublicKeyInfo)
    return bytes(der[-POINT_BYTES:])


def _private(gm: dict[str, Any], path: Path) -> Any:
    try:
        return gm["serialization"].load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise TanluError("TL798", value=path.name, why="no private key in PEM") from error


def _plain(der: bytes) -> bytes:
    """Give r and s, 32 bytes each, of a signature in DER (two integers in one sequence)."""
    parts, at = [], 2
    for _ in range(2):
        size = der[at + 1]
        parts.append(int.from_bytes(der[at + 2 : at + 2 + size], "big"))
        at += 2 + size
    return b"".join(part.to_bytes(HALF, "big") for part in parts)


def _der(plain: bytes) -> bytes:
    parts = b""
    for at in (0, HALF):
        number = int.from_bytes(plain[at : at + HALF], "big")
        body = number.to_bytes(number.bit_length() // 8 + 1, "big")
        parts += bytes((2, len(body))) + body
    return bytes((0x30, len(parts))) + parts


def _library() -> dict[str, Any]:
    try:
        from tongsuopy.crypto import hashes, serialization
        from tongsuopy.crypto.asymciphers import ec
        from tongsuopy.crypto.exceptions import InvalidSignature
    except ImportError as error:
        raise TanluError("TL002", value="tongsuopy", extra="gm") from error
    return {
        "ec": ec, "hashes": hashes, "serialization": serialization, "invalid": InvalidSignature,
    }  # fmt: skip
