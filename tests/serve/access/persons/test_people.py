"""Persons and their memberships."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access.persons import passwords, people, sessions
from tanlu.store.relational.tables.access import PERSONS
from tests.serving import PASSWORD, person


@pytest.mark.parametrize("name", ["", " ", "_ann", "a b", "a%b", "a'--", "x" * 120])
def test_what_would_be_read_otherwise_elsewhere_is_no_name(name):
    with pytest.raises(TanluError, match="TL479"):
        people.plain_name(name)


def test_a_name_is_one_however_it_is_written(home):
    made = person(home, "viewer", name="Ａnn")
    with home.state.everywhere() as state:
        assert people.known(state, " ANN ")["person"] == made
        assert people.known(state, "%") is None
        assert people.known(state, "a_n") is None
        with pytest.raises(TanluError, match="TL671"):
            people.add(state, "ann", PASSWORD)


def test_only_name_and_password_together_prove_somebody(home):
    made = person(home, "viewer", name="ann")
    assert people.proved(home.state, "ann", PASSWORD)["person"] == made
    assert people.proved(home.state, "ann", PASSWORD + " ") is None
    assert people.proved(home.state, "bob", PASSWORD) is None
    with home.state.everywhere() as state:
        state.change(PERSONS, {"disabled_us": 1}, PERSONS.c.person == made)
    assert people.proved(home.state, "ann", PASSWORD) is None


def test_a_password_of_weaker_parameters_is_kept_anew_when_it_is_used(home, monkeypatch):
    with monkeypatch.context() as weaker:
        passwords._hasher.cache_clear()
        weaker.setattr(passwords, "MEMORY_KIB", 32)
        person(home, "viewer", name="ann")
    passwords._hasher.cache_clear()
    assert people.proved(home.state, "ann", PASSWORD) is not None
    with home.state.everywhere() as state:
        assert "m=64," in people.known(state, "ann")["password"]
    assert people.proved(home.state, "ann", PASSWORD) is not None


def test_an_organisation_keeps_a_manager(home):
    first = person(home, "manager", name="ann")
    with home.state.of("home") as state, pytest.raises(TanluError, match="TL965"):
        people.end(state, first)
    with pytest.raises(TanluError, match="TL965"), home.state.of("home") as state:
        people.change_role(state, first, "viewer")
    second = person(home, "manager", name="bob")
    with home.state.of("home") as state:
        people.change_role(state, first, "viewer")
    with pytest.raises(TanluError, match="TL965"), home.state.of("home") as state:
        people.end(state, second)
    with home.state.everywhere() as state:
        assert people.memberships(state, second) == [{"tenant": "home", "role": "manager"}]


def test_a_change_of_role_an_end_and_a_new_password_end_all_sessions(home):
    person(home, "manager", name="ann")
    made = person(home, "viewer", name="bob")

    def begun():
        with home.state.everywhere() as state:
            return sessions.begin(state, made, "home")

    for act in (
        lambda: people.change_role(home_state, made, "operator"),
        lambda: people.end(home_state, made),
        lambda: people.restore(home_state, made),
    ):
        secret = begun()
        with home.state.of("home") as home_state:
            act()
        assert sessions.read(home.state, secret) is None
    secret = begun()
    with home.state.everywhere() as state:
        people.new_password(state, made, "another sentence, quite long")
    assert sessions.read(home.state, secret) is None
    assert people.proved(home.state, "bob", "another sentence, quite long") is not None


def test_members_of_one_organisation_are_not_touched_from_another(home):
    made = person(home, "viewer", "other")
    with home.state.of("home") as state:
        for act in (people.end, people.restore):
            with pytest.raises(TanluError, match="TL484"):
                act(state, made)
        with pytest.raises(TanluError, match="TL484"):
            people.change_role(state, made, "manager")


def test_nobody_is_made_a_device_or_the_public(home):
    for role in ("device", "public", "king", ""):
        with home.state.of("home") as state, pytest.raises(TanluError, match="TL966"):
            people.join(state, "p_x", role)
