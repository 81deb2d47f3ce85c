from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.ui import Shown, View

pytestmark = pytest.mark.reads


def test_the_navigation_is_made_of_the_views_that_the_person_may_open(asking) -> None:
    def shown(_context) -> Shown:
        return Shown("frame/error.html", {"said": ""}, title="T")

    views = (
        View("kit", "/one", shown, group="account"),
        View("kit.two", "/two", shown, group="trust", roles=("verifier",)),
        View("kit.three", "/three", shown),
    )
    page = LexborHTMLParser(asking("viewer", views=views).get("/en/one").text)
    links = [(link.text(strip=True), link.attributes) for link in page.css("nav.side li a")]

    assert [(said, link["href"], link.get("aria-current")) for said, link in links] == [
        ("Kit", "/en/one", "page")
    ]
