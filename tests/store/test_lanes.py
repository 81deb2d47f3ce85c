"""SHA-256 of many short messages side by side."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.terms.proof import tree

pytest.importorskip("numba")
lanes = pytest.importorskip("tanlu.store.lanes")
pytestmark = pytest.mark.engine


def by_hand(groups: list[list[bytes]], salts: bytes, block: int) -> bytes:
    found = []
    for first in range(0, len(groups[0]), block):
        for lines in groups:
            for line in lines[first : first + block]:
                salt = salts[16 * len(found) :][:16]
                found.append(hashlib.sha256(b"\x00" + salt + line).digest())
    return b"".join(found)


def test_the_constants_are_those_of_fips_180_4() -> None:
    assert [hex(each) for each in lanes.K[[0, 63]]] == ["0x428a2f98", "0xc67178f2"]
    assert [hex(each) for each in lanes.START[[0, 7]]] == ["0x6a09e667", "0x5be0cd19"]


LINES = st.binary(max_size=300).map(lambda line: line.replace(b"\n", b" "))


@given(lines=st.lists(LINES, max_size=200), block=st.sampled_from([1, 3, 64]))
def test_salted_lines_hash_as_one_by_one(lines: list[bytes], block: int) -> None:
    salts = bytes(number % 251 for number in range(32 * len(lines)))
    text = b"".join(line + b"\n" for line in lines)
    made = lanes.salted([text, None], salts, len(lines), block)

    assert made == by_hand([lines, [b""] * len(lines)], salts, block)


@pytest.mark.parametrize("length", [0, 37, 38, 39, 46, 47, 101, 102, 103, 4000])
def test_lines_at_the_edge_of_a_block_hash_as_one_by_one(length: int) -> None:
    line, salts = b"x" * length, bytes(range(16))

    assert lanes.salted([line + b"\n"], salts, 1, 64) == by_hand([[line]], salts, 64)


@given(st.integers(0, 300))
def test_nodes_are_those_of_the_tree(count: int) -> None:
    level = hashlib.shake_256(b"level").digest(64 * count)
    pairs = [level[at : at + 64] for at in range(0, len(level), 64)]

    assert lanes.nodes(level) == b"".join(tree.node(pair[:32], pair[32:]) for pair in pairs)


@pytest.mark.parametrize("count", [0, 1, 2, 128, 129, 1001])
def test_the_root_is_that_of_the_tree(count: int) -> None:
    leaves = hashlib.shake_256(b"leaves").digest(32 * count)

    assert lanes.root(leaves) == tree.root(leaves)
