"""SM2 lines under a note: ours, OpenSSL's judgement, and what does not hold."""

from __future__ import annotations

import shutil
import stat
import subprocess

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import checkpoint, note
from tanlu.terms.proof.keys import SigningKey

pytest.importorskip("tongsuopy")
from tanlu.verify.handover import sm2

LOG = SigningKey(b"l" * 32)
HEAD = checkpoint.signed(checkpoint.Checkpoint("log.example/a", 3, bytes(32)), LOG)


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "sm2.pem"
    sm2.new_key(path)
    return path


def test_a_line_of_sm2_holds_and_the_others_stay(key):
    signed = sm2.sign_note(HEAD, "log.example/a", key)
    kept = note.Note.parse(signed)
    log = note.Verifier("log.example/a", note.ED25519, LOG.public)

    assert sm2.verify_note(signed, "log.example/a", sm2.public_of(key))
    assert [note.holds(kept.text, one, log) for one in kept.signatures] == [0, None]
    assert len(kept.signatures[1].signature) == 64


def test_another_text_name_or_key_does_not_hold(key, tmp_path):
    signed = sm2.sign_note(HEAD, "log.example/a", key)
    other = sm2.new_key(tmp_path / "other.pem")
    point = sm2.public_of(key)

    assert [
        sm2.verify_note(signed.replace(b"\n3\n", b"\n4\n"), "log.example/a", point),
        sm2.verify_note(signed, "log.example/b", point),
        sm2.verify_note(signed, "log.example/a", other),
        sm2.verify_note(signed, "log.example/a", b"\x04" + bytes(64)),
        sm2.verify_note(signed, "log.example/a", b""),
        sm2.verify_note(HEAD, "log.example/a", point),
    ] == [False] * 6


def test_openssl_accepts_the_signature_and_refuses_another_text(key, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    signed = note.Note.parse(sm2.sign_note(HEAD, "log.example/a", key))
    (tmp_path / "sig").write_bytes(sm2._der(signed.signatures[1].signature))
    public = subprocess.run(
        ["openssl", "pkey", "-in", key, "-pubout"], capture_output=True, check=True
    ).stdout
    (tmp_path / "pub").write_bytes(public)
    said = []
    for text in (signed.text, signed.text + "x"):
        (tmp_path / "text").write_text(text)
        done = subprocess.run(
            [
                "openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt",
                "distid:1234567812345678", "-pubin", "-inkey", tmp_path / "pub",
                "-in", tmp_path / "text", "-sigfile", tmp_path / "sig",
            ],
            capture_output=True,
        )  # fmt: skip
        said.append(done.returncode)

    assert said == [0, 1]


def test_a_key_is_readable_by_its_owner_alone_and_never_overwritten(key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(TanluError, match="TL798"):
        sm2.new_key(key)


def test_a_file_that_is_no_key_is_refused(tmp_path):
    path = tmp_path / "no.pem"
    for data in (b"", b"no key"):
        path.write_bytes(data)
        with pytest.raises(TanluError, match="TL798"):
            sm2.public_of(path)
