"""Isolation of tenants in the data layer."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, Table, Text

from tanlu.errors import TanluError
from tanlu.store.relational import open_state
from tanlu.store.relational.tables import METADATA, TENANTS

THINGS = Table(
    "test_thing",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("note", Text),
)


@pytest.fixture
def state(tmp_path):
    opened = open_state(tmp_path / "deep" / "state.db")
    THINGS.metadata.create_all(opened.engine)
    with opened.of("a") as a:
        a.add(THINGS, {"name": "one", "note": "of a"})
    with opened.of("b") as b:
        b.add(THINGS, {"name": "one", "note": "of b"}, {"name": "two", "note": "of b"})
    yield opened
    opened.close()


def test_a_handle_sees_changes_and_drops_the_rows_of_its_tenant_only(state):
    with state.of("a") as a:
        assert [row["note"] for row in a.rows(THINGS)] == ["of a"]
        assert a.one(THINGS, THINGS.c.name == "two") is None
        assert a.count(THINGS, THINGS.c.tenant == "b") == 0
        assert a.change(THINGS, {"note": "new"}) == 1
        assert a.drop(THINGS) == 1
    with state.of("b") as b:
        assert [row["note"] for row in b.rows(THINGS, order=(THINGS.c.name,))] == ["of b", "of b"]


def test_a_handle_writes_nothing_into_another_tenant(state):
    with state.of("a") as a:
        with pytest.raises(TanluError, match="TL672"):
            a.add(THINGS, {"tenant": "b", "name": "x", "note": ""})
        with pytest.raises(TanluError, match="TL672"):
            a.change(THINGS, {"tenant": "b"})
        with pytest.raises(TanluError, match="TL672"):
            a.rows(TENANTS)


def test_what_failed_leaves_nothing_behind(state):
    def both():
        with state.of("a") as a:
            a.add(THINGS, {"name": "three", "note": ""})
            a.add(THINGS, {"name": "one", "note": "again"})

    with pytest.raises(TanluError, match="TL671"):
        both()
    with state.of("a") as a:
        assert a.count(THINGS) == 1


def test_a_database_that_cannot_be_opened_does_not_tell_its_password():
    with pytest.raises(TanluError, match="TL670") as told:
        open_state("postgresql://ann:secret@127.0.0.1:1/none")
    assert "secret" not in str(told.value)


def test_every_table_of_a_tenant_has_the_tenant_first_in_its_key():
    # what stands above the organisations: which there are, persons, the secrets of the server
    above = {"organisation", "person", "subject", "kept"}
    for table in METADATA.sorted_tables:
        if table.name not in above:
            assert next(iter(table.primary_key.columns)).name == "tenant", table.name
