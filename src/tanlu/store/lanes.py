"""SHA-256 (FIPS 180-4) of many short messages side by side, compiled by numba (extra fast).

One message of a hundred bytes costs a call of Python more than its hash does. Here 64 of them go
through the rounds together, so that the processor's vectors are full and no thread waits for
another; the hashes are those of `hashlib`, bit for bit.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from tanlu.terms.proof import tree

__all__ = ["nodes", "root", "salted"]

L = 64  # lanes
HASH, SALT, BLOCK = 32, 16, 64
NODE_BITS = 8 * 65
# a message has the byte 0x00, its salt and its line; at least 0x80 and eight bytes of length follow
BEFORE, AFTER = 1 + SALT, 9
U = np.uint32
# an index without sign is not tested for counting from the end
AT = np.uint64


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % each for each in found):
            found.append(number)
        number += 1
    return found


def _fraction(prime: int, root: int) -> int:
    """Give the first 32 bits of the fraction of a prime's root (FIPS 180-4 section 4.2.2)."""
    low, high = 0, prime << 32
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**root <= prime << 32 * root else (low, middle)
    return low & 0xFFFFFFFF


K = np.array([_fraction(prime, 3) for prime in _primes(64)], np.uint32)
START = np.array([_fraction(prime, 2) for prime in _primes(8)], np.uint32)


@numba.njit(inline="always")
def _turn(x: Any, bits: Any) -> Any:
    return U(U(x >> U(bits)) | U(x << U(32 - bits)))


@numba.njit(inline="always")
def _round(  # noqa: PLR0917 - FIPS 180-4 has so many
    a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any, w: Any, k: Any
) -> Any:
    """Give what a round makes of the fourth and the eighth word; the others only move on."""
    mixed = U(_turn(e, 6) ^ _turn(e, 11) ^ _turn(e, 25))
    chosen = U(g ^ U(e & U(f ^ g)))
    one = U(U(h + mixed) + U(U(chosen + k) + w))
    other = U(_turn(a, 2) ^ _turn(a, 13) ^ _turn(a, 22))
    most = U(U(a & b) | U(c & U(a | b)))
    return U(d + one), U(one + U(other + most))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _compress(h8: Any, w: Any, s: Any) -> None:
    """Take one block of each lane into its state (FIPS 180-4 section 6.2.2)."""
    for r in range(8 * L):
        s[r] = h8[r]
    for t in range(0, 64, 16):
        if t:
            for j in range(16):
                w0, w1 = j * L, (j + 1 & 15) * L
                w9, w14 = (j + 9 & 15) * L, (j + 14 & 15) * L
                for n in range(L):
                    x, y = w[w1 + n], w[w14 + n]
                    low = U(_turn(x, 7) ^ _turn(x, 18) ^ U(x >> U(3)))
                    high = U(_turn(y, 17) ^ _turn(y, 19) ^ U(y >> U(10)))
                    w[w0 + n] = U(U(w[w0 + n] + low) + U(w[w9 + n] + high))
        for n in range(L):
            a, b, c, d = s[n], s[L + n], s[2 * L + n], s[3 * L + n]
            e, f, g, h = s[4 * L + n], s[5 * L + n], s[6 * L + n], s[7 * L + n]
            d, h = _round(a, b, c, d, e, f, g, h, w[0 * L + n], K[t + 0])
            c, g = _round(h, a, b, c, d, e, f, g, w[1 * L + n], K[t + 1])
            b, f = _round(g, h, a, b, c, d, e, f, w[2 * L + n], K[t + 2])
            a, e = _round(f, g, h, a, b, c, d, e, w[3 * L + n], K[t + 3])
            h, d = _round(e, f, g, h, a, b, c, d, w[4 * L + n], K[t + 4])
            g, c = _round(d, e, f, g, h, a, b, c, w[5 * L + n], K[t + 5])
            f, b = _round(c, d, e, f, g, h, a, b, w[6 * L + n], K[t + 6])
            e, a = _round(b, c, d, e, f, g, h, a, w[7 * L + n], K[t + 7])
            d, h = _round(a, b, c, d, e, f, g, h, w[8 * L + n], K[t + 8])
            c, g = _round(h, a, b, c, d, e, f, g, w[9 * L + n], K[t + 9])
            b, f = _round(g, h, a, b, c, d, e, f, w[10 * L + n], K[t + 10])
            a, e = _round(f, g, h, a, b, c, d, e, w[11 * L + n], K[t + 11])
            h, d = _round(e, f, g, h, a, b, c, d, w[12 * L + n], K[t + 12])
            g, c = _round(d, e, f, g, h, a, b, c, w[13 * L + n], K[t + 13])
            f, b = _round(c, d, e, f, g, h, a, b, w[14 * L + n], K[t + 14])
            e, a = _round(b, c, d, e, f, g, h, a, w[15 * L + n], K[t + 15])
            s[n], s[L + n], s[2 * L + n], s[3 * L + n] = a, b, c, d
            s[4 * L + n], s[5 * L + n], s[6 * L + n], s[7 * L + n] = e, f, g, h
    for r in range(8 * L):
        h8[r] = U(h8[r] + s[r])


@numba.njit(inline="always")
def _put(out: Any, at: Any, h: Any, lane: Any) -> None:
    for r in range(8):
        word = h[AT(r * L + lane)]
        for b in range(4):
            out[AT(at + 4 * r + b)] = np.uint8((word >> U(24 - 8 * b)) & U(0xFF))


@numba.njit(inline="always")
def _word(data: Any, at: Any) -> Any:
    high = U(U(U(data[AT(at)]) << U(24)) | U(U(data[AT(at + 1)]) << U(16)))
    return U(high | U(U(U(data[AT(at + 2)]) << U(8)) | U(data[AT(at + 3)])))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _nodes(pairs: Any, count: int, out: Any) -> None:
    h, w, s = np.empty(8 * L, U), np.empty(16 * L, U), np.empty(8 * L, U)
    for first in range(0, count, L):
        there = min(L, count - first)
        for n in range(L):
            at = (first + (n if n < there else 0)) * BLOCK
            for r in range(8):
                h[AT(r * L + n)] = START[r]
            w[n] = U(U(0x01000000) | U(_word(pairs, at) >> U(8)))
            for j in range(1, 16):
                w[AT(j * L + n)] = _word(pairs, at + 4 * j - 1)
        _compress(h, w, s)
        for n in range(L):
            at = (first + (n if n < there else 0)) * BLOCK
            w[n] = U(U(U(pairs[at + 63]) << U(24)) | U(0x00800000))
            for j in range(1, 15):
                w[AT(j * L + n)] = U(0)
            w[15 * L + n] = U(NODE_BITS)
        _compress(h, w, s)
        for n in range(there):
            _put(out, (first + n) * HASH, h, n)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _message(  # noqa: PLR0917 - compiled: no structures
    held: Any, base: int, text: Any, begin: int, size: int, salts: Any, salt: int, last: int
) -> None:
    """Lay out what is hashed of one line, up to its last block."""
    held[base] = 0
    for b in range(SALT):
        held[AT(base + 1 + b)] = salts[AT(salt + b)]
    for b in range(size):
        held[AT(base + BEFORE + b)] = text[AT(begin + b)]
    held[base + BEFORE + size] = 0x80
    for b in range(base + BEFORE + size + 1, base + last - 4):
        held[AT(b)] = 0
    bits = U(8 * (BEFORE + size))
    for b in range(4):
        held[base + last - 1 - b] = np.uint8((bits >> U(8 * b)) & U(0xFF))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _salted(  # noqa: PLR0917 - compiled: no structures
    text: Any, ends: Any, salts: Any, order: Any, blocks: Any, places: Any, out: Any
) -> None:
    """Hash the lines of one group, in an order in which neighbours have as many blocks."""
    h, w, s = np.empty(8 * L, U), np.empty(16 * L, U), np.empty(8 * L, U)
    count = len(order)
    widest = blocks[order[count - 1]] * BLOCK
    held = np.empty(L * widest, np.uint8)
    for first in range(0, count, L):
        there = min(L, count - first)
        for r in range(8):
            for n in range(L):
                h[AT(r * L + n)] = START[r]
        for n in range(there):
            row = order[first + n]
            begin = ends[row - 1] + 1 if row else 0
            salt = places[row] * SALT
            last = blocks[row] * BLOCK
            _message(held, n * widest, text, begin, ends[row] - begin, salts, salt, last)
        for block in range(blocks[order[first + there - 1]]):
            for n in range(there):
                at = n * widest + block * BLOCK
                for j in range(16):
                    w[AT(j * L + n)] = _word(held, at + 4 * j)
            _compress(h, w, s)
            for n in range(there):
                row = order[first + n]
                if blocks[row] == block + 1:
                    _put(out, places[row] * HASH, h, n)


def nodes(level: bytes) -> bytes:
    """Give the hashes of two neighbours each: ``SHA-256(0x01 ‖ left ‖ right)``, in a row."""
    count = len(level) // BLOCK
    out = np.empty(count * HASH, np.uint8)
    _nodes(np.frombuffer(level, np.uint8), count, out)
    return out.tobytes()


def root(leaves: bytes) -> bytes:
    """Give the root of leaf hashes in a row, as `tanlu.terms.proof.tree` does."""
    level = leaves
    while len(level) > BLOCK * L:
        whole = len(level) // BLOCK * BLOCK
        level = nodes(level[:whole]) + level[whole:]
    return tree.root(level)


def salted(texts: list[bytes | memoryview | None], salts: bytes, count: int, block: int) -> bytes:
    """Give ``SHA-256(0x00 ‖ salt ‖ line)`` of each group of each record, in a row.

    They stand by blocks of so many records, in a block by groups; so do the salts of 16 bytes.

    Parameters
    ----------
    texts
        Of each group its lines, each with a line feed at its end; null is a group of empty lines.
    salts
        16 bytes for each group of each record.
    count
        How many records there are.
    block
        How many records a block has, the last one what is left.
    """
    if not count:
        return b""
    out = np.empty(count * len(texts) * HASH, np.uint8)
    salt = np.frombuffer(salts, np.uint8)
    rows = np.arange(count)
    first = rows // block * block
    wide = np.minimum(block, count - first)
    for group, text in enumerate(texts):
        lines = np.frombuffer(b"\n" * count if text is None else text, np.uint8)
        ends = np.flatnonzero(lines == ord("\n"))
        lengths = np.diff(ends, prepend=-1) - 1
        blocks = (BEFORE + lengths + AFTER + BLOCK - 1) // BLOCK
        order = np.argsort(blocks, kind="stable")
        places = first * len(texts) + group * wide + rows - first
        _salted(lines, ends, salt, order, blocks, places, out)
    return out.tobytes()
