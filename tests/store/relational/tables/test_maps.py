"""The table of maps."""

from __future__ import annotations

from tanlu.store.relational.tables import MAPS


def test_an_organisation_has_one_map_of_a_name() -> None:
    assert [column.name for column in MAPS.primary_key] == ["tenant", "name"]
