"""The next page has the address that who asks knows."""

from __future__ import annotations

import pytest

from tanlu.serve.application import application
from tests.serving import program

PAGED = ("/v1/activities", "/v1/jobs", "/v1/audit", "/v1/shipments")


@pytest.mark.parametrize("public", [None, "https://park.example"])
def test_pages_are_walked_by_their_links_alone(home, public):
    app = application(home, public=public)
    manager = program(app, "manager")
    for _ in range(3):
        assert manager.post("/v1/jobs", json={"kind": "verify"}).status_code == 202
    for path in PAGED:
        first = manager.get(f"{path}?limit=1&lang=zh")
        url = first.json()["next"]
        assert first.headers["link"] == f'<{url}>; rel="next"', path
        assert url.startswith(f"{public or 'http://127.0.0.1:7391'}{path}?limit=1&lang=zh&"), path
        second = manager.get(url.replace(public or "", "") if public else url).json()
        rows = [told.get("items") or told.get("jobs") for told in (first.json(), second)]
        assert rows[0] != rows[1], path


def test_the_last_page_leads_nowhere(home):
    manager = program(application(home), "manager")
    for path in ("/v1/jobs", "/v1/activities?period=1999", "/v1/audit"):
        told = manager.get(path)
        assert told.json()["next"] is None, path
        assert "link" not in told.headers
