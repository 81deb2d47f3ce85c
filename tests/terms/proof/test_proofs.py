"""Proof files: those that Go, Rust, JavaScript and an EVM accepted, and every way to be none."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import note, tree
from tanlu.terms.proof.proofs import TlogProof

ROOT = bytes(32)
NOTE = f"log.example/a\n1\n{note.encoded(ROOT)}\n\n— log.example/a AAAAAAAA\n".encode()


def test_49_proofs_of_a_log_of_70000_lead_to_its_root(shared):
    vectors = json.loads((shared / "data/standards/tlog/tanlu-golden/vectors.json").read_bytes())
    for each in vectors["proofs"]:
        proof = TlogProof.decode(each["proof"].encode())
        leaf = tree.leaf(each["entry"].encode())
        assert proof.index == each["index"]
        assert proof.encode() == each["proof"].encode()
        assert proof.leads(leaf)
        assert not proof.leads(tree.leaf(leaf))
    assert len(vectors["proofs"]) == 49


def test_extra_data_comes_back():
    made = TlogProof(0, (), NOTE, b"more")

    assert TlogProof.decode(made.encode()) == made


@pytest.mark.parametrize(
    "head",
    [
        "", "c2sp.org/tlog-proof@v2\nindex 0\n", "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n", "c2sp.org/tlog-proof@v1\nindex -1\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n", "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + (note.encoded(ROOT) + "\n") * 64, "\xff\n",
    ],
)  # fmt: skip
def test_what_is_no_proof_is_refused(head):
    with pytest.raises(TanluError, match=r"TL12[13]"):
        TlogProof.decode(head.encode("latin-1") + b"\n" + NOTE)
