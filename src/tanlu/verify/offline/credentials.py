"""Credentials of a pack: W3C Data Integrity with the cryptosuite ``eddsa-jcs-2022``.

Nothing remote is loaded and no context is expanded: what is signed are the canonical bytes
(RFC 8785). A key counts only if the log tells it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms.proof import credential, keys
from tanlu.verify.offline.manifest import loads

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["check"]

MOST_BYTES = 1 << 20
MOST_DEPTH = 64


def check(where: str, data: bytes, known: Collection[bytes]) -> None:
    """Refuse a credential that does not hold or whose key nobody tells.

    Parameters
    ----------
    where
        Its path in the pack.
    known
        Public keys that the log tells.

    Raises
    ------
    TanluError
        TL707 for another kind of credential, TL731 for one that does not hold, TL732 for one
        whose key is not known, TL706 for one of more than 1 MiB.
    """
    if len(data) > MOST_BYTES:
        raise TanluError("TL706", value=where, why=f"more than {MOST_BYTES} bytes")
    try:
        told = loads(data, MOST_DEPTH)
    except ValueError as error:
        raise TanluError("TL707", value=where, why=str(error)[:120]) from None
    proof = told.get("proof") if isinstance(told, dict) else None
    if not isinstance(proof, dict) or proof.get("cryptosuite") != "eddsa-jcs-2022":
        raise TanluError("TL707", value=where, why="not of the cryptosuite eddsa-jcs-2022")
    try:
        public = credential.public_of(str(proof.get("verificationMethod")))
    except TanluError as error:
        raise TanluError("TL707", value=where, why="no did:key of Ed25519") from error
    if not credential.holds(told, public):
        raise TanluError("TL731", value=where, why="its signature does not hold")
    if public not in known:
        raise TanluError("TL732", value=where, why=f"the log tells no key {keys.kid(public).hex()}")
