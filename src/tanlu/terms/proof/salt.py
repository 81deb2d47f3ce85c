"""Salts that hide low-entropy values behind their leaf hashes."""

from __future__ import annotations

from hashlib import shake_256

__all__ = ["SALT_BYTES", "salts"]

SALT_BYTES = 16
DOMAIN = b"tanlu/salt/v1"


def salts(batch_key: bytes, n: int) -> bytes:
    """Give n salts of 16 bytes in a row; salt k is ``result[16·k : 16·k + 16]``.

    ``salt(k) = SHAKE-256("tanlu/salt/v1" ‖ batch_key)[16k, 16k+16)`` (FIPS 202 section 6.2): the
    first salts do not depend on n, and without the key no salt can be told from chance.
    """
    return shake_256(DOMAIN + batch_key).digest(SALT_BYTES * n)
