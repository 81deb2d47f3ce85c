"""SHA-256 of many short messages side by side."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.store.groups import leaves, salted_root
from tanlu.terms.proof import tree
from tests.store.activities import activities

pytest.importorskip("numba")
lanes = pytest.importorskip("tanlu.store.lanes")
pytestmark = pytest.mark.engine


def by_hand(lines: list[bytes], salts: bytes, step: int, place: int) -> list[bytes]:
    return [
        hashlib.sha256(b"\x00" + salts[16 * (row * step + place) :][:16] + line).digest()
        for row, line in enumerate(lines)
    ]


def test_the_constants_are_those_of_fips_180_4() -> None:
    assert [hex(each) for each in lanes.K[[0, 63]]] == ["0x428a2f98", "0xc67178f2"]
    assert [hex(each) for each in lanes.START[[0, 7]]] == ["0x6a09e667", "0x5be0cd19"]


@given(lines=st.lists(st.binary(max_size=300).map(lambda x: x.replace(b"\n", b" ")), max_size=200))
def test_salted_lines_hash_as_one_by_one(lines: list[bytes]) -> None:
    salts = bytes(number % 251 for number in range(32 * len(lines)))
    text = b"".join(line + b"\n" for line in lines)
    made = lanes.salted([text, None], salts, len(lines))
    one, other = by_hand(lines, salts, 2, 0), by_hand([b""] * len(lines), salts, 2, 1)

    assert made == b"".join(a + b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("length", [0, 37, 38, 39, 46, 47, 101, 102, 103, 4000])
def test_lines_at_the_edge_of_a_block_hash_as_one_by_one(length: int) -> None:
    line, salts = b"x" * length, bytes(range(16))

    assert lanes.salted([line + b"\n"], salts, 1) == by_hand([line], salts, 1, 0)[0]


@given(st.integers(0, 300))
def test_nodes_are_those_of_the_tree(count: int) -> None:
    level = hashlib.shake_256(b"level").digest(64 * count)
    pairs = [level[at : at + 64] for at in range(0, len(level), 64)]

    assert lanes.nodes(level) == b"".join(tree.node(pair[:32], pair[32:]) for pair in pairs)


@pytest.mark.parametrize("rows", [1, 2, 15, 16, 17, 100, 1000])
def test_a_part_has_the_same_root_either_way(rows: int) -> None:
    frame, key = activities(rows), bytes(range(32))

    assert leaves("activity", frame, key, lanes) == leaves("activity", frame, key)
    assert salted_root("activity", frame, key, lanes) == salted_root("activity", frame, key)
