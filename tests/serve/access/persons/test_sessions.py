"""Sessions of browsers."""

from __future__ import annotations

import pytest
from fastapi import Request

from tanlu.serve.access.persons import people, sessions
from tanlu.store.relational.tables.access import PERSONS, SESSIONS
from tests.serving import person


@pytest.fixture
def now(monkeypatch):
    """A clock that the test moves."""

    class Clock:
        at = people.now_us()

    monkeypatch.setattr(sessions, "now_us", lambda: Clock.at)
    return Clock


@pytest.fixture
def begun(home, now):
    """A session of somebody."""
    made = person(home, "operator")
    with home.state.everywhere() as state:
        return made, sessions.begin(state, made, "home")


def test_a_session_tells_who_where_and_in_which_role_and_is_kept_as_a_hash(home, begun):
    made, secret = begun
    found = sessions.read(home.state, secret)
    assert (found.person, found.tenant, found.role) == (made, "home", "operator")
    with home.state.everywhere() as state:
        assert secret not in str(state.rows(SESSIONS))


def test_a_session_is_over_when_nobody_comes_for_a_working_day(home, begun, now):
    _, secret = begun
    now.at += sessions.IDLE_US - 1
    assert isinstance(sessions.read(home.state, secret), sessions.Sitting)
    now.at += sessions.IDLE_US - 1
    assert isinstance(sessions.read(home.state, secret), sessions.Sitting)
    now.at += sessions.IDLE_US
    assert sessions.read(home.state, secret) == "expired"


def test_a_session_is_over_after_a_week_whoever_comes(home, begun, now):
    _, secret = begun
    until = now.at + sessions.WHOLE_US
    while now.at + sessions.IDLE_US < until:
        now.at += sessions.IDLE_US - 1
        assert isinstance(sessions.read(home.state, secret), sessions.Sitting)
    now.at = until
    assert sessions.read(home.state, secret) == "expired"
    with home.state.everywhere() as state:
        now.at += 1
        sessions.begin(state, "p_other", "home")
        assert state.count(SESSIONS) == 1


def test_a_session_ends_with_its_person(home, begun):
    made, secret = begun
    with home.state.everywhere() as state:
        state.change(PERSONS, {"disabled_us": 1}, PERSONS.c.person == made)
    assert sessions.read(home.state, secret) == "expired"


def test_the_token_against_forgery_follows_from_the_secret_and_not_back(begun):
    _, secret = begun
    assert sessions.forgery(secret) == sessions.forgery(secret)
    assert secret not in sessions.forgery(secret)
    assert sessions.forgery(secret) != sessions.forgery(secret + "x")


def _sent(*cookies):
    headers = [(b"cookie", each.encode()) for each in cookies]
    return Request({"type": "http", "headers": headers, "path": "/", "method": "GET"})


def test_the_cookie_of_tls_counts_over_tls_alone_and_no_cookie_counts_twice():
    both = _sent("tanlu=plain; __Host-tanlu=secure")
    assert sessions.cookie(both, tls=True) == "secure"
    assert sessions.cookie(both, tls=False) == "plain"
    assert sessions.cookie(_sent("tanlu=plain"), tls=True) is None
    assert sessions.cookie(_sent("tanlu=one; tanlu=two"), tls=False) is None
    assert sessions.cookie(_sent("tanlu=one", "tanlu=two"), tls=False) is None
    assert sessions.cookie(_sent("xtanlu=one; a"), tls=False) is None
