"""运段 From segments, nodes, loads and energy to the elements of chains and to activities."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.track.legs.legs import Moving, finished, legs, loaded, moving
    from tanlu.track.legs.records import Legs
    from tanlu.track.legs.revising import Revision, revised
    from tanlu.track.legs.way.parts import elements

__all__ = [
    "Legs",
    "Moving",
    "Revision",
    "elements",
    "finished",
    "legs",
    "loaded",
    "moving",
    "revised",
]

_FILES = {
    "Legs": "records",
    "Moving": "legs",
    "Revision": "revising",
    "elements": "way.parts",
    "finished": "legs",
    "legs": "legs",
    "loaded": "legs",
    "moving": "legs",
    "revised": "revising",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.track.legs.{_FILES[name]}"), name)
    globals()[name] = found
    # a file of the room is called as its verb is: whatever was asked first, the door gives the verb
    globals()["legs"] = import_module("tanlu.track.legs.legs").legs
    return found
