"""The tables of PACT: criteria stay within a tenant."""

from __future__ import annotations

import pytest

from tanlu.store.relational import open_state
from tanlu.store.relational.tables import pact


@pytest.fixture
def state(tmp_path):
    opened = open_state(tmp_path / "state.db")
    for tenant, name in (("a", "x"), ("a", "y"), ("b", "x")):
        with opened.of(tenant) as mine:
            mine.add(pact.FOOTPRINTS, {
                "id": name, "form": 3, "status": "Active", "published_us": 1, "valid_from_us": None,
                "valid_to_us": None, "content": "{}"})  # fmt: skip
    with opened.of("b") as other:
        other.add(pact.KEYS, {"name": "status", "value": "active", "id": "x"})
        other.add(pact.READERS, {"id": "x", "reader": "somebody"})
    yield opened
    opened.close()


def _names(state, tenant, *criteria):
    with state.of(tenant) as mine:
        return [row["id"] for row in mine.rows(pact.FOOTPRINTS, *criteria)]


def test_keys_and_readers_of_another_organisation_say_nothing(state):
    assert _names(state, "a", pact.found_by("status", ["active"])) == []
    assert _names(state, "b", pact.found_by("status", ["active"])) == ["x"]
    assert _names(state, "a", pact.read_by("anybody")) == ["x", "y"]
    assert _names(state, "b", pact.read_by("anybody")) == []
    assert _names(state, "b", pact.read_by("somebody")) == ["x"]


def test_what_follows_is_told_by_moment_and_name(state):
    assert _names(state, "a", pact.after(1, "x")) == ["y"]
    assert _names(state, "a", pact.after(0, "z")) == ["x", "y"]
    assert _names(state, "a", pact.after(1, "y")) == []
