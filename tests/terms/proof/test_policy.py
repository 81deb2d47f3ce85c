"""Policies: who is believed, how many are enough, and every way to be fooled."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import checkpoint, note
from tanlu.terms.proof.keys import SigningKey
from tanlu.terms.proof.policy import Policy

NOW = 1_800_000_000
LOG = SigningKey(bytes(range(32)))
WITNESS = {name: SigningKey(bytes((number,)) * 32) for number, name in enumerate("XYZ", 1)}
HEAD = checkpoint.Checkpoint("log.example/a", 9, bytes(range(32)))


def _vkey(name, kind, key):
    return note.Verifier(name, kind, key.public).vkey


LINES = "\n".join(
    [
        f"log {_vkey('log.example/a', 1, LOG)}",
        *(
            f"witness {n} {_vkey(f'{n}.example', 4, key)} https://{n}/"
            for n, key in WITNESS.items()
        ),
    ]
)
TWO_OF_THREE = f"{LINES}\n# two\n\ngroup g 2 X Y Z\nquorum g\n"


def _note(*names, at_s=NOW, key=LOG, head=HEAD):
    kept = note.Note.parse(checkpoint.signed(head, key))
    seen = (checkpoint.cosign(kept.text, f"{n}.example", WITNESS[n], at_s) for n in names)
    return kept._replace(signatures=(*kept.signatures, *seen)).encode()


def test_two_of_three_witnesses_are_enough_and_one_is_not():
    policy = Policy.parse(TWO_OF_THREE)

    assert policy.check(_note("X", "Z"), now_s=NOW) == (*HEAD, {"X": NOW, "Z": NOW})
    with pytest.raises(TanluError, match="TL127"):
        policy.check(_note("Y"), now_s=NOW)


def test_a_golden_policy_takes_a_golden_checkpoint(shared):
    folder = shared / "data/standards/tlog/tanlu-golden"
    policy = Policy.parse((folder / "policy.txt").read_text())
    size = json.loads((folder / "vectors.json").read_bytes())["size"]

    assert policy.check((folder / "checkpoint").read_bytes()).size == size == 70000


def test_groups_of_groups_follow_the_example_of_the_document():
    policy = Policy.parse(f"{LINES}\ngroup a any X Y\ngroup b all a Z\nquorum b\n")

    assert [policy.reached(set(names)) for names in ("XZ", "YZ", "XY", "Z", "XYZ")] == [
        True, True, False, False, True,
    ]  # fmt: skip


def test_no_quorum_asks_no_witness():
    assert Policy.parse(f"{LINES}\nquorum none\n").check(_note(), now_s=NOW).cosigned == {}


def test_one_witness_that_signs_twice_counts_once():
    kept = note.Note.parse(_note("X"))
    twice = kept._replace(signatures=(*kept.signatures, kept.signatures[-1])).encode()

    with pytest.raises(TanluError, match="TL127"):
        Policy.parse(TWO_OF_THREE).check(twice, now_s=NOW)


@pytest.mark.parametrize(
    ("signed", "code"),
    [
        (_note("X", "Y", key=SigningKey(b"f" * 32)), "TL125"),
        (_note("X", "Y", head=HEAD._replace(origin="log.example/b")), "TL125"),
        (_note("X", "Y").replace(b"\n9\n", b"\n8\n"), "TL126"),
        (_note("X", "Y", at_s=NOW - 7200), "TL128"),
        (_note("X", "Y", at_s=NOW + 7200), "TL128"),
        (b"no note", "TL121"),
    ],
)
def test_each_way_to_be_fooled_has_its_name(signed, code):
    with pytest.raises(TanluError, match=code):
        Policy.parse(TWO_OF_THREE).check(signed, max_age_s=3600, now_s=NOW)


def test_an_unknown_signature_is_passed_over():
    kept = note.Note.parse(_note("X", "Y"))
    sm2 = note.Signature("log.example/a", b"abcd", b"x" * 128)
    more = kept._replace(signatures=(*kept.signatures, sm2)).encode()

    assert Policy.parse(TWO_OF_THREE).check(more, now_s=NOW).size == 9


@pytest.mark.parametrize(
    "lines",
    [
        "", "quorum", "quorum X Y", "quorum Q", "quorum none\nquorum none",
        "group g 3 X Y\nquorum g", "group g 0 X\nquorum g", "group g any\nquorum g",
        "group g any X X\nquorum g", "group g any X\ngroup h any X\nquorum h",
        "group X any Y\nquorum X", "group none any X\nquorum none", "group g any g\nquorum g",
        "group g any none\nquorum g", "group g any h\ngroup h any X\nquorum g",
        f"log {_vkey('log.example/c', 1, LOG)}\nquorum none",
        f"witness W {_vkey('W.example', 4, WITNESS['X'])}\nquorum W",
        f"witness W {_vkey('W.example', 1, SigningKey(b'w' * 32))}\nquorum W",
        "wotness W x\nquorum none", "quorum none\x01",
    ],
)  # fmt: skip
def test_a_policy_that_is_none_is_refused(lines):
    with pytest.raises(TanluError, match="TL124"):
        Policy.parse(f"{LINES}\n{lines}\n")
