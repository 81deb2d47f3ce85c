"""地图 A map of the ways that journeys took, with rivals, gaps and errors as maps have them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.simulate.journeys.mapped.drawing import NETWORK, mapped

__all__ = ["NETWORK", "mapped"]


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in __all__:
        raise AttributeError(name)
    found = getattr(import_module("tanlu.simulate.journeys.mapped.drawing"), name)
    globals()[name] = found
    return found
