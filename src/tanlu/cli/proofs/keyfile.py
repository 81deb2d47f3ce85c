"""Files of keys: 32 bytes that their owner alone can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.terms.proof import keys

__all__ = ["key_of"]

SEED_BYTES = 32


def key_of(path: Path | None) -> keys.SigningKey:
    """Give the key of a file.

    Raises
    ------
    TanluError
        TL001 when no file was named, TL119 when it is no key.
    """
    from tanlu.terms.proof import keys

    if path is None:
        raise TanluError("TL001", value="--key FILE")
    if not path.is_file():
        raise TanluError("TL119", value=path.name, why="there is no such file")
    if path.stat().st_size != SEED_BYTES:
        raise TanluError("TL119", value=path.name, why="a key's file has 32 bytes")
    return keys.SigningKey(path.read_bytes())
