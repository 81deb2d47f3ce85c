"""方式 What moved and how: segments of one mode, and the nodes between them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.track.modes.evaluating import evaluate
    from tanlu.track.modes.moving import Moved, modes
    from tanlu.track.modes.parameters import modes_table

__all__ = ["Moved", "evaluate", "modes", "modes_table"]

_FILES = {
    "Moved": "moving", "evaluate": "evaluating", "modes": "moving", "modes_table": "parameters",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.track.modes.{_FILES[name]}"), name)
    # the verb of the room is called as the room is: the door gives the verb
    globals()[name] = found
    return found
