"""RFC 6962 trees against the recursive definition, foreign vectors and tampering."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.proof import tree

ENTRIES = [index.to_bytes(2, "big") for index in range(300)]
LEAVES = tree.row(ENTRIES)


def _mth(entries):
    """RFC 6962 section 2.1, word by word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + _mth(entries[:k]) + _mth(entries[k:])).digest()


def _subproof(m, entries, whole):
    """RFC 6962 section 2.1.2, word by word."""
    if m == len(entries):
        return [] if whole else [_mth(entries)]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m <= k:
        return [*_subproof(m, entries[:k], whole), _mth(entries[k:])]
    return [*_subproof(m - k, entries[k:], whole=False), _mth(entries[:k])]


ROOTS = [_mth(ENTRIES[:size]) for size in range(301)]


def test_roots_of_all_sizes_up_to_300_follow_the_definition():
    for size in range(301):
        leaves = LEAVES[: 32 * size]
        assert ROOTS[size] == tree.root(leaves) == tree.levels(leaves)[-1]


def test_every_leaf_of_every_size_up_to_300_is_proved_and_no_other_place_is():
    for size in (*range(1, 70), 127, 128, 129, 200, 255, 256, 257, 299, 300):
        levels = tree.levels(LEAVES[: 32 * size])
        for index in range(size):
            proof = tree.inclusion(levels, index)
            at = LEAVES[32 * index : 32 * index + 32]
            assert tree.verify_inclusion(index, size, at, proof, ROOTS[size])
            assert not tree.verify_inclusion(index ^ 1, size, at, proof, ROOTS[size])
            assert not tree.verify_inclusion(index, size, at, [*proof, at], ROOTS[size])


def test_consistency_of_all_pairs_up_to_64_follows_the_definition():
    for new in range(1, 65):
        levels = tree.levels(LEAVES[: 32 * new])
        for old in range(1, new + 1):
            proof = tree.consistency(levels, old)
            assert _subproof(old, ENTRIES[:new], whole=True) == proof
            assert tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)


@given(st.integers(1, 300), st.data())
def test_a_flipped_bit_breaks_every_proof(new, data):
    old = data.draw(st.integers(1, new))
    levels = tree.levels(LEAVES[: 32 * new])
    proof = tree.consistency(levels, old)
    assert tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)
    wrong = bytes([ROOTS[old][0] ^ 1]) + ROOTS[old][1:]
    assert not tree.verify_consistency(old, new, wrong, ROOTS[new], proof)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        proof[at] = bytes([proof[at][0] ^ 128]) + proof[at][1:]
        assert not tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)


@given(
    st.integers(-5, 2**70),
    st.integers(-5, 2**70),
    st.lists(st.binary(min_size=30, max_size=33), max_size=80),
)
def test_hostile_numbers_and_proofs_are_rejected_without_an_error(index, size, proof):
    assert not tree.verify_inclusion(index, size, b"x" * 32, proof, b"y" * 32)
    assert not tree.verify_consistency(index, size, b"x" * 32, b"y" * 32, proof)


def test_what_cannot_be_proved_is_refused():
    levels = tree.levels(LEAVES[:96])
    for index in (-1, 3):
        with pytest.raises(TanluError, match="TL114"):
            tree.inclusion(levels, index)
    for old in (0, 4):
        with pytest.raises(TanluError, match="TL114"):
            tree.consistency(levels, old)
    for build in (tree.levels, tree.root):
        with pytest.raises(TanluError, match="TL114"):
            build(b"x" * 33)
    with pytest.raises(TanluError, match="TL114"):
        tree.inclusion(tree.levels(b""), 0)


def _b64(texts):
    return [base64.b64decode(text) for text in texts or []]


def test_transparency_dev_vectors_come_out(shared):
    folder = shared / "data" / "standards" / "tlog" / "transparency-dev-merkle" / "testdata"
    checked = 0
    for path in sorted(folder.joinpath("inclusion").rglob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        leaf, root, *proof = _b64([case["leafHash"], case["root"], *(case["proof"] or [])])
        held = tree.verify_inclusion(case["leafIdx"], case["treeSize"], leaf, proof, root)
        assert held is not case["wantErr"], path.name
        checked += 1
    for path in sorted(folder.joinpath("consistency").rglob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        old, new, *proof = _b64([case["root1"], case["root2"], *(case["proof"] or [])])
        held = tree.verify_consistency(case["size1"], case["size2"], old, new, proof)
        assert held is not case["wantErr"], path.name
        checked += 1
    assert checked == 196


def test_golden_log_of_70_000_entries_comes_out(shared):
    folder = shared / "data" / "standards" / "tlog" / "tanlu-golden"
    vectors = json.loads(folder.joinpath("vectors.json").read_text("utf-8"))
    (root,) = _b64([vectors["root"]])
    for case in vectors["proofs"]:
        body = case["proof"].split("\n\n")[0].splitlines()
        leaf = tree.leaf(case["entry"].encode())
        proof = _b64(line for line in body if not line.startswith(("c2sp", "index", "extra")))
        assert tree.verify_inclusion(case["index"], vectors["size"], leaf, proof, root)
    for case in vectors["cons"]:
        (old,) = _b64([case["root"]])
        proof = _b64(case["proof"])
        assert tree.verify_consistency(case["m"], vectors["size"], old, root, proof)


def test_tessera_log_hashes_to_its_checkpoint(shared):
    folder = shared / "data" / "standards" / "tlog" / "tessera" / "testdata" / "log"
    _, size, root, *_ = folder.joinpath("checkpoint").read_text("utf-8").splitlines()
    tiles = sorted(folder.joinpath("tile", "0").rglob("*"))
    tiles = [path for path in tiles if path.is_file()]
    leaves = max((path.read_bytes() for path in tiles), key=len)
    assert base64.b64decode(root) == tree.root(leaves[: 32 * int(size)])
