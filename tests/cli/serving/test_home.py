"""Which server is meant."""

from __future__ import annotations

from pathlib import Path

from tanlu.store import open_workspace
from tests.cli.books import Tongue


def test_the_home_is_beside_the_ledger_or_where_it_is_said(empty: Tongue, tmp_path: Path) -> None:
    open_workspace(empty.ledger, create=True)
    empty.ask("people", "add", "ann")
    assert (empty.ledger / "serve" / "state.db").is_file()
    elsewhere = tmp_path / "elsewhere"
    assert empty.ask("people", "list", "--home", elsewhere)["people"] == []
    assert (elsewhere / "state.db").is_file()


def test_without_a_ledger_there_is_no_server(empty: Tongue) -> None:
    assert empty.ask("people", "list", expect=1)["error"]["code"] == "TL601"
