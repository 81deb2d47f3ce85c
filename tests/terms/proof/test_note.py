"""Signed notes: bytes of other programs, round trips, and every way to be none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.proof import checkpoint, note
from tanlu.terms.proof.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(range(1, 33)))
# C2SP signed-note v1.0.0, the example of the document
EXAMPLE_VKEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"


def _made(text="hello\n"):
    return note.Note(text, (note.sign(text, "log.example/a", KEY),))


def test_the_key_of_the_go_checksum_database_has_its_identity():
    found = note.Verifier.parse(EXAMPLE_VKEY)

    assert (found.name, found.kind, found.key_id.hex()) == ("sum.golang.org", 1, "033de0ae")
    assert found.vkey == EXAMPLE_VKEY


def test_a_note_comes_back_as_it_was_signed():
    made = _made()
    again = note.Note.parse(made.encode())

    assert again == made
    assert note.holds(again.text, again.signatures[0], _verifier(KEY)) == 0


def test_tessera_notes_are_read_and_written_alike(shared):
    folder = shared / "data/standards/tlog/tessera/testdata/log"
    files = sorted(folder.glob("checkpoint.*"))

    assert len(files) == 16
    for file in files:
        data = file.read_bytes()
        assert note.Note.parse(data).encode() == data


def test_a_signature_holds_for_its_text_name_and_key_alone():
    one = _made().signatures[0]

    assert note.holds("hello!\n", one, _verifier(KEY)) is None
    assert note.holds("hello\n", one, _verifier(OTHER)) is None
    assert note.holds("hello\n", one, _verifier(KEY, "log.example/b")) is None
    assert note.holds("hello\n", one._replace(signature=b"x" * 64), _verifier(KEY)) is None


def test_a_cosignature_tells_its_time_and_holds_for_no_other():
    text = checkpoint.Checkpoint("log.example/a", 3, bytes(32)).text
    one = checkpoint.cosign(text, "w.example", KEY, 1_700_000_000)
    late = one._replace(signature=(1_700_000_001).to_bytes(8, "big") + one.signature[8:])
    witness = note.Verifier("w.example", note.COSIGNATURE, KEY.public)

    assert note.holds(text, one, witness) == 1_700_000_000
    assert note.holds(text, late, witness) is None


def test_an_ml_dsa_cosignature_signs_name_time_origin_size_and_root():
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    key = MLDSA44PrivateKey.generate()
    witness = note.Verifier("w.example", note.MLDSA, key.public_key().public_bytes_raw())
    text = checkpoint.Checkpoint("log.example/a", 3, b"r" * 32).text
    # C2SP tlog-cosignature v1.1, cosigned_message, written out by hand
    said = (
        b"subtree/v1\n\0" + b"\x09w.example" + (77).to_bytes(8, "big")
        + b"\x0dlog.example/a" + bytes(8) + (3).to_bytes(8, "big") + b"r" * 32
    )  # fmt: skip
    one = note.Signature("w.example", witness.key_id, (77).to_bytes(8, "big") + key.sign(said))
    other = one._replace(signature=(78).to_bytes(8, "big") + one.signature[8:])

    assert note.holds(text, one, witness) == 77
    assert note.holds(text, other, witness) is None


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"text\n", b"text\n\n", b"text\n\nno line\n", b"\xff\n\n\n",
        "text\n\n— name AAAA".encode(),
        "text\n\n— na+me AAAAAAAA\n".encode(),
        "text\n\n— name !!!!\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "te\x00xt\n\n— name AAAAAAAA\n".encode(),
        ("text\n\n" + "— name AAAAAAAA\n" * 101).encode(),
        b"x" * 1_000_001,
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(data):
    with pytest.raises(TanluError, match="TL121"):
        note.Note.parse(data)


def test_the_last_bits_of_a_signature_are_not_looked_at_as_in_go():
    loose = "text\n\n— name AAAAAAB=\n".encode()

    assert note.Note.parse(loose).signatures[0].signature == b"\x00"


@pytest.mark.parametrize(
    "vkey",
    [
        "", "name", "name+00000000", "na me+00000000+AA==", "name+zz+AAAA",
        EXAMPLE_VKEY.replace("033de0ae", "033de0af"),
        note.Verifier("n", 1, b"short").vkey, note.Verifier("n", 4, b"x" * 33).vkey,
    ],
)  # fmt: skip
def test_what_is_no_key_line_is_refused(vkey):
    with pytest.raises(TanluError, match=r"TL12[01]"):
        note.Verifier.parse(vkey)


@given(
    data=st.binary(max_size=200),
    tail=st.sampled_from([b"", b"\n\n", "\n\n— a AAAAAAAA\n".encode()]),
)
def test_any_bytes_are_a_note_or_refused(data, tail):
    try:
        found = note.Note.parse(data + tail)
        code = None
    except TanluError as refused:
        found, code = None, refused.code
    assert code == "TL121" or note.Note.parse(found.encode()) == found


def _verifier(key, name="log.example/a"):
    return note.Verifier(name, note.ED25519, key.public)
