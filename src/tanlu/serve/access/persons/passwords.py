"""Passwords: what is one, and how one is kept (Argon2id)."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from base64 import b64encode
from functools import cache
from typing import Any

from tanlu.errors import TanluError

__all__ = ["check", "keep", "strong"]

# the first choice of OWASP: 46 MiB, one pass, one lane
MEMORY_KIB, PASSES, LANES = 46 * 1024, 1, 1
# at once: who tries many passwords fills no memory
TURNS = threading.BoundedSemaphore(4)
SHORTEST, LONGEST, DISTINCT = 12, 256, 5
# a shorter name stands in many a good sentence
NAMED = 4
# longer than this no letter of it is looked at
TOO_LONG = LONGEST * 4


@cache
def _hasher() -> Any:
    import argon2

    return argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobodys() -> str:
    """Give what nobody's password is kept as: to refuse it takes the work of all others."""
    salt, tag = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${tag}"


def keep(password: str) -> str:
    """Give what is kept of a password: an Argon2id hash with its salt and its parameters."""
    with TURNS:
        return str(_hasher().hash(_bytes(_plain(password))))


def check(password: str, kept: str | None) -> tuple[bool, bool]:
    """Tell whether a password is the kept one, and whether it should be kept anew.

    The same work is done when there is none: how long it takes does not tell whether there is.
    """
    import argon2

    plain = _plain(password[:TOO_LONG])
    against = kept if kept is not None and len(plain) <= LONGEST else None
    with TURNS:
        try:
            _hasher().verify(against or _nobodys(), _bytes(plain[:LONGEST]))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False, False
    return against is not None, against is not None and _hasher().check_needs_rehash(against)


def strong(password: str, name: str) -> str:
    """Give a password that may be chosen.

    Raises
    ------
    TanluError
        TL478 with what it lacks.
    """
    plain = _plain(password[:TOO_LONG])
    if len(plain) < SHORTEST:
        raise TanluError("TL478", why=f"fewer than {SHORTEST} characters")
    if len(plain) > LONGEST:
        raise TanluError("TL478", why=f"more than {LONGEST} characters")
    named = len(name) >= NAMED and name in plain.casefold()
    if len(set(plain)) < DISTINCT or named:
        raise TanluError("TL478", why="it is too easy to guess")
    return plain


def _plain(password: str) -> str:
    # the same letters by any keyboard are the same password
    return unicodedata.normalize("NFKC", password)


def _bytes(plain: str) -> bytes:
    return plain.encode("utf-8", "surrogatepass")
