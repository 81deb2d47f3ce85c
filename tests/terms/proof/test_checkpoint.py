"""Checkpoints: the three lines, and every way to be none."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import checkpoint, note
from tanlu.terms.proof.keys import SigningKey

ROOT = bytes(range(32))
LINE = note.encoded(ROOT)


def test_the_text_is_origin_size_and_root():
    made = checkpoint.Checkpoint("log.example/a", 20852163, ROOT)

    assert made.text == f"log.example/a\n20852163\n{LINE}\n"
    assert checkpoint.Checkpoint.parse(made.text) == made


def test_lines_after_the_third_are_passed_over():
    found = checkpoint.Checkpoint.parse(f"log.example/a\n7\n{LINE}\nextension\n")

    assert found == ("log.example/a", 7, ROOT)


def test_a_signed_checkpoint_is_a_note_of_its_origin():
    key = SigningKey.new()
    made = checkpoint.Checkpoint("log.example/a", 5, ROOT)
    kept = note.Note.parse(checkpoint.signed(made, key))
    log = note.Verifier("log.example/a", note.ED25519, key.public)

    assert kept.text == made.text
    assert [note.holds(kept.text, one, log) for one in kept.signatures] == [0]


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n", f"a\n5\n{LINE}", f"a\n\n{LINE}\n", f"a\n05\n{LINE}\n", f"a\n-1\n{LINE}\n",
        f"a\n{2**63}\n{LINE}\n", f"a\n٣\n{LINE}\n", "a\n5\nAAAA\n", f"a\n5\n{LINE[:-2]}\n",
        f"a\n5\n{LINE}\n\n", f"a\n{'9' * 400}\n{LINE}\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(TanluError, match=r"TL12[12]"):
        checkpoint.Checkpoint.parse(text)
