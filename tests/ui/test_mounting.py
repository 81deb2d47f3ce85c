from __future__ import annotations

import pytest

from tanlu.serve.api import PUBLIC, permissions
from tanlu.ui import Moved, Shown, View


def shown(_context) -> Shown:
    return Shown("frame/error.html", {"said": "here"}, title="T")


VIEWS = (
    View("kit", "/open", shown, roles=(PUBLIC,), group="admin"),
    View("kit.closed", "/closed", shown, roles=("verifier",)),
    View("kit.form", "/form", lambda c: Moved(c.url("kit.closed")), methods=("GET", "POST")),
)


def test_every_page_says_whom_it_is_for(app) -> None:
    found = {path: roles for _, path, roles, _ in permissions(app(views=VIEWS))}

    assert found["/zh/closed"] == found["/en/closed"] == ("verifier",)
    assert found["/zh/open"] == (PUBLIC,)


def test_a_page_is_shown_to_its_roles_alone(asking) -> None:
    assert asking("verifier", views=VIEWS).get("/en/closed").status_code == 200
    refused = asking("viewer", views=VIEWS).get("/en/closed")

    assert refused.status_code == 403
    assert "[TL473]" in refused.text
    assert refused.headers["content-type"].startswith("text/html")


def test_who_has_no_login_is_led_to_it_and_back(asking) -> None:
    answer = asking(None, views=VIEWS).get("/zh/closed?a=1", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/zh/login?next=%2Fzh%2Fclosed%3Fa%3D1"


@pytest.mark.parametrize(("wants", "tongue"), [("en", "en"), ("zh-CN", "zh")])
def test_an_address_without_a_tongue_leads_to_the_one_of_the_browser(
    asking, wants: str, tongue: str
) -> None:
    answer = asking(views=VIEWS).get("/open?x=1", headers={"accept-language": wants})

    assert str(answer.url).endswith(f"/{tongue}/open?x=1")


def test_a_form_leads_on(asking) -> None:
    client = asking("verifier", views=VIEWS)

    assert client.post("/en/form", follow_redirects=False).headers["location"] == "/en/closed"
    moved = client.post("/en/form", headers={"hx-request": "true"}, follow_redirects=False)
    assert moved.headers["hx-redirect"] == "/en/closed"


def test_a_page_that_costs_leaves_threads_to_the_others(app):
    import threading
    from concurrent.futures import ThreadPoolExecutor

    from fastapi.testclient import TestClient

    from tanlu.ui.frame.page import Shown, View

    free = threading.Event()

    def slow(_context):
        assert free.wait(60)
        return Shown("dev/drawer.html")

    views = (
        View("overview", "/slow", slow),
        View("kit", "/quick", lambda _c: Shown("dev/drawer.html")),
    )
    with TestClient(app(views=views)) as client, ThreadPoolExecutor(60) as pool:
        waiting = [pool.submit(client.get, "/en/slow") for _ in range(50)]
        quick = pool.submit(client.get, "/en/quick").result(10)
        held = sum(not each.done() for each in waiting)
        free.set()

        assert quick.status_code == 200
        assert held == 50
        assert {each.result().status_code for each in waiting} == {200}


def test_what_a_page_keeps_is_computed_when_the_server_starts(app, home):
    import threading

    from fastapi.testclient import TestClient

    from tanlu.ui.frame.page import Shown, View

    warmed, both = [], threading.Event()

    def warms(workspace, language):
        warmed.append((workspace.path, language))
        if len(warmed) == 4:
            both.set()

    views = (View("kit", "/kept", lambda _c: Shown("dev/drawer.html"), warms=warms),)
    with TestClient(app(views=views)):
        assert both.wait(60)

    assert set(warmed) == {
        (home.workspace(tenant).path, language)
        for tenant in ("home", "other") for language in ("en", "zh")
    }  # fmt: skip
