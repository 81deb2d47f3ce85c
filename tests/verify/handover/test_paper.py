"""The signed PDF: two parties, one changed byte, and another program's judgement."""

from __future__ import annotations

import io
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


def _added(pdf, change):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _form(writer):
    """Add a field of text, as a printed form has them, that says 3."""
    from pyhanko.pdf_utils import generic

    name = generic.pdf_name
    field = generic.DictionaryObject(
        {
            name("/FT"): name("/Tx"), name("/T"): generic.pdf_string("boxes"),
            name("/V"): generic.pdf_string("3"), name("/Type"): name("/Annot"),
            name("/Subtype"): name("/Widget"),
            name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 90, 70))),
        }
    )  # fmt: skip
    at = writer.add_object(field)
    form = generic.DictionaryObject({name("/Fields"): generic.ArrayObject([at])})
    writer.root[name("/AcroForm")] = writer.add_object(form)
    writer.update_root()
    page = writer.find_page_for_modification(0)[0].get_object()
    page[name("/Annots")] = generic.ArrayObject([at])


def _filled(writer):
    from pyhanko.pdf_utils import generic

    field = writer.root["/AcroForm"]["/Fields"].raw_get(0).get_object()
    field[generic.pdf_name("/V")] = generic.pdf_string("9")
    writer.mark_update(writer.root["/AcroForm"]["/Fields"].raw_get(0))


def _overprinted(writer):
    from pyhanko.pdf_utils import generic

    text = writer.add_object(generic.StreamObject(stream_data=b"0 0 500 500 re f"))
    page = writer.find_page_for_modification(0)[0].get_object()
    page[generic.pdf_name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), text])
    writer.mark_update(writer.find_page_for_modification(0)[0])


def test_what_is_filled_in_or_printed_over_after_the_signature_is_not_whole(folder):
    pdf = _added(typst.compile(str(folder / "a.typ")), _form)
    for name in ("carrier", "consignee"):
        pdf = handover.sign_pdf(pdf, folder / f"{name}.p12", "pw", field=name, reason="agreed")

    def told(pdf):
        return [(one["intact"], one["whole"]) for one in handover.signatures(pdf)]

    assert told(pdf) == [(True, True), (True, True)]
    assert told(_added(pdf, _filled)) == [(True, False), (True, False)]
    assert told(_added(pdf, _overprinted)) == [(True, False), (True, False)]


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
