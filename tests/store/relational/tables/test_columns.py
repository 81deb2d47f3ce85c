"""How a table is declared."""

from __future__ import annotations

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from tanlu.store.relational.tables.columns import METADATA, number, tenant_table, text


def test_a_table_of_tenants_begins_its_key_and_its_indexes_with_the_tenant():
    made = tenant_table("test_made", text("name", key=True), number("at_us"), by=(("at_us",),))
    METADATA.remove(made)
    assert [column.name for column in made.primary_key] == ["tenant", "name"]
    (index,) = made.indexes
    said = str(CreateIndex(index).compile(dialect=sqlite.dialect()))
    assert said == "CREATE INDEX test_made_at_us ON test_made (tenant, at_us)"
