"""Who may come in first."""

from __future__ import annotations

import pytest

from tanlu.cli.console import Console
from tanlu.cli.serving import welcome
from tanlu.serve.access import clients, people
from tanlu.serve.api import Home
from tanlu.store import open_workspace


@pytest.fixture
def at(tmp_path):
    open_workspace(tmp_path / "books", create=True)
    made = Home(tmp_path / "books")
    yield made
    made.close()


def test_the_first_manager_gets_a_link_until_there_is_one(at, capsys):
    console = Console(language="en", as_json=False)
    link = welcome.first(at, "https://tanlu.example", console)["join"]
    assert link.startswith("https://tanlu.example/join#")
    assert link in capsys.readouterr().out
    welcome.demo(at, console)
    assert welcome.first(at, "https://tanlu.example", console) == {}


def test_a_demonstration_has_a_login_and_a_program_that_are_new_each_time(at, capsys):
    console = Console(language="zh", as_json=False)
    old, told = welcome.demo(at, console), welcome.demo(at, console)
    assert told["password"] in capsys.readouterr().out
    assert people.proved(at.state, "demo", told["password"])
    assert people.proved(at.state, "demo", old["password"]) is None
    with at.state.everywhere() as state:
        assert clients.proved(state, told["client"], told["secret"])["role"] == "manager"
        assert clients.proved(state, old["client"], old["secret"]) is None
