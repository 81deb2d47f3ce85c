"""Files of an index."""

from __future__ import annotations

from tanlu.store.relational import open_state
from tanlu.store.relational.search import Wanted, open_index
from tests.store.relational.search.test_asking import ABOUT, rows


def test_another_process_that_built_it_anew_is_noticed(tmp_path):
    state = open_state(tmp_path / "state.db")
    here, there = (open_index(state, tmp_path / "search", "home") for _ in range(2))
    list(here.rebuild([rows(5)], ABOUT))
    assert there.ask(Wanted()).count == 5
    list(here.rebuild([rows(9)], ABOUT))
    assert there.ask(Wanted()).count == 9
    files = sorted(path.name for path in (tmp_path / "search" / "home").iterdir())
    assert [name for name in files if name.endswith((".db", ".part"))] == ["00000002.db"]
    for index in (here, there):
        index.close()
    state.close()


def test_an_index_in_a_form_of_before_is_as_if_not_there(tmp_path, monkeypatch):
    state = open_state(tmp_path / "state.db")
    index = open_index(state, tmp_path / "search", "home")
    list(index.rebuild([rows(5)], ABOUT))
    monkeypatch.setattr("tanlu.store.relational.search.opening.FORM", 1_000)
    assert index.built() is None
    index.close()
    state.close()
