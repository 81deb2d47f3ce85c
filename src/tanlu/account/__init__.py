"""核算 What was emitted: activities by factors, once, in whole micrograms, with interval."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.account.allocate import allocate
    from tanlu.account.books import quantify_all
    from tanlu.account.chains import propose_chains
    from tanlu.account.chains.overrides import overrides
    from tanlu.account.estimate import estimate
    from tanlu.account.operations import intensity, share_of_freight
    from tanlu.account.quantify import Quantified, quantify, spec
    from tanlu.account.rules import assumption
    from tanlu.account.total import total
    from tanlu.account.trace import trace
    from tanlu.account.uncertainty import combine

__all__ = [
    "Quantified",
    "allocate",
    "assumption",
    "combine",
    "estimate",
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
    "Quantified": "quantify",
    "allocate": "allocate",
    "assumption": "rules",
    "combine": "uncertainty",
    "estimate": "estimate",
    "intensity": "operations",
    "overrides": "chains.overrides",
    "propose_chains": "chains",
    "quantify": "quantify",
    "quantify_all": "books",
    "share_of_freight": "operations",
    "spec": "quantify",
    "total": "total",
    "trace": "trace",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.account.{_FILES[name]}"), name)
    globals()[name] = found
    return found


class _Door(ModuleType):
    """A door whose names stay what they are when a file of the same name is loaded."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _FILES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door
