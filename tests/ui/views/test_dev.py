"""The developer's page: its lines work on this server, and every operation has a page."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.resources import describe
from tests.serving import HERE, browser, whole
from tests.ui.views.admin.test_people import act


def test_every_line_of_the_quick_start_works_with_the_key_that_is_made_here(home):
    app = whole(home)
    list(app.state.searching.update("home"))
    made = LexborHTMLParser(act(browser(app, "developer"), "/en/dev", act="key", days="30").text)
    lines = [node.text() for node in made.css(".code-block pre") if "curl" in node.text()]
    asked = [line for line in lines if "-d " not in line and "/v1/live" not in line]
    assert len(asked) >= 5
    outside = TestClient(app, base_url=HERE)
    for line in asked:
        key = re.search(r"Bearer (tlk_\w+)", line)
        url = re.search(r'"(http[^"]+)"$', line)[1]
        assert url.startswith(HERE)
        sent = {"authorization": f"Bearer {key[1]}"} if key else {}
        assert outside.get(url, headers=sent).status_code == 200, line


def test_the_key_of_the_quick_start_is_no_more_than_a_developers(home):
    app = whole(home)
    page = LexborHTMLParser(act(browser(app), "/en/dev", act="key", days="30").text)
    sent = {"authorization": f"Bearer {page.css_first('.secret code').text()}"}
    told = TestClient(app, base_url=HERE, headers=sent).get("/v1/me").json()
    assert told["role"] == "developer"


def test_every_operation_has_a_page(home):
    app = whole(home)
    client = browser(app, "developer")
    listed = LexborHTMLParser(client.get("/en/dev/api").text).css(".operation a")
    paths = describe(app)["paths"].values()
    count = sum(method != "options" for item in paths for method in item)
    assert len(listed) == count
    for link in listed:
        assert client.get(link.attributes["href"]).status_code == 200


def test_an_operation_that_there_is_not_is_not_found(home):
    assert browser(whole(home), "developer").get("/en/dev/api/none").status_code == 404
