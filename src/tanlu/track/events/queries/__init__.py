"""查询 Queries of events by EPCIS 2.0: parameters in, pages and lists of names out.

Loaded when it is first used: what decodes events comes with the extra ``track``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.track.events.queries.answering import query_document
    from tanlu.track.events.queries.listing import RESOURCES, listed
    from tanlu.track.events.queries.parameters import Condition, Query, read_query
    from tanlu.track.events.queries.reading import Page, Place, page

__all__ = [
    "RESOURCES",
    "Condition",
    "Page",
    "Place",
    "Query",
    "listed",
    "page",
    "query_document",
    "read_query",
]

# no file is called as a name of the door: loading it would put the file in the name's place
_FILES = {
    "RESOURCES": "listing",
    "Condition": "parameters",
    "Page": "reading",
    "Place": "reading",
    "Query": "parameters",
    "listed": "listing",
    "page": "reading",
    "query_document": "answering",
    "read_query": "parameters",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    try:
        found = getattr(import_module(f"tanlu.track.events.queries.{_FILES[name]}"), name)
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value=error.name, extra="track") from error
    globals()[name] = found
    return found
