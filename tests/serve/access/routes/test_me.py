"""Who I am."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tanlu.serve.access.persons import invitations, people, sessions
from tests.serving import HERE, PASSWORD, browser, person, program

NEW = "another sentence, quite long"


def test_who_asks_is_told_what_he_may_and_where(app, home):
    made = person(home, "viewer")
    with home.state.of("other") as state:
        people.join(state, made, "operator")
    told = browser(app, "viewer").get("/v1/me").json()
    assert (told["identity"], told["organisation"], told["role"]) == (made, "home", "viewer")
    assert told["csrf_token"]
    places = [(each["slug"], each["role"]) for each in told["organisations"]]
    assert places == [("home", "viewer"), ("other", "operator")]
    told = program(app, "developer", scopes=("a:read",)).get("/v1/me").json()
    assert (told["kind"], told["scopes"], told["csrf_token"]) == ("client", ["a:read"], None)
    assert [each["slug"] for each in told["organisations"]] == ["home"]


def test_another_organisation_is_another_session_with_another_token(app, home):
    made = person(home, "viewer")
    with home.state.of("other") as state:
        people.join(state, made, "operator")
    sitting = browser(app, "viewer")
    before, token = dict(sitting.cookies), sitting.headers["x-csrf-token"]
    told = sitting.post("/v1/me/organisation", json={"organisation": "other"})
    assert (told.json()["organisation"], told.json()["role"]) == ("other", "operator")
    assert dict(sitting.cookies) != before
    assert told.json()["csrf_token"] != token
    assert sessions.read(home.state, before["tanlu"]) is None
    assert sitting.get("/v1/me").json()["organisation"] == "other"


def test_nobody_goes_where_he_is_no_member(app, home):
    sitting = browser(app, "manager")
    for where in ("other", "none", "%", "../other"):
        told = sitting.post("/v1/me/organisation", json={"organisation": where})
        assert (told.status_code, told.json()["code"]) == (404, "TL483")
    assert sitting.get("/v1/me").json()["organisation"] == "home"
    assert program(app).post("/v1/me/organisation", json={"organisation": "home"}).json()[
        "code"
    ] == "TL964"  # fmt: skip


def test_going_elsewhere_does_not_make_the_session_longer(app, home, monkeypatch):
    sitting = browser(app, "viewer")
    later = sessions.now_us() + sessions.IDLE_US - 1_000_000
    monkeypatch.setattr(sessions, "now_us", lambda: later)
    assert sitting.post("/v1/me/organisation", json={"organisation": "home"}).status_code == 200
    end = later + sessions.WHOLE_US - sessions.IDLE_US + 1_000_000
    with home.state.everywhere() as state:
        (row,) = state.rows(sessions.SESSIONS)
    assert row["until_us"] <= end + 60_000_000


def test_who_is_known_accepts_an_invitation_as_who_he_is(app, home):
    with home.state.of("other") as state:
        made = invitations.invite(state, "verifier", by="p_x")
    sitting = browser(app, "viewer")
    told = sitting.post("/v1/me/join", json={"invitation": made.secret}).json()
    assert (told["organisation"], told["role"]) == ("other", "verifier")
    sitting.headers["x-csrf-token"] = told["csrf_token"]
    again = sitting.post("/v1/me/join", json={"invitation": made.secret})
    assert again.json()["code"] == "TL961"


def test_a_new_password_needs_the_old_one_and_ends_all_other_sessions(app, home):
    one, other = browser(app, "viewer"), browser(app, "viewer")
    wrong = one.post("/v1/me/password", json={"old": "wrong", "new": NEW})
    assert wrong.json()["code"] == "TL475"
    weak = one.post("/v1/me/password", json={"old": PASSWORD, "new": "short"})
    assert weak.json()["code"] == "TL478"
    told = one.post("/v1/me/password", json={"old": PASSWORD, "new": NEW})
    assert told.status_code == 200
    assert one.get("/v1/me").status_code == 200
    assert other.get("/v1/me").json()["code"] == "TL471"
    outside = TestClient(app, base_url=HERE)
    sent = {"name": "viewer.home", "password": PASSWORD}
    assert outside.post("/auth/login", json=sent).status_code == 401
    assert outside.post("/auth/login", json={**sent, "password": NEW}).status_code == 200


def test_an_open_session_does_not_help_to_guess_the_password(app):
    sitting = browser(app, "viewer")
    told = [
        sitting.post("/v1/me/password", json={"old": f"wrong {number}", "new": NEW}).status_code
        for number in range(7)
    ]
    assert told == [401] * 5 + [429] * 2
