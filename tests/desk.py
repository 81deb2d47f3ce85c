"""A server's application with its jobs at work, asked as whoever is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.api import Home, Principal
from tanlu.store import open_workspace
from tests.serving import HERE, whole

HEAD = "运单号,发货日期,重量,距离(km),始发地,目的地,方式"
GOOD = "A1,2026-10-01,12,100,上海,杭州,公路"
BAD = "A2,2026-10-02,=cmd|x,100,上海,杭州,公路"
SAID = ("activity_id", "start", "mass_mg", "distance_m", "origin", "destination", "kind")


class Desk:
    """A browser without a window at the pages of one server."""

    def __init__(self, client: TestClient, become: Callable[[str, str], None], home: Home) -> None:
        self.client, self.become, self.home = client, become, home

    def get(self, path: str, **shape: Any) -> Any:
        return self.client.get(path, **shape)

    def post(self, path: str, **shape: Any) -> Any:
        return self.client.post(path, follow_redirects=False, **shape)

    def upload(self, *rows: str, name: str = "a.csv", encoding: str = "utf-8") -> str:
        """Bring a table and give the identity of its upload."""
        body = "\n".join((HEAD, *rows, "")).encode(encoding)
        answer = self.post("/en/data/import", files={"file": (name, body)})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].split("/")[4]

    def say(self, upload: str, **more: str) -> Any:
        """Say what the columns are, with the units."""
        form = {f"map:{place}": field for place, field in enumerate(SAID)}
        form |= {"unit:2": "t", "unit:3": "km"} | more
        return self.post(f"/en/data/import/{upload}/columns", data=form)

    def step(self, upload: str, name: str) -> str:
        """Ask for a step and give the text of its page once its job is over."""
        path = f"/en/data/import/{upload}/{name}"
        assert self.post(path).status_code == 303
        for _ in range(1200):
            text = self.get(path).text
            if "Done" in text or "Failed" in text or "could not" in text:
                return str(text)
            time.sleep(0.05)
        raise AssertionError(text)


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    """A server with an empty ledger and a second organisation, asked as a manager."""
    open_workspace(tmp_path / "books", create=True)
    home = Home(tmp_path / "books")
    home.found("other", "Other", "他方")
    who = [Principal("manager@home", "home", "manager")]

    def become(role: str, tenant: str = "home") -> None:
        who[0] = Principal(f"{role}@{tenant}", tenant, role)

    app = whole(home, identify=lambda _request: who[0])
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        yield Desk(client, become, home)
    home.close()
