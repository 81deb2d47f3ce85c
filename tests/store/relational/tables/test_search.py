"""Tables of the search."""

from __future__ import annotations

from tanlu.store.relational.tables import METADATA
from tanlu.store.relational.tables.search import DERIVED


def test_what_is_derived_is_apart_from_the_state_and_each_row_has_its_tenant():
    assert not set(DERIVED.tables) & set(METADATA.tables)
    assert all("tenant" in table.c for table in DERIVED.tables.values())
