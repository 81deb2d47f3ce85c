"""The examples that the specifications print come out, as facts and not as files."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import cbor, checkpoint, cose, note, policy, tree
from tanlu.terms.proof.keys import SigningKey

# C2SP signed-note v1.0.0, section "Example"
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = """\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm\
RKuwHjG1Yu72IneyaQM=
"""
# the same document, its introduction
VERSES = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMou\
FSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
# C2SP tlog-cosignature v1.0.1, introduction
COSIGNED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc\
yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX\
3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
SEEN_S = 1_679_315_147


def test_the_note_of_signed_note_holds_by_its_vkey() -> None:
    kept, verifier = note.Note.parse(NOTE.encode()), note.Verifier.parse(VKEY)

    assert [note.holds(kept.text, one, verifier) for one in kept.signatures] == [0]
    assert (verifier.vkey, kept.encode()) == (VKEY, NOTE.encode())
    assert note.holds(kept.text + "\n", kept.signatures[0], verifier) is None


def test_a_text_may_have_blank_lines_and_any_letter() -> None:
    kept = note.Note.parse(VERSES.encode())

    assert kept.text.endswith("sole:\n\ned è subito sera.\n")
    assert kept.encode() == VERSES.encode()


def test_the_checkpoint_of_tlog_checkpoint_is_read() -> None:
    head = checkpoint.Checkpoint.parse(note.Note.parse(COSIGNED.encode()).text)

    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert head.text == COSIGNED.split("\n\n", maxsplit=1)[0] + "\n"


def test_the_cosignature_of_tlog_cosignature_tells_its_time() -> None:
    kept = note.Note.parse(COSIGNED.encode())

    assert int.from_bytes(kept.signatures[1].signature[:8], "big") == SEEN_S
    assert note.cosigned_text(kept.text, SEEN_S).decode() == (
        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


# C2SP tlog-policy, section "Example policy"
@pytest.mark.parametrize(
    ("names", "enough"),
    [
        ({"X1", "X2", "Y3"}, True),
        ({"X1", "X3", "Y1", "Y2"}, True),
        ({"X1", "X2", "X3"}, False),
        ({"X2", "Y1", "Y2", "Y3"}, False),
        (set(), False),
    ],
)
def test_the_policy_of_tlog_policy_asks_two_of_one_house_and_any_of_the_other(
    names, enough
) -> None:
    def vkey(name: str, kind: int) -> str:
        return note.Verifier(name, kind, SigningKey(name.encode().ljust(32)).public).vkey

    witnesses = [
        f"witness {name} {vkey(name, note.COSIGNATURE)}"
        for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")
    ]
    text = "\n".join([
        f"log {vkey('log', note.ED25519)}", "", *witnesses[:3], "group X-witnesses 2 X1 X2 X3", "",
        *witnesses[3:], "group Y-witnesses any Y1 Y2 Y3", "",
        "group X-and-Y all X-witnesses Y-witnesses", "quorum X-and-Y", "",
    ])  # fmt: skip

    assert policy.Policy.parse(text).reached(names) is enough


# draft-ietf-cose-merkle-tree-proofs-18, its two examples: they give no key, but are of one tree
# of 5 leaves: what the consistency from 3 to 5 tells of leaf 3 fits the inclusion of leaf 3
def test_the_receipts_of_the_cose_working_group_are_read_and_agree(shared) -> None:
    folder = shared / "data/standards/tlog/cose-receipts/examples"
    found = {}
    for name, kind in (("inclusion", -1), ("consistency", -2)):
        raw = folder.joinpath(f"{name}-receipt.cbor").read_bytes()
        assert raw[:1] == b"\xd2"
        _, beside, payload, signature = cbor.decode(raw[1:])
        assert (payload, len(signature)) == (None, 64)
        (proof,) = beside[396][kind]
        found[name] = cbor.decode(proof)
    size, index, path = found["inclusion"]
    old, new, (two, three, left, four) = found["consistency"]
    root = tree.node(tree.node(left, tree.node(two, three)), four)

    assert (size, index, old, new) == (5, 3, 3, 5)
    assert tree.verify_inclusion(index, size, three, path, root)
    old_root, shown = tree.node(left, two), [two, three, left, four]
    assert tree.verify_consistency(old, new, old_root, root, shown)
    assert not tree.verify_inclusion(index, size, two, path, root)


def test_their_header_is_in_another_order_than_ours_and_refused_by_name(shared) -> None:
    folder = shared / "data/standards/tlog/cose-receipts/examples"
    raw = folder.joinpath("inclusion-receipt.cbor").read_bytes()

    with pytest.raises(TanluError, match="TL113"):
        cose.verify_receipt(raw, bytes(32), bytes(32))
