"""生命周期 Of a product: unit processes with loops, stages, circular materials, boxes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.account.lifecycle.coproducts import co_products
    from tanlu.account.lifecycle.matrix import solve
    from tanlu.account.lifecycle.outcome import Footprint, footprint, totals
    from tanlu.account.lifecycle.overheads import overhead
    from tanlu.account.lifecycle.pools import boxes, packaging
    from tanlu.account.lifecycle.reading import read_system
    from tanlu.account.lifecycle.recycling import circular
    from tanlu.account.lifecycle.stages import STAGES, by_stage, keyed, missing
    from tanlu.account.lifecycle.system import System

__all__ = [
    "STAGES",
    "Footprint",
    "System",
    "boxes",
    "by_stage",
    "circular",
    "co_products",
    "footprint",
    "keyed",
    "missing",
    "overhead",
    "packaging",
    "read_system",
    "solve",
    "totals",
]

_FILES = {
    "STAGES": "stages",
    "Footprint": "outcome",
    "System": "system",
    "boxes": "pools",
    "by_stage": "stages",
    "circular": "recycling",
    "co_products": "coproducts",
    "footprint": "outcome",
    "keyed": "stages",
    "missing": "stages",
    "overhead": "overheads",
    "packaging": "pools",
    "read_system": "reading",
    "solve": "matrix",
    "totals": "outcome",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.account.lifecycle.{_FILES[name]}"), name)
    globals()[name] = found
    return found
