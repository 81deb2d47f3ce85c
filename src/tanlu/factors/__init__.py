"""因子 What one unit does: dated, sourced, bounded, and chosen for a reason one can read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.factors.batch import match
    from tanlu.factors.compose import resolve
    from tanlu.factors.fuels import blend, energy_share, properties
    from tanlu.factors.packs.load import Library, classes, library
    from tanlu.factors.reasons import explain
    from tanlu.factors.rules import assumption, bands, profile
    from tanlu.factors.single import match_one

__all__ = [
    "Library",
    "assumption",
    "bands",
    "blend",
    "classes",
    "cuts",
    "energy_share",
    "explain",
    "library",
    "match",
    "match_one",
    "profile",
    "properties",
    "regions",
    "resolve",
]

_FILES = {
    "Library": "packs.load",
    "assumption": "rules",
    "bands": "rules",
    "blend": "fuels",
    "classes": "packs.load",
    "cuts": "batch",
    "energy_share": "fuels",
    "explain": "reasons",
    "library": "packs.load",
    "match": "batch",
    "match_one": "single",
    "profile": "rules",
    "properties": "fuels",
    "regions": "places",
    "resolve": "compose",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.factors.{_FILES[name]}"), name)
    globals()[name] = found
    return found
