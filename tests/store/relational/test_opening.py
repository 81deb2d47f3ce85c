"""Opening the relational state."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DatabaseError

from tanlu.errors import TanluError
from tanlu.store.relational import open_state
from tanlu.store.relational.tables import TENANTS


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path):
    row = {"slug": "a", "name": "A", "name_zh": None, "folder": "f", "created_us": 1}
    for _ in range(2):
        state = open_state(tmp_path / "state.db")
        with state.everywhere() as all_:
            if all_.one(TENANTS, TENANTS.c.slug == "a") is None:
                all_.add(TENANTS, row)
            assert all_.rows(TENANTS) == [row]
        state.close()


def test_what_is_acknowledged_is_synced_and_readers_do_not_wait(tmp_path):
    state = open_state(tmp_path / "state.db")
    with state.engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    state.close()


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(TanluError, match="TL670"):
        open_state(tmp_path)


def test_an_error_of_the_database_does_not_tell_what_was_asked_for(tmp_path):
    state = open_state(tmp_path / "state.db")
    with state.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE organisation RENAME TO gone")
    with pytest.raises(DatabaseError) as told, state.everywhere() as all_:
        all_.one(TENANTS, TENANTS.c.slug == "a secret name")
    assert "a secret name" not in str(told.value)
    state.close()
