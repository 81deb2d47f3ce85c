"""证明 Proofs as bytes: trees of RFC 6962, notes and checkpoints of C2SP, COSE, salts."""

from tanlu.terms.proof import (
    cbor,
    checkpoint,
    cose,
    credential,
    keys,
    note,
    policy,
    proofs,
    registry,
    tiles,
    tree,
)
from tanlu.terms.proof.salt import salts

__all__ = [
    "cbor",
    "checkpoint",
    "cose",
    "credential",
    "keys",
    "note",
    "policy",
    "proofs",
    "registry",
    "salts",
    "tiles",
    "tree",
]
