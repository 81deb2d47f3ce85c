"""A handover as PDF that both parties sign and any reader checks (PAdES, ETSI EN 319 142-1)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["sign_pdf", "signatures"]

MAX_BYTES = 64 * 1024 * 1024


def sign_pdf(pdf: bytes, certificate: Path, passphrase: str, *, field: str, reason: str) -> bytes:
    """Give a PDF with one more signature; those before it stay valid.

    Parameters
    ----------
    pdf
        The document, signed or not.
    certificate
        PKCS#12 file with the key and its certificate.
    field
        Name of the field of signature, such as ``carrier``.
    reason
        What the signer says by it.

    Raises
    ------
    TanluError
        TL002 without the extra ``sign``; TL797 for a file that cannot be opened by the
        passphrase, a document that is no PDF, or a field that is signed already.
    """
    signing = _library()
    signer = signing["signers"].SimpleSigner.load_pkcs12(
        str(certificate), passphrase=passphrase.encode()
    )
    if signer is None:
        raise TanluError("TL797", value=certificate.name, why="the passphrase does not open it")
    metadata = signing["signers"].PdfSignatureMetadata(
        field_name=field,
        reason=reason,
        subfilter=signing["fields"].SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    try:
        writer = signing["writer"](io.BytesIO(pdf))
        made = signing["signers"].sign_pdf(
            writer, metadata, signer=signer, existing_fields_only=False
        )
    except Exception as error:
        raise TanluError("TL797", value=field, why=str(error)) from error
    return bytes(made.getvalue())


def signatures(pdf: bytes) -> list[dict[str, Any]]:
    """Give each signature of a PDF: ``field, signer, reason, intact, whole``.

    ``intact``: the signed bytes are as they were; ``whole``: nothing follows but signatures, also
    no field that was filled in after.
    Whether the certificate is somebody's is not asked here: no certificate is fetched.

    Raises
    ------
    TanluError
        TL002 without the extra ``sign``; TL797 for a document that is no PDF.
    """
    signing = _library()
    if len(pdf) > MAX_BYTES:
        raise TanluError("TL797", value=len(pdf), why=f"more than {MAX_BYTES} bytes")
    try:
        found = [
            _status(signing, one) for one in signing["reader"](io.BytesIO(pdf)).embedded_signatures
        ]
    except Exception as error:
        raise TanluError("TL797", value="PDF", why=str(error) or type(error).__name__) from error
    return found


def _status(signing: dict[str, Any], one: Any) -> dict[str, Any]:
    # no certificate is fetched and no authority of this machine is asked
    nobody = signing["context"](trust_roots=[], allow_fetching=False)
    status = signing["validate"](one, nobody, diff_policy=signing["policy"])
    level = signing["levels"]
    return {
        "field": one.field_name,
        "signer": status.signing_cert.subject.native.get("common_name", ""),
        "reason": str(one.sig_object.get("/Reason", "")),
        "intact": bool(status.intact and status.valid),
        "whole": status.coverage >= level.ENTIRE_REVISION
        and status.modification_level is not None
        and status.modification_level.value <= signing["changes"].FORM_FILLING.value,
    }


def _library() -> dict[str, Any]:
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign import diff_analysis, fields, signers
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko.sign.validation.status import SignatureCoverageLevel
        from pyhanko_certvalidator import ValidationContext
    except ImportError as error:
        raise TanluError("TL002", value="pyhanko", extra="sign") from error
    # as the library's own, less that fields of text may be filled in after a signature
    usual, level = diff_analysis.DEFAULT_DIFF_POLICY, diff_analysis.ModificationLevel
    rules: tuple[Any, ...] = (
        diff_analysis.SigFieldCreationRule, diff_analysis.SigFieldModificationRule,
    )  # fmt: skip
    policy = diff_analysis.StandardDiffPolicy(
        usual.global_rules, diff_analysis.FormUpdatingRule(field_rules=[rule() for rule in rules])
    )
    return {
        "writer": IncrementalPdfFileWriter, "reader": PdfFileReader, "fields": fields,
        "signers": signers, "validate": validate_pdf_signature,
        "context": ValidationContext, "levels": SignatureCoverageLevel,
        "changes": level, "policy": policy,
    }  # fmt: skip
