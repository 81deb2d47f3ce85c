"""The table of organisations."""

from __future__ import annotations

from tanlu.store.relational.tables import MAPS, TENANTS


def test_an_organisation_is_known_by_its_short_name_alone():
    assert [column.name for column in TENANTS.primary_key] == ["slug"]


def test_an_organisation_has_one_map_of_a_name():
    assert [column.name for column in MAPS.primary_key] == ["tenant", "name"]
