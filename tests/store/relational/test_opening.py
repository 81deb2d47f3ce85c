"""Opening the relational state."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from sqlalchemy.exc import DatabaseError

from tanlu.errors import TanluError
from tanlu.store.relational import open_state
from tanlu.store.relational.tables import METADATA, TENANTS


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


def test_those_who_open_a_new_state_at_once_all_have_it(tmp_path):
    ready, faults = threading.Barrier(4), []

    def come():
        ready.wait()
        try:
            open_state(tmp_path / "state.db").close()
        except TanluError as error:
            faults.append(str(error))

    comers = [threading.Thread(target=come) for _ in range(4)]
    for comer in comers:
        comer.start()
    for comer in comers:
        comer.join()
    assert faults == []


def test_who_only_opens_does_not_wait_for_who_writes(tmp_path):
    open_state(tmp_path / "state.db").close()
    with sqlite3.connect(tmp_path / "state.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        state = open_state(tmp_path / "state.db")
        with state.engine.connect() as connection:
            assert not connection.exec_driver_sql("SELECT * FROM organisation").all()
        state.close()
        writer.execute("ROLLBACK")
    writer.close()


def test_tables_are_made_all_or_none(tmp_path):
    taken = next(
        index.name for table in reversed(METADATA.sorted_tables) for index in table.indexes
    )
    with sqlite3.connect(tmp_path / "state.db") as other:
        other.execute("CREATE TABLE other (it)")
        other.execute(f"CREATE INDEX {taken} ON other (it)")
    with pytest.raises(TanluError, match="TL670"):
        open_state(tmp_path / "state.db")
    made = other.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    other.close()
    assert made == [("other",)]
