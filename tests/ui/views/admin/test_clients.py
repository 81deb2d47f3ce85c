"""Programs by their page: a secret that works and is shown once; nobody gives more than he has."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from tests.serving import HERE, browser, whole
from tests.ui.views.admin.test_people import act

AT = "/en/admin/clients"


def _secrets(answer):
    return [node.text() for node in LexborHTMLParser(answer.text).css(".secret code")]


@pytest.mark.parametrize("kind", ["key", "oauth"])
def test_the_secret_that_is_shown_opens_the_api(home, kind):
    app = whole(home)
    client = browser(app)
    made = act(client, AT, act="new", name="ERP", kind=kind, role="viewer", days="30")
    name, secret = _secrets(made)
    outside = TestClient(app, base_url=HERE)
    if kind == "oauth":
        sent = {"grant_type": "client_credentials"}
        secret = outside.post("/auth/token", data=sent, auth=(name, secret)).json()["access_token"]
    sent = {"authorization": f"Bearer {secret}"}
    assert outside.get("/v1/me", headers=sent).json()["role"] == "viewer"
    page = client.get(AT).text
    assert name in page
    assert secret not in page


def test_a_developer_makes_no_manager_and_ends_none(home):
    app = whole(home)
    name = _secrets(act(browser(app), AT, act="new", name="M", kind="key", role="manager"))[0]
    developer = browser(app, "developer")
    wanted = act(developer, AT, act="new", name="X", kind="key", role="manager")
    assert wanted.status_code == 403
    assert 'value="X"' in wanted.text
    for what in ("rotate", "revoke"):
        assert act(developer, AT, act=what, client=name).status_code == 403
    roles = LexborHTMLParser(developer.get(AT).text).css("#f-role option")
    assert {each.attributes["value"] for each in roles} == {"viewer", "developer"}


def test_a_revoked_key_opens_nothing(home):
    app = whole(home)
    client = browser(app)
    name, secret = _secrets(act(client, AT, act="new", name="K", kind="key", role="viewer"))
    assert act(client, AT, act="revoke", client=name).status_code == 303
    outside = TestClient(app, base_url=HERE, headers={"authorization": f"Bearer {secret}"})
    assert outside.get("/v1/me").status_code == 401


def test_a_name_is_text(home):
    client = browser(whole(home))
    page = act(client, AT, act="new", name="<script>1</script>", kind="key", role="viewer")
    assert "<script>1" not in page.text
