"""The signed PDF: two parties, one changed byte, and another program's judgement."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.verify.handover.certificates import pkcs12_of

from tanlu.errors import TanluError
from tanlu.verify import handover

pytest.importorskip("pyhanko")
typst = pytest.importorskip("typst")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("paper")
    for name in ("carrier", "consignee"):
        (made / f"{name}.p12").write_bytes(pkcs12_of(name, "pw"))
    (made / "a.typ").write_text("= Handover W1\nThree boxes.")
    return made


@pytest.fixture(scope="module")
def signed(folder):
    pdf = typst.compile(str(folder / "a.typ"))
    for name, says in (("carrier", "given"), ("consignee", "taken")):
        pdf = handover.sign_pdf(pdf, folder / f"{name}.p12", "pw", field=name, reason=says)
    return pdf


def _changed(pdf):
    # a byte inside what both signed: the binary comment of the header
    at = pdf.index(b"%", 5) + 1
    return pdf[:at] + bytes((pdf[at] ^ 1,)) + pdf[at + 1 :]


def test_both_signatures_hold_and_tell_who_and_why(signed):
    assert handover.signatures(signed) == [
        {"field": "carrier", "signer": "carrier", "reason": "given", "intact": True, "whole": True},
        {
            "field": "consignee", "signer": "consignee", "reason": "taken", "intact": True,
            "whole": True,
        },
    ]  # fmt: skip


def test_one_changed_byte_breaks_both(signed):
    assert [one["intact"] for one in handover.signatures(_changed(signed))] == [False, False]


def test_pdfsig_says_the_same(signed, tmp_path):
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig (poppler-utils) is not installed")
    said = []
    for name, pdf in (("good", signed), ("bad", _changed(signed))):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        out = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout
        said.append((out.count("Signature is Valid"), out.count("Digest Mismatch")))

    assert said == [(2, 0), (0, 2)]


def test_a_wrong_passphrase_a_second_signature_and_no_pdf_are_refused(signed, folder):
    keys = folder / "carrier.p12"
    for pdf, word in ((signed, "pw"), (signed, "no"), (b"no pdf", "pw")):
        with pytest.raises(TanluError, match="TL797"):
            handover.sign_pdf(pdf, keys, word, field="carrier", reason="again")
    with pytest.raises(TanluError, match="TL797"):
        handover.signatures(b"no pdf")
