"""Pedersen commitments on the prime-order group of Ed25519 (RFC 8032 section 5.1).

A commitment ``C = x·G + r·H`` hides x perfectly while r is random, and nobody can open it to
another x without knowing the logarithm of H to G. H comes from a text, so that nobody knows it:
the first SHA-256("tanlu/pedersen/H/v1" ‖ c), c = 0, 1, …, that is the encoding of a point, times
8. Sums of commitments are commitments to sums (Pedersen 1991, section 3).
"""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ORDER", "POINT", "H", "added", "blind", "commit", "opens", "scalar", "sodium"]

ORDER = 2**252 + 27742317777372353535851937790883648493
POINT = 32
H = bytes.fromhex("7a24e5d5d97c902bfcc640d4a58126538ccb1ebd30da855754adbc91745dcdf4")


@cache
def sodium() -> Any:
    """Give libsodium's functions.

    Raises
    ------
    TanluError
        TL002 without the extra ``share``.
    """
    try:
        from nacl import bindings
    except ImportError as error:
        raise TanluError("TL002", value="pynacl", extra="share") from error
    return bindings


def scalar(number: int) -> bytes:
    """Give a number modulo the order as 32 bytes, little endian."""
    return (number % ORDER).to_bytes(32, "little")


def blind() -> int:
    """Give a secret random number below the order, never nought."""
    return secrets.randbelow(ORDER - 1) + 1


def commit(value: int, blinding: int) -> bytes:
    """Give ``value·G + blinding·H``; both count modulo the order.

    Raises
    ------
    TanluError
        TL002 without the extra ``share``.
    """
    nacl = sodium()
    points = []
    if value % ORDER:
        points.append(nacl.crypto_scalarmult_ed25519_base_noclamp(scalar(value)))
    if blinding % ORDER:
        points.append(nacl.crypto_scalarmult_ed25519_noclamp(scalar(blinding), H))
    return added(points)


def added(points: Iterable[bytes]) -> bytes:
    """Give the sum of points; that of none is the neutral point.

    Raises
    ------
    TanluError
        TL858 for bytes that are no point.
    """
    nacl = sodium()
    whole = bytes([1]) + bytes(31)
    try:
        for point in points:
            whole = nacl.crypto_core_ed25519_add(whole, point)
    except Exception as error:
        raise TanluError("TL858", value="commitments", why="bytes that are no point") from error
    return bytes(whole)


def opens(point: bytes, value: int, blinding: int) -> bool:
    """Tell whether a commitment is to this value with this blinding."""
    return point == commit(value, blinding)
