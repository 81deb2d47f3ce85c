"""Who did something stands on the pages by his name, not by his identity."""

from __future__ import annotations

from typing import Any

import pytest

from tanlu.serve.access import people
from tests.desk import Desk, desk  # noqa: F401 - a fixture

GOOD = "A1,2026-10-01,12,100,上海,杭州,公路"


@pytest.fixture
def somebody(desk: Desk) -> str:  # noqa: F811
    """The name that people know the manager of the desk by."""
    with desk.home.state.everywhere() as state:
        people.add(state, "lin", None, shown="林晓", person="manager@home")
        people.join(state.of("home"), "manager@home", "manager")
    return "林晓"


def test_who_uploaded_a_file_is_told_by_name(desk: Any, somebody: str) -> None:  # noqa: F811
    desk.upload(GOOD)
    page = desk.get("/en/data/import").text.partition("<main")[2]

    assert somebody in page
    assert "manager@home" not in page


def test_whoever_is_not_known_stands_for_himself(desk: Any) -> None:  # noqa: F811
    desk.upload(GOOD)

    assert "manager@home" in desk.get("/en/data/import").text.partition("<main")[2]


def test_who_asked_for_a_job_is_told_by_name(desk: Any, somebody: str) -> None:  # noqa: F811
    upload = desk.upload(GOOD)
    desk.say(upload)
    desk.step(upload, "rehearse")
    name = desk.client.app.state.jobs.shelf.page("home", None, 1)[0][0]["id"]

    assert f"<dd>{somebody}</dd>" in desk.get(f"/en/admin/jobs/{name}").text
