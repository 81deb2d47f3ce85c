"""核算 What was emitted: activities by factors, once, in whole micrograms, with interval."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.account.batch import Quantified, quantify
    from tanlu.account.books import in_force, quantify_all
    from tanlu.account.chains import propose_chains
    from tanlu.account.chains.decided import overrides
    from tanlu.account.legs.computing import spec
    from tanlu.account.operations import intensity, share_of_freight
    from tanlu.account.rules import assumption
    from tanlu.account.shares import allocate
    from tanlu.account.single import estimate
    from tanlu.account.sums import total
    from tanlu.account.tracing import trace
    from tanlu.account.uncertainty import combine

__all__ = [
    "Quantified",
    "allocate",
    "assumption",
    "combine",
    "estimate",
    "in_force",
    "intensity",
    "overrides",
    "propose_chains",
    "quantify",
    "quantify_all",
    "share_of_freight",
    "spec",
    "total",
    "trace",
]

_FILES = {
    "Quantified": "batch",
    "allocate": "shares",
    "assumption": "rules",
    "combine": "uncertainty",
    "estimate": "single",
    "in_force": "books",
    "intensity": "operations",
    "overrides": "chains",
    "propose_chains": "chains",
    "quantify": "batch",
    "quantify_all": "books",
    "share_of_freight": "operations",
    "spec": "legs.computing",
    "total": "sums",
    "trace": "tracing",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.account.{_FILES[name]}"), name)
    globals()[name] = found
    return found
