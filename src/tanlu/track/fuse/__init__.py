"""定位 From positions to fixes: what a device measured, smoothed, with its error and its way."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.track.fuse.batches import fused
    from tanlu.track.fuse.datums import from_wgs84, to_wgs84
    from tanlu.track.fuse.fusing import Fused, fuse
    from tanlu.track.fuse.stretches import abreast, compiled, fixed

__all__ = ["Fused", "abreast", "compiled", "fixed", "from_wgs84", "fuse", "fused", "to_wgs84"]

_FILES = {
    "Fused": "fusing",
    "abreast": "stretches",
    "compiled": "stretches",
    "fixed": "stretches",
    "from_wgs84": "datums",
    "fuse": "fusing",
    "fused": "batches",
    "to_wgs84": "datums",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.track.fuse.{_FILES[name]}"), name)
    # the verb of the room is called as the room is: the door gives the verb
    globals()[name] = found
    return found
