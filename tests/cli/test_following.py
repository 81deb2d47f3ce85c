"""How a verb that writes ends."""

from __future__ import annotations

import pytest

from tanlu.cli.console import Console
from tanlu.cli.following import follow_log, new_log
from tanlu.store import Workspace, open_workspace
from tanlu.store.log import begin_log, has_log, log_of
from tests.store.activities import activities

QUIET = Console(language="en", as_json=True)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    made = open_workspace(tmp_path / "books", create=True)
    made.append("activity", activities(5))
    return made


def test_a_ledger_without_a_log_stays_without(workspace: Workspace) -> None:
    new_log(workspace)
    follow_log(workspace, QUIET)

    assert not has_log(workspace)
    assert workspace.log("seal") == []


def test_a_new_ledger_gets_one_that_covers_all(tmp_path) -> None:
    workspace = open_workspace(tmp_path / "new", create=True)
    new_log(workspace)
    # a death here leaves a ledger with rows and a log
    workspace.append("activity", activities(5))
    new_log(workspace)
    follow_log(workspace, QUIET)
    log = log_of(workspace)

    assert [each.statement.type for each in log.statements()] == ["key", "batch", "head"]
    assert log.tiled.published.size == 3


def test_what_an_interrupted_verb_left_the_next_one_states(workspace, monkeypatch) -> None:
    def died(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for place in ("tanlu.store.log.tiled.TileLog.begin", "tanlu.store.seal.sealing._write"):
        with monkeypatch.context() as patch:
            patch.setattr(place, died)
            with pytest.raises(KeyboardInterrupt):
                begin_log(workspace) if place.endswith("begin") else follow_log(workspace, QUIET)
    follow_log(workspace, QUIET)

    assert log_of(workspace).statements("head")[0].statement.content["version"] == 2


def test_nothing_new_writes_nothing_and_says_nothing(workspace: Workspace, capsys) -> None:
    begin_log(workspace)
    aloud = Console(language="en", as_json=False)
    follow_log(workspace, aloud)
    assert "log: 2 new entries, all 3 under" in capsys.readouterr().out
    before = (workspace.path / "log/checkpoint").read_bytes()
    follow_log(workspace, aloud)

    assert capsys.readouterr().out == ""
    assert (workspace.path / "log/checkpoint").read_bytes() == before
