"""Attacks on the whole, each as somebody hostile would begin it; those on one part stand there."""

from __future__ import annotations

import asyncio

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access import acts, people
from tanlu.store.relational.tables import METADATA
from tests.serve.access.matrix import Asking
from tests.serving import HERE, OBJECTS, PASSWORD, browser, person, program, whole


def _state(home):
    """All that is kept, save when somebody was last seen."""
    with home.state.everywhere() as state:
        return {
            table.name: [
                {name: value for name, value in row.items() if name != "seen_us"}
                for row in state.rows(table)
            ]
            for table in METADATA.sorted_tables
        }


def test_looking_changes_nothing_so_that_a_link_or_a_picture_does_nothing(home):
    asking = Asking(home)
    before = _state(home)
    for role in ("manager", "developer"):
        for method, path, _ in asking.routes():
            if method not in ("GET", "HEAD"):
                continue
            place = asking.place(path)
            # what a path names was made for it
            before = _state(home) if place != path else before
            asking.status(method, place, role)
            assert _state(home) == before, place


@pytest.mark.parametrize(
    "header",
    ["x-forwarded-user", "x-remote-user", "x-tenant", "x-organisation", "x-role", "x-user-id",
     "x-original-url", "x-rewrite-url", "x-http-method-override"],
)  # fmt: skip
def test_no_header_makes_anybody_more_than_he_is(app, home, header):
    person(home, "manager")
    outside = TestClient(app, base_url=HERE)
    for value in ("manager.home", "other", "manager", "/healthz", "GET"):
        assert outside.get("/v1/people", headers={header: value}).status_code == 401
        viewer = program(app, "viewer")
        assert viewer.get("/v1/people", headers={header: value}).status_code == 403
        told = viewer.get("/v1/me", headers={header: value}).json()
        assert (told["organisation"], told["role"]) == ("home", "viewer")


def test_no_query_and_no_path_makes_anybody_more_than_he_is(app):
    viewer = program(app, "viewer")
    for name, wish in (("tenant", "other"), ("organisation", "other"), ("role", "manager")):
        assert viewer.get(f"/v1/me?{name}={wish}").json()["code"] == "TL486", name
    told = viewer.get("/v1/me", headers={"x-role": "manager", "x-tenant": "other"}).json()
    assert (told["organisation"], told["role"]) == ("home", "viewer")
    for path in ("//v1/people", "/v1//people", "/v1/people/", "/V1/PEOPLE", "/v1/%70eople",
                 "/v1/me/../people", "/v1/people;x", "/v1/people%00", "/./v1/people"):  # fmt: skip
        assert viewer.get(path).status_code in (403, 404), path


def test_no_secret_stands_in_what_the_server_says_of_itself(app, home, capsys):
    sitting = browser(app)
    key = sitting.post("/v1/clients", json={"name": "k", "role": "viewer", "kind": "key"}).json()
    outside = TestClient(app, base_url=HERE, raise_server_exceptions=False)
    outside.get(f"/v1/me?access_token={key['secret']}")
    outside.post(f"/nowhere?token={key['secret']}", headers={"authorization": key["secret"]})
    with home.state.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE session RENAME TO gone")
    told = outside.post("/auth/login", json={"name": "manager.home", "password": PASSWORD})
    assert told.status_code == 500
    said = capsys.readouterr()
    with home.state.everywhere() as state:
        kept = str(state.rows(acts.ACTS))
    for secret in (key["secret"], PASSWORD, *sitting.cookies.values()):
        assert secret not in said.err + said.out
        assert secret not in told.text
        assert secret not in kept


def test_a_role_that_was_taken_away_is_gone_in_the_same_moment(app, home):
    bob, boss = browser(app, "operator"), browser(app)
    mine = person(home, "operator")
    boss.patch(f"/v1/people/{mine}", json={"role": "viewer"})
    assert bob.get("/v1/me").status_code == 401
    again = browser(app, "operator", "other")
    with home.state.of("other") as state:
        people.end(state, person(home, "operator", "other"))
    assert again.get("/v1/me").status_code == 401


def test_a_manager_here_reaches_nothing_there_by_any_route(app, home):
    boss = browser(app, "manager", "other")
    theirs = {name: make(home, "home") for name, make in OBJECTS.items()}
    before = _state(home)
    for path, method, sent in (
        (f"/v1/people/{theirs['person']}", "PATCH", {"role": "manager"}),
        (f"/v1/people/{theirs['person']}", "PATCH", {"ended": True}),
        (f"/v1/invitations/{theirs['invitation']}", "DELETE", None),
        (f"/v1/clients/{theirs['client']}", "DELETE", None),
        (f"/v1/clients/{theirs['client']}/secret", "POST", None),
    ):
        assert boss.request(method, path, json=sent).status_code == 404
    after = _state(home)
    assert {name for name in before if before[name] != after[name]} == {"act", "act_head"}
    assert boss.post("/v1/me/organisation", json={"organisation": "home"}).status_code == 404


def test_an_answer_to_one_is_kept_for_nobody_else(app):
    sitting = browser(app)
    assert sitting.get("/v1/me").headers["cache-control"] == "private, no-cache"


def test_no_page_is_put_into_a_frame_of_another(app):
    told = browser(app).get("/v1/me").headers
    assert "frame-ancestors 'none'" in told["content-security-policy"]


BODIES = {
    "broken": (b'{"a":', b"application/json"),
    "deep": (b"[" * 100_000, b"application/json"),
    "form": (b"a=" + b"b" * 100_000, b"application/x-www-form-urlencoded"),
    "parts": (b"--x\r\n" + b"y" * 100_000, b"multipart/form-data; boundary=x"),
    "none": (b"\xff" * 100_000, b"application/octet-stream"),
}


def _sent(app, method, path, kind, more=()):
    """Give status and code for nobody's request, and how often its body was asked for."""
    (body, media), asked, told, said = BODIES[kind], [], [], b""

    async def receive():
        asked.append(1)
        assert len(asked) < 100
        # it goes on for ever
        return {"type": "http.request", "body": body, "more_body": True}

    async def send(message):
        nonlocal said
        told.append(message.get("status"))
        said += message.get("body", b"")

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7391), "state": {},
        "headers": [(b"host", b"127.0.0.1:7391"), (b"content-type", media), *more],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return told[0], said, len(asked)


HEADERS = ((), ((b"content-length", b"99999999999"),), ((b"authorization", b"Bearer nobody"),))


def test_nobody_is_refused_before_a_body_is_read_by_any_route(home):
    asking = Asking(home)
    wrong, seen = [], 0
    for method, path, roles in asking.routes():
        if "public" in roles:
            continue
        seen += 1
        place, looks = asking.place(path), method in ("GET", "HEAD")
        # a page leads to the login, or is not built; iLEAP has a word of its own for who is nobody
        right = (303, 307, 401, 403, 503) if looks else (401,)
        for kind in ("broken",) if looks else BODIES:
            for more in HEADERS if kind == "broken" else HEADERS[:1]:
                status, said, asked = _sent(asking.app, method, place, kind, more)
                if status not in right or asked:
                    wrong.append((method, path, kind, status, asked, said[:80]))
    assert wrong == []
    assert seen > 200


def test_who_may_not_is_refused_before_a_body_is_read(app):
    viewer = program(app, "viewer")
    told = [(b"authorization", viewer.headers["authorization"].encode())]
    for path in ("/v1/hooks", "/v1/activities", "/v1/people/x", "/epcis/queries"):
        method = "PATCH" if path.endswith("/x") else "POST"
        status, _, asked = _sent(app, method, path, "broken", told)
        assert (status, asked) == (403, 0), path


def test_what_is_open_to_all_reads_little_of_what_nobody_sends(home):
    app = whole(home)
    for path in ("/auth/login", "/auth/join", "/auth/token", "/auth/introspect", "/settings"):
        for kind in ("form", "parts", "none"):
            status, said, asked = _sent(app, "POST", path, kind)
            assert status in (400, 401, 413, 422), (path, kind, status)
            assert asked <= 2, (path, kind)
            if status == 413 and said:
                assert "TL467" in said.decode(), path


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_nothing_of_a_person_is_packed_for_another_site(home, site):
    sitting = browser(whole(home))
    told = {"accept-encoding": "gzip, br, deflate, zstd"}
    if site:
        told["sec-fetch-site"] = site
    names = ("/en/me", "/en/admin/people", "/en/shipments", "/en/dev", "/v1/me", "/v1/people")
    for path in names:
        answer = sitting.get(path, headers=told, follow_redirects=False)
        assert answer.status_code != 404, path
        assert "content-encoding" not in answer.headers, path
    # what a person asks for himself is, where the pages are built
    asked = sitting.get("/en/me", headers={**told, "sec-fetch-site": "none"})
    assert asked.headers.get("content-encoding", "") == ("gzip" if asked.status_code == 200 else "")
