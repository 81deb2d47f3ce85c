"""存疑 How sure a number is: causes of error, intervals, draws, quality, what to measure first."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.account.doubt.apart import Causes, causes, told
    from tanlu.account.doubt.draws import Simulation, simulate
    from tanlu.account.doubt.linear import approach_1
    from tanlu.account.doubt.pedigree import pedigree_sigma
    from tanlu.account.doubt.ranked import ranking
    from tanlu.account.doubt.rated import primary_share, quality, ratings
    from tanlu.account.doubt.second import moments

__all__ = [
    "Causes",
    "Simulation",
    "approach_1",
    "causes",
    "moments",
    "pedigree_sigma",
    "primary_share",
    "quality",
    "ranking",
    "ratings",
    "simulate",
    "told",
]

_FILES = {
    "Causes": "apart",
    "Simulation": "draws",
    "approach_1": "linear",
    "causes": "apart",
    "moments": "second",
    "pedigree_sigma": "pedigree",
    "primary_share": "rated",
    "quality": "rated",
    "ranking": "ranked",
    "ratings": "rated",
    "simulate": "draws",
    "told": "apart",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.account.doubt.{_FILES[name]}"), name)
    globals()[name] = found
    return found
