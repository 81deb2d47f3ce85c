"""Members and invitations by their page."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.access import people
from tests.serving import browser, person, program, whole

AT = "/en/admin/people"


def act(client, at=AT, /, **fields):
    """Send a form of a page as it would be sent: with the token of the session."""
    sent = {"csrf_token": client.headers.get("x-csrf-token", ""), **fields}
    return client.post(at, data=sent, follow_redirects=False)


def test_an_invitation_is_shown_once_as_a_link(home):
    client = browser(whole(home))
    answer = act(client, act="invite", role="viewer", days="7", shown="Ann")
    link = LexborHTMLParser(answer.text).css_first(".secret code").text()
    assert "/join#" in link
    assert answer.headers["cache-control"] == "no-store"
    page = client.get(AT).text
    assert link.rpartition("#")[2] not in page
    assert "Ann" in page


def test_the_last_manager_stays_and_it_is_said(home):
    client = browser(whole(home))
    answer = act(client, act="end", person=person(home, "manager"))
    assert answer.status_code == 409
    assert "without a manager" in answer.text


def test_a_role_is_changed_and_one_that_there_is_not_is_refused(home):
    client, who = browser(whole(home)), person(home, "viewer")
    assert act(client, act="role", person=who, role="operator").status_code == 303
    assert act(client, act="role", person=who, role="device").status_code == 422
    with home.state.everywhere() as state:
        assert people.memberships(state, who)[0]["role"] == "operator"


def test_members_of_another_organisation_are_neither_seen_nor_changed(home):
    client, other = browser(whole(home)), person(home, "viewer", "other")
    assert "viewer.other" not in client.get(AT).text
    assert act(client, act="end", person=other).status_code == 404


def test_only_a_manager_and_never_a_key_lets_somebody_in(home):
    app = whole(home)
    assert act(browser(app, "developer"), act="invite", role="viewer").status_code == 403
    key = program(app)
    assert act(key, act="invite", role="manager", days="7").status_code == 403
    narrow = program(app, scopes=("shipments:read",))
    assert narrow.get(AT).status_code == 403
