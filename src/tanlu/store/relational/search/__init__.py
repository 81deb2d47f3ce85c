"""An index of shipments: found by any part of a name, in an order, page by page."""

from tanlu.store.relational.search.asking import Found, Wanted
from tanlu.store.relational.search.opening import Index, open_index
from tanlu.store.relational.search.rows import (
    COLUMNS,
    MODES,
    NOTHING,
    PARTED,
    SORTS,
    TIERS,
    fold,
    marked,
)

__all__ = [
    "COLUMNS",
    "MODES",
    "NOTHING",
    "PARTED",
    "SORTS",
    "TIERS",
    "Found",
    "Index",
    "Wanted",
    "fold",
    "marked",
    "open_index",
]
