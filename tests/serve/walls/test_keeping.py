"""Wall links, in the state."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.walls import keeping
from tanlu.serve.walls.keeping import WALLS


def made(home, tenant="home", parks=("xian",), **change):
    told = {"known": ("xian", "xi'an 2"), "title": "hall", "days": 3, "network": False,
            "language": "zh", "by": "x"} | change  # fmt: skip
    with home.state.of(tenant) as scoped:
        return keeping.invited(scoped, parks, **told)


def test_neither_the_secret_nor_what_it_is_exchanged_for_is_kept(home):
    name, secret = made(home)
    cookie = keeping.exchanged(secret)
    with home.state.of("home") as scoped:
        kept = str(scoped.rows(WALLS))
        told = keeping.listed(scoped)
    assert secret not in kept
    assert cookie not in kept
    assert cookie != secret
    assert [row["wall"] for row in told] == [name]
    assert not {"secret", "cookie"} & set(told[0])


def test_the_secret_and_the_cookie_each_open_by_their_own_door_alone(home):
    _, secret = made(home, tenant="other")
    wall = keeping.entered(home.state, secret)
    assert (wall.tenant, wall.parks) == ("other", ("xian",))
    assert wall.topics == ("park:xian", "events:xian")
    assert keeping.found(home.state, keeping.exchanged(secret)) == wall
    for wrong in (secret, "", "x", "\ud800"):
        with pytest.raises(TanluError, match="TL470"):
            keeping.found(home.state, wrong)
    with pytest.raises(TanluError, match="TL470"):
        keeping.entered(home.state, keeping.exchanged(secret))


def test_a_link_that_was_ended_or_is_over_opens_nothing(home):
    name, secret = made(home)
    with home.state.of("other") as scoped, pytest.raises(TanluError, match="TL931"):
        keeping.ended(scoped, name)
    keeping.entered(home.state, secret)
    with home.state.of("home") as scoped:
        keeping.ended(scoped, name)
    for ask, sent in ((keeping.entered, secret), (keeping.found, keeping.exchanged(secret))):
        with pytest.raises(TanluError, match="TL472"):
            ask(home.state, sent)
    with home.state.of("home") as scoped, pytest.raises(TanluError, match="TL931"):
        keeping.ended(scoped, name)
    _, other = made(home)
    with home.state.of("home") as scoped:
        scoped.change(WALLS, {"until_us": 1})
    with pytest.raises(TanluError, match="TL472"):
        keeping.entered(home.state, other)


def test_what_the_network_shows_is_watched_only_where_the_link_says_so(home):
    _, secret = made(home, parks=(), network=True)
    assert keeping.entered(home.state, secret).topics == ("parks", "kpi", "events")


@pytest.mark.parametrize(("parks", "change"), [
    ((), {}), (("there-is-none",), {}), (("xian",), {"days": 0}), (("xian",), {"days": 367}),
    (("xian",), {"language": "fr"}), (("xian",), {"title": "a\nb"}),
    (tuple("abcdefg"), {"known": "abcdefg"}),
])  # fmt: skip
def test_what_cannot_be_shown_makes_no_link(home, parks, change):
    with pytest.raises(TanluError, match="TL936"):
        made(home, parks=parks, **change)
