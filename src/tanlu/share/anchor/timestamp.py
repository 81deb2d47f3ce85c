"""RFC 3161: a time-stamping authority signs when a checkpoint was there."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.share.anchor.posting import post

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check", "request", "stamp"]

MEDIA = "application/timestamp-query"


def request(text: bytes) -> bytes:
    """Give the query (DER) for the SHA-256 of the text of a checkpoint.

    Raises
    ------
    TanluError
        TL002 without the extra ``anchor``.
    """
    library = _library()
    builder = library.TimestampRequestBuilder()
    query = builder.hash_algorithm(library.HashAlgorithm.SHA256).data(text).build()
    return bytes(query.as_bytes())


def stamp(text: bytes, url: str) -> bytes:
    """Give the reply (DER) of an authority.

    Raises
    ------
    TanluError
        TL002; TL866 when it cannot be reached; TL867 when its reply grants nothing for this
        checkpoint.
    """
    reply = post(url, request(text), {"Content-Type": MEDIA})
    found = _decoded(reply)
    if found.status != 0 or found.tst_info.message_imprint.message != _hashed(text):
        raise TanluError("TL867", value="rfc3161", why="it is granted for something else, or not")
    return reply


def check(reply: bytes, text: bytes, roots: Sequence[bytes]) -> int:
    """Give when the checkpoint was there [unix s], by an authority under one of the roots (PEM).

    Raises
    ------
    TanluError
        TL002; TL867 for a reply that does not hold for this checkpoint and these roots.
    """
    from cryptography import x509

    library = _library()
    found = _decoded(reply)
    try:
        builder = library.VerifierBuilder()
        for pem in roots:
            builder = builder.add_root_certificate(x509.load_pem_x509_certificate(pem))
        builder.build().verify_message(found, text)
    except (ValueError, library.VerificationError, AssertionError) as error:
        raise TanluError("TL867", value="rfc3161", why=str(error)) from error
    return int(found.tst_info.gen_time.timestamp())


def _decoded(reply: bytes) -> Any:
    try:
        return _library().decode_timestamp_response(reply)
    except ValueError as error:
        raise TanluError("TL867", value="rfc3161", why="not a reply of RFC 3161") from error


def _hashed(text: bytes) -> bytes:
    return sha256(text).digest()


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError as error:
        raise TanluError("TL002", value="rfc3161-client", extra="anchor") from error
    return rfc3161_client
