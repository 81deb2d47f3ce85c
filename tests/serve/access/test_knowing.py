"""Who asks."""

from __future__ import annotations

import polars as pl
import pytest
from fastapi import Request

from tanlu.monitor.devices import enrol, revise
from tanlu.serve.access import clients
from tanlu.serve.access.knowing import Knowing
from tanlu.serve.access.persons import sessions
from tanlu.serve.api import Refused
from tests.serving import person


@pytest.fixture
def knowing(home):
    return Knowing(home)


def _sent(*headers, scheme="http"):
    class App:
        class state:  # noqa: N801
            public = None

    told = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    about = {"type": "http", "headers": told, "path": "/", "method": "GET", "app": App}
    return Request(about | {"query_string": b"", "server": ("127.0.0.1", 80), "scheme": scheme})


def _key(home, tenant="home"):
    with home.state.of(tenant) as state:
        return clients.new(state, "k", "viewer", by="p_x", kind="key", scopes=("a:read",))


def test_a_key_is_known_with_its_organisation_role_and_scopes(home, knowing):
    made = _key(home, "other")
    found = knowing(_sent(("authorization", f"bearer  {made.secret}")))
    assert (found.identity, found.tenant, found.role) == (made.client, "other", "viewer")
    assert (found.kind, found.scopes, found.session) == ("client", ("a:read",), None)


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer é", "Bearer " + "a" * 600, "tlk_x"]
)
def test_what_is_no_bearer_is_nobody(knowing, said):
    assert knowing(_sent(("authorization", said))) == Refused("invalid")


def test_two_credentials_are_none_and_a_wrong_one_is_not_saved_by_a_cookie(home, knowing):
    made = _key(home)
    said = ("authorization", f"Bearer {made.secret}")
    assert knowing(_sent(said, said)) == Refused("invalid")
    with home.state.everywhere() as state:
        secret = sessions.begin(state, person(home, "viewer"), "home")
    cookie = ("cookie", f"tanlu={secret}")
    assert knowing(_sent(cookie)).role == "viewer"
    assert knowing(_sent(cookie, ("authorization", "Bearer wrong"))) == Refused("invalid")


def test_nothing_that_a_request_says_of_itself_makes_it_somebody(home, knowing):
    made = person(home, "manager")
    said = [
        (name, made)
        for name in ("x-forwarded-user", "x-tenant", "x-role", "remote-user", "x-principal")
    ]
    assert knowing(_sent(*said)) == Refused("absent")


def test_a_device_is_known_by_its_token_until_it_is_revoked(home, knowing):
    told = enrol(home.workspace("other"), pl.DataFrame({"device": ["meter-1"]}), tokens=True)
    token = told.tokens["token"][0]
    said = _sent(("authorization", f"Bearer {token}"))
    found = knowing(said)
    assert (found.identity, found.tenant, found.role) == ("meter-1", "other", "device")
    revise(home.workspace("other"), "meter-1", state="revoked")
    assert knowing(said) == Refused("invalid")


def test_a_session_that_is_over_is_told_from_one_that_never_was(home, knowing, monkeypatch):
    with home.state.everywhere() as state:
        secret = sessions.begin(state, person(home, "viewer"), "home")
    said = _sent(("cookie", f"tanlu={secret}"))
    assert knowing(_sent(("cookie", "tanlu=x"))) == Refused("invalid")
    later = sessions.now_us() + sessions.WHOLE_US
    monkeypatch.setattr(sessions, "now_us", lambda: later)
    assert knowing(said) == Refused("expired")


def test_the_plain_cookie_is_nothing_over_tls(home, knowing):
    with home.state.everywhere() as state:
        secret = sessions.begin(state, person(home, "viewer"), "home")
    assert knowing(_sent(("cookie", f"tanlu={secret}"), scheme="https")) == Refused("absent")
    found = knowing(_sent(("cookie", f"__Host-tanlu={secret}"), scheme="https"))
    assert found.role == "viewer"
