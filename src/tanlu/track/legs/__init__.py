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
    room = import_module(f"tanlu.track.legs.{_FILES[name]}")
    found = getattr(room, name)
    globals()[name] = found
    if _FILES[name] == "legs":
        # the file is called as its verb is: the door gives the verb, whatever is asked first
        globals()["legs"] = room.legs
    return found
