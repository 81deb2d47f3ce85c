"""Files of keys: 32 bytes that their owner alone can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.terms.proof import keys

__all__ = ["key_of"]


def key_of(path: Path | None) -> keys.SigningKey:
    """Give the key of a file that a user named.

    Raises
    ------
    TanluError
        TL001 when none was named, TL119 when it is no key.
    """
    from tanlu.store.witness import seed_at

    if path is None:
        raise TanluError("TL001", value="--key FILE")
    return seed_at(path)
