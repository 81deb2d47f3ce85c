"""A browser keeps a page of a version of the ledger, never one in which anything has changed."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from tanlu.serve.access import people
from tanlu.serve.api import Asked, Principal
from tanlu.store.relational.tables import TENANTS
from tanlu.ui import Shown, View
from tanlu.ui.frame.page import told
from tanlu.ui.views import views
from tests.serve.resources.walking import activities
from tests.serving import HERE, browser, person, whole

PAGE = "/en/totals?by=kind"


@pytest.fixture
def served(home):
    """The whole application over a ledger of its own."""
    return whole(home)


def has(client: TestClient, tag: str, path: str = PAGE, **headers: str) -> bool:
    """Ask for a page that one has: whether it is still the same."""
    answer = client.get(path, headers={"if-none-match": tag, **headers})
    assert answer.status_code in (200, 304), answer.text
    assert (answer.status_code == 304) == (not answer.content)
    return answer.status_code == 304


def test_who_has_a_page_of_this_version_is_told_so(served):
    manager = browser(served)
    first = manager.get(PAGE)
    tag = first.headers["etag"]

    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    assert {"HX-Request", "Cookie"} <= set(first.headers["vary"].split(", "))
    again = manager.get(PAGE, headers={"if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "cache-control", "content-security-policy"):
        assert again.headers[name] == first.headers[name]
    assert {"HX-Request", "Cookie"} <= set(again.headers["vary"].split(", "))
    assert not has(manager, '"other"')


def test_what_comes_into_the_ledger_is_seen(served):
    manager = browser(served)
    tag = manager.get(PAGE).headers["etag"]
    served.state.home.workspace("home").append("activity", activities(900, 1))

    assert not has(manager, tag)


def test_another_address_tongue_theme_or_part_is_another_page(served):
    manager = browser(served)
    tag = manager.get(PAGE).headers["etag"]

    assert not has(manager, tag, "/zh/totals?by=kind")
    assert not has(manager, tag, "/en/totals?by=tier")
    assert not has(manager, tag, "/en/totals/shipments?by=kind")
    assert not has(manager, tag, **{"hx-request": "true"})
    manager.cookies.set("theme", "dark")
    assert not has(manager, tag)


def test_another_person_session_or_organisation_gets_a_page_of_its_own(served):
    manager = browser(served)
    token, tag = manager.headers["x-csrf-token"], manager.get(PAGE).headers["etag"]
    others = [browser(served), browser(served, "viewer"), browser(served, tenant="other")]
    tags = [tag, *(other.get(PAGE).headers["etag"] for other in others)]

    assert len(set(tags)) == len(tags)
    assert not any(has(other, tag) for other in others)
    # who logs in again gets the token of that session and never the one before
    assert others[0].headers["x-csrf-token"] != token
    assert others[0].headers["x-csrf-token"] in others[0].get(PAGE).text


def test_a_change_of_rights_is_seen_at_once(home):
    who = Principal("ann", "home", "manager")
    client = TestClient(whole(home, identify=lambda _: who), raise_server_exceptions=False)
    tag = client.get(PAGE).headers["etag"]
    assert has(client, tag)
    for change in ({"role": "viewer"}, {"scopes": ("totals:read",)}, {"name": "Ann"}):
        who = dataclasses.replace(Principal("ann", "home", "manager"), **change)
        assert not has(client, tag), change
    for change in ({"role": "supplier"}, {"scopes": ("reports:read",)}):
        who = dataclasses.replace(Principal("ann", "home", "manager"), **change)
        assert client.get(PAGE, headers={"if-none-match": tag}).status_code == 403, change


def test_another_role_ends_the_session_that_had_the_page(served):
    home, manager = served.state.home, browser(served)
    tag = manager.get(PAGE).headers["etag"]
    # somebody must be left who manages
    person(home, "manager", name="another")
    who = person(home, "manager")
    with home.state.of("home") as state:
        people.change_role(state, who, "viewer")

    answer = manager.get(PAGE, headers={"if-none-match": tag}, follow_redirects=False)
    assert answer.status_code == 303


def test_who_has_logged_out_is_not_told_that_nothing_changed(served):
    manager = browser(served)
    tag = manager.get(PAGE).headers["etag"]
    assert manager.post("/auth/logout").status_code < 400
    gone = TestClient(served, base_url=HERE, follow_redirects=False)

    for client in (manager, gone):
        answer = client.get(PAGE, headers={"if-none-match": tag}, follow_redirects=False)
        assert answer.status_code == 303


def test_what_the_frame_says_is_part_of_the_page(served):
    home, manager = served.state.home, browser(served)
    tag = manager.get(PAGE).headers["etag"]
    with home.state.everywhere() as state:
        state.change(TENANTS, {"name": "Renamed"}, TENANTS.c.slug == "home")

    assert not has(manager, tag)
    assert "Renamed" in manager.get(PAGE).text


def test_what_is_told_once_or_went_wrong_is_not_kept(asking):
    def once(context) -> Shown:
        toast = told("Saved") if context.query("saved") else {}
        return Shown("frame/error.html", {"said": "here"}, "T", headers=toast)

    client = asking(views=(View("kit", "/once", once, of_ledger=True),))
    assert "etag" in client.get("/en/once").headers
    said = client.get("/en/once?saved=1")
    assert "HX-Trigger" in said.headers
    assert "etag" not in said.headers
    lost = asking().get("/en/calculation/shipment:none")
    assert lost.status_code == 404
    assert "etag" not in lost.headers


def test_a_page_that_shows_more_than_the_ledger_is_never_kept(asking):
    client = asking()
    for path in ("/en/", "/en/jobs", "/en/quality", "/en/dev/kit"):
        assert "etag" not in client.get(path).headers, path


class _Ledgers:
    """The ledgers of a home, and nothing else of it."""

    def __init__(self, home) -> None:
        self.workspace = home.workspace


OPENED: list[str] | None = None


def _opened(event: str, about: tuple[object, ...]) -> None:
    if event == "open" and OPENED is not None:
        OPENED.append(str(about[0]))


sys.addaudithook(_opened)


def _alone(view: View) -> View:
    """Give a view that gets at nothing of the server but ledgers, and notes what it opens."""

    def show(context):
        global OPENED
        scope = {name: part for name, part in context.request.scope.items() if name != "app"}
        asked = Asked(Request(scope), _Ledgers(context.asked.home), context.asked.principal)
        OPENED = []
        return view.show(dataclasses.replace(context, asked=asked))

    return dataclasses.replace(view, show=show)


def test_a_page_of_the_ledger_reads_nothing_else(asking, home):
    """What is kept by the version of a ledger must not show what changes without one."""
    global OPENED
    mine = [view for view in views() if view.of_ledger]
    ledger = home.workspace("home")
    subject = ledger.scan("emission").select("subject").drop_nulls().first().collect().item()
    client = asking(views=[_alone(view) if view.of_ledger else view for view in views()])
    assert mine
    for view in mine:
        answer = client.get(f"/en{view.path}".replace("{subject:path}", subject))
        assert answer.status_code == 200, (view.name, answer.text)
        opened, OPENED = OPENED, None
        inside = [Path(name) for name in opened if name.startswith(f"{ledger.path}/")]
        rooms = {name.relative_to(ledger.path).parts[0] for name in inside}
        assert rooms <= {"index", "originals"}, view.name
