"""One's own account: name, password, sessions, organisations."""

from __future__ import annotations

from tests.serving import HERE, PASSWORD, browser, person, program, whole

NEW = "another sentence that is long"


def _act(client, **fields):
    sent = {"csrf_token": client.headers["x-csrf-token"], **fields}
    return client.post("/en/me", data=sent, follow_redirects=False)


def test_one_is_called_as_one_wants_and_it_is_text(home):
    client = browser(whole(home))
    assert _act(client, act="call", shown="Lin <i>").status_code == 303
    page = client.get("/en/me").text
    assert "Lin &lt;i&gt;" in page
    assert "Lin <i>" not in page


def test_another_password_ends_all_other_sessions(home):
    app = whole(home)
    one, other = browser(app), browser(app)
    wrong = _act(one, act="password", old="wrong", new=NEW)
    assert wrong.status_code == 401
    assert "wrong" not in wrong.text.replace("-wrong", "").split("<main")[1]
    assert _act(one, act="password", old=PASSWORD, new=NEW).status_code == 303
    assert one.get("/en/me").status_code == 200
    assert other.get("/en/me", follow_redirects=False).status_code == 303


def test_one_goes_only_where_one_belongs(home):
    client = browser(whole(home))
    assert _act(client, act="go", organisation="other").status_code == 404
    person(home, "viewer", "other", "manager.home")
    assert _act(client, act="go", organisation="other").status_code == 303
    assert client.get("/v1/me").json()["organisation"] == "other"


def test_without_the_token_nothing_is_changed(home):
    client = browser(whole(home))
    del client.headers["x-csrf-token"]
    answer = client.post("/en/me", data={"act": "call", "shown": "x"})
    assert answer.status_code == 403
    assert client.get("/v1/me").json()["name"] == "manager.home"


def test_a_key_changes_no_person(home):
    key = program(whole(home))
    assert key.get("/en/me").status_code == 200
    assert key.post("/en/me", data={"act": "call", "shown": "x"}).status_code == 403


def test_logging_out_everywhere_leaves_no_session(home):
    app = whole(home)
    one, other = browser(app), browser(app)
    sent = {"csrf_token": one.headers["x-csrf-token"]}
    one.post("/auth/logout?everywhere=true", data=sent, headers={"origin": HERE})
    assert other.get("/en/me", follow_redirects=False).status_code == 303
