"""Secrets of this server's own making: drawn, told apart by their beginning, kept as hashes."""

from __future__ import annotations

import hmac
import secrets
import string
import zlib
from hashlib import sha256

__all__ = ["ACCESS", "KEY", "draw", "hashed", "name", "same", "sound"]

# what a bearer sends: a key that lasts, or a token that is over soon
KEY, ACCESS = "tlk_", "tla_"
LETTERS = string.digits + string.ascii_letters
# 43 letters of 62 are 256 bits; the check is six more, so that a slip of the pen asks no database
LENGTH, CHECK = 43, 6


def draw(prefix: str = "") -> str:
    """Give a new secret of 256 bits with a prefix and, where it has one, a check at its end."""
    body = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return prefix + body + (_check(prefix + body) if prefix else "")


def name(prefix: str) -> str:
    """Give a new name that nobody can foresee and that is no secret: ``p_…``."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(16))


def sound(secret: str) -> bool:
    """Tell whether a secret with a prefix can be one of ours at all."""
    if len(secret) != len(KEY) + LENGTH + CHECK or not secret.isascii():
        return False
    return same(_check(secret[:-CHECK]), secret[-CHECK:])


def hashed(secret: str) -> str:
    """Give the hash by which a drawn secret is known; 256 bits need no slow one."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Tell whether two texts are the same, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


def _check(text: str) -> str:
    rest, letters = zlib.crc32(text.encode()), ""
    for _ in range(CHECK):
        rest, digit = divmod(rest, len(LETTERS))
        letters = LETTERS[digit] + letters
    return letters
