"""追溯 One order from the mine to the doorstep and back: what the ledger knows of a subject."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.track.trace.asked import resolve
    from tanlu.track.trace.traced import Traced
    from tanlu.track.trace.tracing import trace

__all__ = ["Traced", "resolve", "trace"]

# no file is called as a name of the door: loading it would put the file in the name's place
_FILES = {"Traced": "traced", "resolve": "asked", "trace": "tracing"}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.track.trace.{_FILES[name]}"), name)
    globals()[name] = found
    return found
