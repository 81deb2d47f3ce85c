"""Proofs made public: what is shown of one shipment, and the check that anybody can do."""

from tanlu.serve.proofs.checking import Seen, Step, seen
from tanlu.serve.proofs.forgetting import Named, forgotten
from tanlu.serve.proofs.label import SIZES, label
from tanlu.serve.proofs.routes import address, router
from tanlu.serve.proofs.shelf import ALL, Proof, Shelf
from tanlu.serve.proofs.showing import Leg, legs

__all__ = [
    "ALL",
    "SIZES",
    "Leg",
    "Named",
    "Proof",
    "Seen",
    "Shelf",
    "Step",
    "address",
    "forgotten",
    "label",
    "legs",
    "router",
    "seen",
]
