"""The tables of access."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DatabaseError

from tanlu.store.relational import open_state
from tanlu.store.relational.tables import access

ACT = {name.name: 1 if "INT" in str(name.type) else "x" for name in access.ACTS.c}


def test_what_was_done_can_be_added_and_neither_changed_nor_removed(tmp_path):
    state = open_state(tmp_path / "state.db")
    with state.of("home") as scoped:
        scoped.add(access.ACTS, {**ACT, "tenant": "home"})
    with pytest.raises(DatabaseError, match="only added"), state.of("home") as scoped:
        scoped.change(access.ACTS, {"who": "y"})
    with pytest.raises(DatabaseError, match="only added"), state.of("home") as scoped:
        scoped.drop(access.ACTS)
    with state.of("home") as scoped:
        assert scoped.count(access.ACTS, access.ACTS.c.who == "x") == 1
    state.close()
