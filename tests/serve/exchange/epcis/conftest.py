"""A repository of events behind the application, empty, with one that hears."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.api import Home
from tanlu.serve.exchange.epcis import Epcis
from tanlu.store import open_workspace
from tests.serving import client as client_of


class Repository:
    """A home with two organisations, the interface, and what was sent to subscribers."""

    def __init__(self, folder: Path) -> None:
        open_workspace(folder / "books", create=True)
        self.home = Home(folder / "books")
        self.home.found("other", "Other")
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.epcis = Epcis(self.home, self._deliver)

    def _deliver(self, url: str, headers: Any, body: bytes) -> int:
        self.heard.append((url, dict(headers), body))
        return self.status

    def client(self, role: str | None = "manager", tenant: str = "home") -> TestClient:
        """Give a client of somebody in a role."""
        forms = {self.epcis.paths: self.epcis.form}
        return client_of(self.home, role, tenant=tenant, rooms=self.epcis.rooms, forms=forms)

    def captured(self, client: TestClient, document: Any, **headers: str) -> dict[str, Any]:
        """Bring a document and give its job when it is done."""
        answer = client.post("/epcis/capture", json=document, headers=headers)
        assert answer.status_code == 202, answer.text
        for _ in range(500):
            job = client.get(answer.headers["location"]).json()
            if not job["running"]:
                return job
            time.sleep(0.01)
        raise AssertionError(job)


@pytest.fixture
def repository(tmp_path: Path):
    """An empty repository."""
    made = Repository(tmp_path)
    yield made
    made.epcis.close()
    made.home.close()
