"""tanlu people."""

from __future__ import annotations

import pytest

from tanlu.serve.access import people
from tanlu.serve.api import Home
from tanlu.store import open_workspace
from tests.cli.books import Tongue


@pytest.fixture
def at(empty: Tongue) -> Tongue:
    """A ledger without anybody."""
    open_workspace(empty.ledger, create=True)
    return empty


def test_a_person_is_let_in_with_a_password_that_is_shown_once(at: Tongue) -> None:
    assert "nobody" in at.say("people", "list")
    told = at.ask("people", "add", "ann", "--role", "manager", "--shown", "Ann A.")
    home = Home(at.ledger)
    assert people.proved(home.state, "ann", told["password"])
    fresh = at.ask("people", "password", "ann")["password"]
    assert people.proved(home.state, "ann", told["password"]) is None
    assert people.proved(home.state, "ann", fresh)
    home.close()
    said = at.say("people", "list", language="zh")
    assert "ann" in said
    assert "可登录" in said
    assert told["password"] not in said


def test_a_person_is_disabled_and_enabled(at: Tongue) -> None:
    at.ask("people", "add", "ann", "--role", "manager")
    assert "nowhere" in at.say("people", "disable", "ann")
    assert at.ask("people", "list")["people"][0]["disabled_us"] is not None
    assert "is out" in at.say("people", "list")
    at.say("people", "enable", "ann")
    assert at.ask("people", "list")["people"][0]["disabled_us"] is None


def test_a_role_that_there_is_not_is_refused(at: Tongue) -> None:
    told = at.ask("people", "add", "ann", "--role", "king", expect=1)
    assert told["error"]["code"] == "TL966"
    assert at.ask("people", "list")["people"] == []
