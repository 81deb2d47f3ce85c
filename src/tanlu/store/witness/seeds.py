"""Keeps a key in a file of 32 bytes that only its owner may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.ledger.files import replace, writing
from tanlu.terms.proof import keys

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["seed_at"]

SEED_BYTES = 32


def seed_at(path: Path, *, make: bool = False) -> keys.SigningKey:
    """Give the key that a file holds; with ``make`` an absent file gets a fresh one.

    Raises
    ------
    TanluError
        TL119 for a file that holds no key, TL614 when a fresh one cannot be written.
    """
    try:
        with path.open("rb") as file:
            seed = file.read(SEED_BYTES + 1)
    except FileNotFoundError as error:
        if not make:
            raise TanluError("TL119", value=path, why="there is no such file") from error
        key = keys.SigningKey.new()
        with writing(path):
            replace(path, key.seed, private=True)
        return key
    except OSError as error:
        raise TanluError("TL119", value=path, why=error.strerror or str(error)) from error
    if len(seed) != SEED_BYTES:
        raise TanluError("TL119", value=path, why="a seed has 32 bytes")
    return keys.SigningKey(seed)
