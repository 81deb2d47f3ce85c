"""What the keeper of the machine does himself."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tanlu.errors import TanluError
from tanlu.serve.access import Keeper, acts
from tanlu.serve.access.persons import people
from tanlu.serve.exchange import answers
from tanlu.share.exchange.pact import Partner
from tests.serving import HERE, browser


@pytest.fixture
def keeper(home):
    return Keeper(home, "root")


def test_the_first_manager_comes_in_by_a_link_that_holds_once(app, keeper):
    old, made = keeper.first(), keeper.first()
    outside = TestClient(app, base_url=HERE)
    sent = {"name": "ann", "password": "a quite good sentence"}
    told = outside.post("/auth/join", json={**sent, "invitation": old.secret})
    assert told.json()["code"] == "TL961"
    told = outside.post("/auth/join", json={**sent, "invitation": made.secret})
    assert (told.json()["role"], told.json()["organisation"]) == ("manager", "home")
    assert keeper.first() is None
    assert keeper.first("other") is not None


def test_persons_are_let_in_disabled_and_given_passwords(app, home, keeper):
    drawn = keeper.add("Ann", "manager")
    assert people.proved(home.state, "ann", drawn)
    assert keeper.add("ann", "viewer", tenant="other") is None
    fresh = keeper.password("ann")
    assert people.proved(home.state, "ann", drawn) is None
    keeper.disable("ann")
    assert people.proved(home.state, "ann", fresh) is None
    keeper.disable("ann", undo=True)
    assert people.proved(home.state, "ann", fresh)
    (row,) = keeper.people("other")
    assert (row["name"], row["shown"], row["role"]) == ("ann", "Ann", "viewer")
    for tenant, count in (("home", 4), ("other", 4)):
        with home.state.of(tenant) as state:
            rows = acts.page(state)
        assert (len(rows), {row["kind"] for row in rows}) == (count, {"keeper"})
        assert drawn not in str(rows)
        assert fresh not in str(rows)


def test_who_is_disabled_is_out_in_the_same_moment(app, keeper):
    sitting = browser(app, "viewer")
    keeper.disable("viewer.home")
    assert sitting.get("/v1/me").status_code == 401


def test_programs_are_made_and_ended(app, keeper):
    key = keeper.new_client("till", "viewer", key=True, scopes=("a:read",), days=1)
    outside = TestClient(app, base_url=HERE)
    said = {"authorization": f"Bearer {key.secret}"}
    assert outside.get("/v1/me", headers=said).json()["scopes"] == ["a:read"]
    (row,) = keeper.clients()
    assert (row["client"], row["by"]) == (key.client, "keeper root")
    keeper.revoke(key.client)
    assert outside.get("/v1/me", headers=said).status_code == 401


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda k: k.add("a b", "viewer"), "TL479"), (lambda k: k.add("ann", "king"), "TL966"),
        (lambda k: k.add("ann", "viewer", tenant="none"), "TL483"),
        (lambda k: k.password("nobody"), "TL484"), (lambda k: k.disable("nobody"), "TL484"),
        (lambda k: k.people("none"), "TL483"), (lambda k: k.clients("none"), "TL483"),
        (lambda k: k.revoke("c_x"), "TL484"), (lambda k: k.revoke("c_x", "none"), "TL483"),
        (lambda k: k.new_client("x", "device"), "TL966"),
        (lambda k: k.new_client("x", "viewer", tenant="none"), "TL483"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(keeper, act, code):
    with pytest.raises(TanluError, match=code):
        act(keeper)


def test_the_secrets_of_partners_and_webhooks_are_sealed_anew(home, keeper):
    with home.state.of("other") as state:
        answers.befriend(state, Partner("https://a.example", "us", "sesame"))
    assert keeper.rekey() == 1
    with home.state.of("other") as state:
        assert answers.friend_of(state, "https://a.example")[0].secret == "sesame"
    with home.state.of("home") as state:
        assert state.rows(acts.ACTS)[-1]["what"] == "client rekey"
