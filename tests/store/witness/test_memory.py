"""A memory in a file: what was changed is there for others, what broke off never was."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store.witness.memory import Memory

TABLES = "CREATE TABLE IF NOT EXISTS one (name TEXT PRIMARY KEY) STRICT;"


def test_a_change_is_seen_by_others_and_survives_closing(tmp_path):
    memory = Memory(tmp_path / "m", TABLES)
    with memory.change() as base:
        base.execute("INSERT INTO one VALUES (?)", ("a",))
    memory.close()

    assert Memory(tmp_path / "m", TABLES).rows("SELECT name FROM one") == [("a",)]


def test_a_change_that_breaks_off_never_was(tmp_path):
    memory = Memory(tmp_path / "m", TABLES)
    with pytest.raises(TanluError, match="TL630"), memory.change() as base:
        # the second of the same name is refused
        base.executemany("INSERT INTO one VALUES (?)", [("a",), ("a",)])

    assert memory.rows("SELECT name FROM one") == []


def test_a_file_that_is_no_database_has_its_code(tmp_path):
    path = tmp_path / "m"
    path.write_bytes(b"no database" * 100)

    with pytest.raises(TanluError, match="TL630"):
        Memory(path, TABLES)
