"""导入 Official files that users download, each to a pack with every refused row told."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.factors.importers.compare import diff, summary
    from tanlu.factors.importers.imported import Imported
    from tanlu.factors.importers.known import Source, load, sources
    from tanlu.factors.importers.own import template

__all__ = ["Imported", "Source", "diff", "load", "sources", "summary", "template"]

_FILES = {
    "Imported": "imported",
    "Source": "known",
    "diff": "compare",
    "load": "known",
    "sources": "known",
    "summary": "compare",
    "template": "own",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.factors.importers.{_FILES[name]}"), name)
    globals()[name] = found
    return found
