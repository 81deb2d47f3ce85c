"""Salts that can be erased: random keys of blocks, kept beside the workspace's secret.

The salts of a block of 64 records come from a key of 32 random bytes. To erase the salt of one leaf
its block's key goes, the other salts of the block are written out, and the hash of the erased leaf
is kept, so that all other leaves are still proved. Nothing that remains gives the salt again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256, shake_256
from itertools import chain
from operator import add
from struct import iter_unpack
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.groups import GROUPS, SALT, group_columns, group_lines, group_text
from tanlu.terms.disclosed import BLOCK
from tanlu.terms.proof import cbor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    import polars as pl

__all__ = ["BLOCK", "Salts", "salted_leaves", "salts_file"]

TYPE = "tanlu/salts/v1"
DOMAIN = b"tanlu/salt/v2"
KEY = HASH = 32
CHUNK = 128 * BLOCK
WIDE_CHUNK = 512 * BLOCK
STEP = SALT * len(GROUPS)


def salts_file(part: str) -> str:
    """Give where the salts of a part lie."""
    table, name = part.removeprefix("parts/").removesuffix(".parquet").split("/")
    return f"keys/salts-{table}-{name}.cbor"


@dataclass(slots=True)
class Salts:
    """The salts of a part of n records.

    ``keys`` has 32 bytes for each block, zeros where ``left`` has the block's salts instead;
    ``gone`` keeps the hash of each erased leaf by its place.
    """

    n: int
    keys: bytes
    left: dict[int, bytes] = field(default_factory=dict)
    gone: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def draw(cls, n: int) -> Salts:
        """Give fresh salts for n records."""
        return cls(n, secrets.token_bytes(KEY * -(-n // BLOCK)))

    @classmethod
    def decode(cls, data: bytes, n: int) -> Salts:
        """Give the salts that a workspace keeps of a part of n records.

        Raises
        ------
        TanluError
            TL603 when they are not of such a part.
        """
        try:
            held: Any = cbor.decode(data)
            found = cls(n, held["keys"], held["left"], held["gone"])
            whole = held["type"] == TYPE and len(found.keys) == KEY * -(-n // BLOCK)
        except (KeyError, TypeError, TanluError) as error:
            raise TanluError("TL603", value="salts", why=str(error)) from error
        if not whole:
            raise TanluError("TL603", value="salts", why="they are not of this part")
        return found

    def encode(self) -> bytes:
        """Give the bytes of the file."""
        return cbor.encode({"type": TYPE, "keys": self.keys, "left": self.left, "gone": self.gone})

    def block(self, number: int) -> bytes:
        """Give the salts of one block in the order of its leaves."""
        if number in self.left:
            return self.left[number]
        key = self.keys[KEY * number : KEY * number + KEY]
        records = min(BLOCK, self.n - BLOCK * number)
        return shake_256(DOMAIN + key).digest(STEP * records)

    def at(self, place: int) -> bytes:
        """Give the salt of one leaf, zeros if it is erased."""
        number = place // (BLOCK * len(GROUPS))
        start = SALT * (place - number * BLOCK * len(GROUPS))
        return self.block(number)[start : start + SALT]

    def erase(self, hashes: dict[int, bytes]) -> None:
        """Forget the salts of leaves and keep their hashes, given by place."""
        for place, hashed in hashes.items():
            number = place // (BLOCK * len(GROUPS))
            start = SALT * (place - number * BLOCK * len(GROUPS))
            salts = self.block(number)
            self.left[number] = salts[:start] + bytes(SALT) + salts[start + SALT :]
            self.gone[place] = hashed
        whole = bytearray(self.keys)
        for number in self.left:
            whole[KEY * number : KEY * number + KEY] = bytes(KEY)
        self.keys = bytes(whole)

    def known(self, places: Iterable[int]) -> bool:
        """Tell whether none of these leaves is erased."""
        return self.gone.keys().isdisjoint(places)


def salted_leaves(
    table: str, frame: pl.DataFrame, salts: Salts, side_by_side: ModuleType | None = None
) -> bytes:
    """Give the leaf hashes in a row: by blocks of 64 records, in a block by groups.

    A leaf is SHA-256(0x00 ‖ salt ‖ bytes of the group); an erased one is its kept hash.
    ``side_by_side`` is `tanlu.store.lanes` where many records are worth it; the bytes are the same.
    """
    groups = group_columns(table, frame.columns)
    if side_by_side is not None:
        return _side_by_side(frame, groups, salts, side_by_side)
    found: list[bytes] = []
    for first in range(0, frame.height, CHUNK):
        chunk = frame.slice(first, CHUNK)
        lines = [group_lines(chunk, names) for names in groups]
        for start in range(0, chunk.height, BLOCK):
            together = chain.from_iterable(each[start : start + BLOCK] for each in lines)
            salted = iter_unpack(f"{SALT}s", salts.block((first + start) // BLOCK))
            prefixes = [b"\x00" + salt for (salt,) in salted]
            found += [sha256(entry).digest() for entry in map(add, prefixes, together)]
    for place, hashed in salts.gone.items():
        found[place] = hashed
    return b"".join(found)


def _side_by_side(
    frame: pl.DataFrame, groups: tuple[tuple[str, ...], ...], salts: Salts, lanes: ModuleType
) -> bytes:
    found = bytearray()
    for first in range(0, frame.height, WIDE_CHUNK):
        chunk = frame.slice(first, WIDE_CHUNK)
        texts = [group_text(chunk, names).getbuffer() if names else None for names in groups]
        blocks = range(first // BLOCK, -(-(first + chunk.height) // BLOCK))
        salted = b"".join(map(salts.block, blocks))
        found += lanes.salted(texts, salted, chunk.height, BLOCK)
    for place, hashed in salts.gone.items():
        found[HASH * place : HASH * (place + 1)] = hashed
    return bytes(found)
