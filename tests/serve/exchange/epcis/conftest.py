"""A repository of events behind the application, empty, with one that hears."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.api import Home
from tanlu.serve.exchange.epcis import Epcis
from tanlu.serve.exchange.epcis.telling import Teller
from tanlu.store import open_workspace
from tests.serving import client as client_of
from tests.track.events import made


class Repository:
    """A home with two organisations, the interface, and what was sent to subscribers."""

    def __init__(self, folder: Path) -> None:
        open_workspace(folder / "books", create=True)
        self.home = Home(folder / "books")
        self.home.found("other", "Other")
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.epcis = Epcis(self.home, self.deliver)

    def deliver(self, url: str, headers: Any, body: bytes) -> int:
        """Hear a message."""
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
        for _ in range(6000):
            job = client.get(answer.headers["location"]).json()
            if not job["running"]:
                return job
            time.sleep(0.01)
        raise AssertionError(job)

    def bring(self, client: TestClient, *numbers: int) -> None:
        """Bring events of which those with odd numbers are shipped."""
        events = [
            made.event(
                eventID=f"urn:e:{number}", bizStep="shipping" if number % 2 else "packing",
                eventTime=f"2026-03-0{number + 1}T00:00:00Z",
            )
            for number in numbers
        ]  # fmt: skip
        assert self.captured(client, made.document(events))["success"]

    def told(self) -> list[list[str]]:
        """Give the numbers of the events of each message that was heard."""
        return [
            [event["eventID"][-1] for event in made.events_of(json.loads(body))]
            for _, _, body in self.heard
        ]

    def look(self, ahead_s: float = 0) -> int:
        """Tell whose time has come, or would have come by then."""
        at = time.time_ns() // 1000 + int(ahead_s * 1e6)
        return Teller(self.home, self.deliver).look(at)


@pytest.fixture
def repository(tmp_path: Path):
    """An empty repository."""
    made = Repository(tmp_path)
    yield made
    made.epcis.close()
    made.home.close()


@pytest.fixture
def asker(repository: Repository) -> TestClient:
    """A client of a repository with a named query of what is shipped."""
    found = repository.client()
    query = {"name": "shipped", "query": {"EQ_bizStep": ["shipping"], "orderBy": "eventTime"}}
    answer = found.post("/epcis/queries", json=query)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/epcis/queries/shipped"
    return found


@pytest.fixture
def client(repository: Repository) -> TestClient:
    """A client of a repository with six events."""
    found = repository.client()
    events = [
        made.event(eventID=f"urn:e:{number}", bizStep="shipping" if number % 2 else "packing",
                   eventTime=f"2026-03-0{number + 1}T00:00:00Z", **{"ex:lane": number})
        for number in range(6)
    ]  # fmt: skip
    assert repository.captured(found, made.document(events))["success"]
    return found


def ids(answer: Any) -> list[str]:
    """Give the numbers of the events of an answer."""
    assert answer.status_code == 200, answer.text
    return [event["eventID"][-1] for event in made.events_of(answer.json())]
