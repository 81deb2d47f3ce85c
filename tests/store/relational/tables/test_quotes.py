"""The table of shops belongs to a tenant."""

from __future__ import annotations

from tanlu.store.relational.tables import quotes


def test_a_shop_is_of_one_organisation():
    assert [each.name for each in quotes.MERCHANTS.primary_key] == ["tenant", "merchant"]
