"""路网 Ways of devices over a network of roads, railways and rivers, where one is given."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.track.network.edges import Graph, graph
    from tanlu.track.network.matching import Matched, matched
    from tanlu.track.network.reading import Network, read_network

__all__ = ["Graph", "Matched", "Network", "graph", "matched", "read_network"]

_FILES = {
    "Graph": "edges", "Matched": "matching", "Network": "reading", "graph": "edges",
    "matched": "matching", "read_network": "reading",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.track.network.{_FILES[name]}"), name)
    # the verb of the room is called as the room is: the door gives the verb
    globals()[name] = found
    return found
