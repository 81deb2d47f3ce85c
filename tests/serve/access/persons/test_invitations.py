"""Invitations."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access.persons import invitations, people
from tanlu.store.relational.tables.access import INVITATIONS
from tests.serving import person


def _invited(home, role="viewer", tenant="home", **more):
    with home.state.of(tenant) as state:
        return invitations.invite(state, role, by="p_x", **more)


def test_an_invitation_lets_one_person_in_once(home):
    made, ann, bob = _invited(home), person(home, "viewer", "other"), person(home, "viewer")
    with home.state.everywhere() as state:
        assert invitations.accept(state, made.secret, ann) == "home"
        with pytest.raises(TanluError, match="TL961"):
            invitations.accept(state, made.secret, bob)
        places = people.memberships(state, ann)
    assert {place["tenant"]: place["role"] for place in places} == {
        "other": "viewer",
        "home": "viewer",
    }


def test_an_invitation_is_over_after_its_time_and_when_it_is_taken_back(home):
    late, gone = _invited(home, lasts_us=0), _invited(home)
    with home.state.of("home") as state:
        invitations.withdraw(state, gone.invitation)
    with home.state.everywhere() as state:
        for each in (late, gone):
            with pytest.raises(TanluError, match="TL961"):
                invitations.pending(state, each.secret)


def test_the_secret_is_not_kept_and_others_do_not_see_or_end_it(home):
    made = _invited(home)
    with home.state.everywhere() as state:
        assert made.secret not in str(state.rows(INVITATIONS))
    with home.state.of("other") as state:
        assert invitations.listed(state) == []
        with pytest.raises(TanluError, match="TL484"):
            invitations.withdraw(state, made.invitation)
    with home.state.of("home") as state:
        (row,) = invitations.listed(state)
    assert row["invitation"] == made.invitation
    assert "secret" not in row
