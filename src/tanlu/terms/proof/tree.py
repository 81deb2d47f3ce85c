"""The Merkle tree of RFC 6962 section 2.1 over leaf hashes: roots, proofs and their checks.

Hashes stand in a row, 32 bytes each, so a million leaves are one ``bytes`` and not a million
objects. Everything is iterative; nothing here reads a file or keeps state.
"""

from __future__ import annotations

from hashlib import sha256
from struct import iter_unpack
from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "EMPTY",
    "consistency",
    "implied_root",
    "inclusion",
    "leaf",
    "levels",
    "node",
    "root",
    "row",
    "verify_consistency",
    "verify_inclusion",
]

HASH_BYTES = 32
EMPTY = sha256(b"").digest()


def leaf(entry: bytes) -> bytes:
    """Give the hash of an entry: ``SHA-256(0x00 ‖ entry)``."""
    return sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Give the hash of two nodes: ``SHA-256(0x01 ‖ left ‖ right)``."""
    return sha256(b"\x01" + left + right).digest()


def row(entries: Iterable[bytes]) -> bytes:
    """Give the leaf hashes of entries in a row, the form in which the other functions take them."""
    return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])


def levels(leaves: bytes) -> list[bytes]:
    """Give every level of the tree, leaves first, root last, each as hashes in a row.

    Two neighbours make a node of the next level; a last one without a neighbour moves up as it
    is, which gives exactly the tree of RFC 6962. The empty tree has the one level ``EMPTY``.

    Raises
    ------
    TanluError
        TL114 when the bytes are not whole hashes.
    """
    if len(leaves) % HASH_BYTES:
        raise TanluError("TL114", value=len(leaves), why="leaf hashes have 32 bytes each")
    found = [leaves or EMPTY]
    while len(found[-1]) > HASH_BYTES:
        found.append(_above(found[-1]))
    return found


def root(leaves: bytes) -> bytes:
    """Give the root of leaf hashes in a row, ``SHA-256("")`` for none.

    Raises
    ------
    TanluError
        TL114 when the bytes are not whole hashes.
    """
    if len(leaves) % HASH_BYTES:
        raise TanluError("TL114", value=len(leaves), why="leaf hashes have 32 bytes each")
    level = leaves or EMPTY
    while len(level) > HASH_BYTES:
        level = _above(level)
    return level


def inclusion(tree: Sequence[bytes], index: int) -> list[bytes]:
    """Give the hashes that lead from a leaf to the root (RFC 6962 section 2.1.1).

    ``tree`` is what `levels` gives, so that many proofs share one tree.

    Raises
    ------
    TanluError
        TL114 when there is no such leaf.
    """
    if not 0 <= index < _size(tree):
        raise TanluError("TL114", value=index, why=f"the tree has {_size(tree)} leaves")
    proof = []
    for level in tree[:-1]:
        beside = index ^ 1
        if beside * HASH_BYTES < len(level):
            proof.append(_at(level, beside))
        index >>= 1
    return proof


def consistency(tree: Sequence[bytes], old: int) -> list[bytes]:
    """Give the hashes that show the first ``old`` leaves unchanged (RFC 6962 section 2.1.2).

    Raises
    ------
    TanluError
        TL114 when the tree never had that size; nothing can be proved about size 0.
    """
    size = _size(tree)
    if not 0 < old <= size:
        raise TanluError("TL114", value=old, why=f"the tree has {size} leaves")
    if old == size:
        return []
    at, height = old - 1, 0
    while at & 1:  # climb to the largest complete subtree that ends the old tree
        at >>= 1
        height += 1
    proof = [_at(tree[height], at)] if at else []
    for level in tree[height:-1]:
        if at & 1:
            proof.append(_at(level, at - 1))
        elif (at + 1) * HASH_BYTES < len(level):
            proof.append(_at(level, at + 1))
        at >>= 1
    return proof


def verify_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root_hash: bytes
) -> bool:
    """Tell whether a leaf is at ``index`` of the tree (RFC 9162 section 2.1.3.2)."""
    return implied_root(index, size, leaf_hash, proof) == root_hash


def implied_root(index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Give the root to which a proof leads; null for a proof of another shape than the tree's."""
    if not 0 <= index < size or any(len(part) != HASH_BYTES for part in (*proof, leaf_hash)):
        return None
    at, last, hashed = index, size - 1, leaf_hash
    for part in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            hashed = node(part, hashed)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            hashed = node(hashed, part)
        at >>= 1
        last >>= 1
    return hashed if last == 0 else None


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the tree of size ``old`` is a prefix of that of ``new`` (RFC 9162 2.1.4.2)."""
    if not 0 < old <= new or any(len(part) != HASH_BYTES for part in proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at >>= 1
        last >>= 1
    was = is_now = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, is_now = node(part, was), node(part, is_now)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            is_now = node(is_now, part)
        at >>= 1
        last >>= 1
    return last == 0 and was == old_root and is_now == new_root


def _above(level: bytes) -> bytes:
    whole = len(level) // 64 * 64
    pairs = iter_unpack("64s", memoryview(level)[:whole])
    return b"".join([sha256(b"\x01" + pair).digest() for (pair,) in pairs]) + level[whole:]


def _at(level: bytes, index: int) -> bytes:
    return level[index * HASH_BYTES : (index + 1) * HASH_BYTES]


def _size(tree: Sequence[bytes]) -> int:
    return 0 if tree[0] == EMPTY else len(tree[0]) // HASH_BYTES
