"""The tables of webhooks."""

from __future__ import annotations

import pytest

from tanlu.store.relational.tables.hooks import DELIVERIES, HEARD, HOOKS, MESSAGES


@pytest.mark.parametrize("table", [DELIVERIES, HEARD, HOOKS, MESSAGES])
def test_each_belongs_to_an_organisation(table):
    assert next(iter(table.primary_key)).name == "tenant"
