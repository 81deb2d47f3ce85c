"""The tables of the exchange of events."""

from __future__ import annotations

import pytest

from tanlu.store.relational.tables.epcis import EPCIS_CAPTURES, EPCIS_QUERIES, EPCIS_SUBSCRIPTIONS


@pytest.mark.parametrize(
    ("table", "key"),
    [
        (EPCIS_CAPTURES, "capture"),
        (EPCIS_QUERIES, "name"),
        (EPCIS_SUBSCRIPTIONS, "subscription"),
    ],
)
def test_each_row_is_of_an_organisation_and_known_by_its_name_there(table, key):
    assert [column.name for column in table.primary_key] == ["tenant", key]
