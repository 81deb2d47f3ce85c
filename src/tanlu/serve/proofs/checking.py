"""A published proof checked step by step, from its own bytes alone; no ledger is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.disclosed import Disclosure
from tanlu.verify.offline import check_disclosure

if TYPE_CHECKING:
    from tanlu.serve.proofs.shelf import Proof
    from tanlu.verify.offline import Disclosed

__all__ = ["Seen", "Step", "seen"]

# in the order in which they are done; what fails has these codes
STEPS: Mapping[str, tuple[str, ...]] = {
    "form": ("TL850", "TL851"),
    "sealed": ("TL852",),
    "logged": ("TL853",),
    "signed": ("TL120", "TL121", "TL122", "TL124", "TL125", "TL126"),
    "witnessed": ("TL127", "TL128"),
    "stated": ("TL854",),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the check: held, failed, or not come to because one before it failed."""

    name: str
    state: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check gave: all steps, and what is shown if every one held."""

    steps: tuple[Step, ...]
    shown: Disclosed | None = None
    error: TanluError | None = None


def seen(proof: Proof) -> Seen:
    """Check a proof anew and give each step with what it found."""
    try:
        held = check_disclosure(proof.content, proof.policy)
        _stated(proof)
    except TanluError as error:
        return Seen(_failed(error), error=error)
    leaves = sum(len(part.rows) * len(part.groups) for part in held.shown)
    facts: dict[str, dict[str, Any]] = {
        "form": {"bytes": len(proof.content)},
        "sealed": {"leaves": leaves, "parts": len(held.shown)},
        "logged": {"entries": ", ".join(f"#{part.entry}" for part in held.shown)},
        "signed": {"origin": held.origin, "size": held.size},
        "witnessed": {"count": len(held.cosigned), "names": ", ".join(sorted(held.cosigned))},
        "stated": {"keys": ", ".join(sorted({part.key for part in held.shown}))},
    }
    return Seen(tuple(_step(name, facts) for name in STEPS), held)


def _step(name: str, facts: Mapping[str, Mapping[str, Any]]) -> Step:
    # nobody stood beside: that is no fault, and it is no proof either
    alone = name == "witnessed" and not facts[name]["count"]
    return Step(name, "open" if alone else "held", facts[name])


def _stated(proof: Proof) -> None:
    """Raise TL854 when a statement is not signed by the key that was told with the proof."""
    for piece in Disclosure.decode(proof.content).pieces:
        public = proof.keys.get(piece.statement.kid.hex())
        if public is None or not piece.statement.verify(public):
            raise TanluError("TL854", value=piece.statement.kid.hex())


def _failed(error: TanluError) -> tuple[Step, ...]:
    names = list(STEPS)
    at = next((i for i, name in enumerate(names) if error.code in STEPS[name]), 0)
    states = ["held"] * at + ["failed"] + ["unseen"] * (len(names) - at - 1)
    return tuple(Step(name, state) for name, state in zip(names, states, strict=True))
