"""证明 Proofs as bytes: Merkle trees of RFC 6962, deterministic CBOR, salts."""

from tanlu.terms.proof import cbor, tree
from tanlu.terms.proof.salt import salts

__all__ = ["cbor", "salts", "tree"]
