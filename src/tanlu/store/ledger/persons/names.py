"""Pseudonyms that can be forgotten: drawn at random, found again by a keyed tag of the text.

A derived pseudonym could be made again from a guess by whoever has the workspace's secret, and
plates and phone numbers are few enough to guess all. A drawn one cannot: once its line here is
gone, nothing leads from a text to it.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.ledger.files import replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["FILE", "begin", "forget", "known", "named", "read"]

FILE = "keys/pseudonyms"
HEAD = b"tanlu/pseudonyms/v1\n"
HALF, MARK = 16, 8
LINE = 2 * HALF + MARK


def begin(folder: Path) -> None:
    """Make the empty file of a new workspace."""
    replace(folder / FILE, HEAD, private=True)


def named(folder: Path, secret: bytes, texts: Iterable[str]) -> dict[str, str]:
    """Give the pseudonym of each text, drawn where it is new; the caller holds the lock."""
    held = read(folder)
    tags = {text: _tag(secret, text) for text in texts}
    new = {tag: secrets.token_bytes(HALF) for tag in tags.values() if tag not in held}
    if new:
        _write(folder, held | new)
        held |= new
    return {text: _shown(held[tag]) for text, tag in tags.items()}


def known(folder: Path, secret: bytes, text: str) -> str | None:
    """Give the pseudonym of a text if there is one."""
    found = read(folder).get(_tag(secret, text))
    return None if found is None else _shown(found)


def forget(folder: Path, pseudonym: str) -> None:
    """Take a pseudonym's line away: nothing leads to it any more."""
    held = read(folder)
    left = {tag: name for tag, name in held.items() if _shown(name) != pseudonym}
    if len(left) < len(held):
        _write(folder, left)


def read(folder: Path) -> dict[bytes, bytes]:
    """Give all pseudonyms by the tag of their text.

    Raises
    ------
    TanluError
        TL603 when the file is not what was written.
    """
    try:
        raw = (folder / FILE).read_bytes()
    except OSError as error:
        raise TanluError("TL603", value=FILE, why=str(error)) from error
    lines = [raw[at : at + LINE] for at in range(len(HEAD), len(raw), LINE)]
    if not raw.startswith(HEAD) or any(line[2 * HALF :] != _mark(line) for line in lines):
        raise TanluError("TL603", value=FILE, why="it is not what was written")
    return {line[:HALF]: line[HALF : 2 * HALF] for line in lines}


def _write(folder: Path, held: dict[bytes, bytes]) -> None:
    lines = (tag + name for tag, name in sorted(held.items()))
    replace(folder / FILE, HEAD + b"".join(line + _mark(line) for line in lines), private=True)


def _tag(secret: bytes, text: str) -> bytes:
    return hmac.new(secret, b"person" + text.encode(), sha256).digest()[:HALF]


def _mark(line: bytes) -> bytes:
    return sha256(line[: 2 * HALF]).digest()[:MARK]


def _shown(name: bytes) -> str:
    return f"p:{name.hex()}"
