"""Links for guests, in the state."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve import guests


def made(home, tenant="home", **change):
    told = {"title": "t", "period": "2026", "days": 3, "version": 1, "by": "x"} | change
    kinds = told.pop("kinds", ["transport"])
    with home.state.of(tenant) as scoped:
        return guests.invited(scoped, kinds, **told)


def test_the_secret_finds_the_link_and_each_look_is_counted_unless_it_is_a_picture(home):
    secret = made(home)
    assert guests.found(home.state, secret)["tenant"] == "home"
    guests.found(home.state, secret, counts=False)
    with home.state.of("home") as scoped:
        assert [row["seen"] for row in guests.listed(scoped)] == [1]


def test_a_link_ends_for_its_organisation_alone(home):
    secret = made(home)
    guest = guests.found(home.state, secret)["guest"]
    with home.state.of("other") as scoped, pytest.raises(TanluError, match="TL931"):
        guests.ended(scoped, guest)
    with home.state.of("home") as scoped:
        guests.ended(scoped, guest)
    with pytest.raises(TanluError, match="TL933"):
        guests.found(home.state, secret)


@pytest.mark.parametrize("change", [{"kinds": []}, {"kinds": ["x"]}, {"days": 0}, {"days": 367}])
def test_a_scope_or_time_that_there_is_not_is_refused(home, change):
    with pytest.raises(TanluError, match="TL935"):
        made(home, **change)
