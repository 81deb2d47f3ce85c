"""The second signature of a witness, ML-DSA-44 (FIPS 204): it outlasts what breaks the first."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms.proof import checkpoint, note

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    from tanlu.terms.proof import keys

__all__ = ["Lasting"]

DOMAIN = b"tanlu/witness/ml-dsa-44/v1"
# names stand in the signed message behind one byte of length
MAX_NAME_BYTES = 255


class Lasting:
    """A witness's key of the kind that no known quantum computer breaks.

    Its seed is ``SHA-256("tanlu/witness/ml-dsa-44/v1" ‖ seed)`` of the witness's own: one file
    holds both. The lines are those of C2SP tlog-cosignature v1.1.

    Raises
    ------
    TanluError
        TL641 when the installed library does not know ML-DSA.
    """

    def __init__(self, name: str, key: keys.SigningKey) -> None:
        self.name = name
        self._key = _private(sha256(DOMAIN + key.seed).digest())

    @property
    def verifier(self) -> note.Verifier:
        """What tells it to others."""
        return note.Verifier(self.name, note.MLDSA, self._key.public_key().public_bytes_raw())

    def cosign(self, text: str, at_s: int) -> note.Signature | None:
        """Give the signature of a checkpoint seen at a time [unix s]; null for names too long."""
        names = self.name, checkpoint.Checkpoint.parse(text).origin
        if any(len(name.encode()) > MAX_NAME_BYTES for name in names):
            return None
        said = note.subtree_text(self.name, text, at_s)
        return note.Signature(
            self.name, self.verifier.key_id, at_s.to_bytes(8, "big") + self._key.sign(said)
        )


def _private(seed: bytes) -> MLDSA44PrivateKey:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
    except ImportError as error:
        raise TanluError("TL641") from error
    try:
        return MLDSA44PrivateKey.from_seed_bytes(seed)
    except UnsupportedAlgorithm as error:
        raise TanluError("TL641") from error
