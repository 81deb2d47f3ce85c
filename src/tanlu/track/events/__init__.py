"""事件 Events of things by EPCIS 2.0: captured, hashed, tied together, asked for.

The library that decodes them comes with the extra ``track`` and is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.track.events.asking import documents, named_again, query, subject_in, subject_of
    from tanlu.track.events.capturing import Captured, capture, counted, event_hash, hashes
    from tanlu.track.events.checking import check
    from tanlu.track.events.keeping import Settled, keep, settle
    from tanlu.track.events.words.gs1 import keys

__all__ = [
    "Captured",
    "Settled",
    "capture",
    "check",
    "counted",
    "documents",
    "event_hash",
    "hashes",
    "keep",
    "keys",
    "named_again",
    "query",
    "settle",
    "subject_in",
    "subject_of",
]

# no file is called as a name of the door: loading it would put the file in the name's place
_FILES = {
    "Captured": "capturing",
    "Settled": "keeping",
    "capture": "capturing",
    "check": "checking",
    "counted": "capturing",
    "documents": "asking",
    "event_hash": "capturing",
    "hashes": "capturing",
    "keep": "keeping",
    "keys": "words.gs1",
    "named_again": "asking",
    "query": "asking",
    "settle": "keeping",
    "subject_in": "asking",
    "subject_of": "asking",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    try:
        found = getattr(import_module(f"tanlu.track.events.{_FILES[name]}"), name)
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value=error.name, extra="track") from error
    globals()[name] = found
    return found
