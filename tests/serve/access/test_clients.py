"""Programs, their secrets and their tokens."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access import clients, credentials
from tanlu.store.relational.tables.access import CLIENTS, TOKENS


@pytest.fixture
def now(monkeypatch):
    """A clock that the test moves."""

    class Clock:
        at = clients.now_us()

    monkeypatch.setattr(clients, "now_us", lambda: Clock.at)
    return Clock


def _new(home, tenant="home", **more):
    with home.state.of(tenant) as state:
        return clients.new(state, "a program", "operator", by="p_x", **more)


def _token(home, made, wanted=None):
    with home.state.everywhere() as state:
        row = clients.proved(state, made.client, made.secret)
    with home.state.of(row["tenant"]) as state:
        return clients.issue(state, row, wanted)


def test_nothing_that_is_kept_is_a_secret(home):
    made, key = _new(home), _new(home, kind="key")
    token = _token(home, made)
    with home.state.everywhere() as state:
        kept = str(state.rows(CLIENTS) + state.rows(TOKENS))
    assert not any(each in kept for each in (made.secret, key.secret, token.access_token))


def test_a_token_is_over_after_a_while_and_is_told_so(home, now):
    token = _token(home, _new(home))
    assert clients.by_bearer(home.state, token.access_token)["role"] == "operator"
    now.at += token.expires_in * clients.SECOND_US
    assert clients.by_bearer(home.state, token.access_token) == "expired"
    now.at += clients.KEEP_US + clients.SECOND_US
    _token(home, _new(home))
    assert clients.by_bearer(home.state, token.access_token) is None


def test_a_token_never_outlives_its_program(home, now):
    made = _new(home, days=1)
    now.at += clients.DAY_US - 60 * clients.SECOND_US
    assert _token(home, made).expires_in == 60
    now.at += 60 * clients.SECOND_US
    with home.state.everywhere() as state:
        assert clients.proved(state, made.client, made.secret) is None


def test_scopes_are_only_narrowed(home):
    made = _new(home, scopes=("b:read", "a:read", "a:read"))
    assert _token(home, made).scope == "a:read b:read"
    assert _token(home, made, "a:read").scope == "a:read"
    with pytest.raises(TanluError, match="TL474"):
        _token(home, made, "a:read a:write")
    for wrong in ('a"', "a b", "", "é", "x" * 61, "a\n"):
        with pytest.raises(TanluError, match="TL486"):
            _new(home, scopes=(wrong,))


def test_a_new_secret_leaves_the_old_one_a_day(home, now):
    for kind in ("oauth", "key"):
        made = _new(home, kind=kind)
        with home.state.of("home") as state:
            fresh = clients.rotate(state, made.client)

        def holds(secret, made=made, kind=kind):
            with home.state.everywhere() as state:
                if kind == "oauth":
                    return clients.proved(state, made.client, secret) is not None
            return isinstance(clients.by_bearer(home.state, secret), dict)

        assert (holds(made.secret), holds(fresh.secret)) == (True, True)
        now.at += clients.OVERLAP_US
        assert (holds(made.secret), holds(fresh.secret)) == (False, True)


def test_what_is_revoked_is_over_at_once_with_its_tokens(home):
    made, key = _new(home), _new(home, kind="key")
    token = _token(home, made)
    with home.state.of("home") as state:
        clients.revoke(state, made.client)
        clients.revoke(state, key.client)
        with pytest.raises(TanluError, match="TL484"):
            clients.revoke(state, made.client)
        with pytest.raises(TanluError, match="TL484"):
            clients.rotate(state, made.client)
    assert clients.by_bearer(home.state, token.access_token) is None
    assert clients.by_bearer(home.state, key.secret) == "expired"
    with home.state.everywhere() as state:
        assert clients.proved(state, made.client, made.secret) is None


def test_programs_of_another_organisation_are_out_of_reach(home):
    made = _new(home, "other")
    with home.state.of("home") as state:
        assert clients.listed(state) == []
        for act in (clients.revoke, clients.rotate):
            with pytest.raises(TanluError, match="TL484"):
                act(state, made.client)


def test_a_key_is_no_secret_of_a_program_and_a_secret_no_key(home):
    made, key = _new(home), _new(home, kind="key")
    with home.state.everywhere() as state:
        assert clients.proved(state, key.client, key.secret) is None
    assert clients.by_bearer(home.state, made.secret) is None
    assert clients.by_bearer(home.state, credentials.draw(credentials.KEY)) is None


def test_a_program_ends_tokens_of_its_own_only(home):
    made, other = _new(home), _new(home)
    token = _token(home, made).access_token
    with home.state.of("home") as state:
        assert not clients.revoke_token(state, other.client, token)
        assert clients.revoke_token(state, made.client, token)
