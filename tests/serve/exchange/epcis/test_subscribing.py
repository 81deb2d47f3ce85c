"""Subscriptions made, shown and ended."""

from __future__ import annotations

from typing import Any

import pytest

from tanlu.serve.exchange.epcis import Epcis
from tanlu.store.relational.tables.epcis import EPCIS_SUBSCRIPTIONS

DEST = "https://hears.example.com/here?x=1"
HOOK = {"dest": DEST, "signatureToken": "secret", "stream": True}


@pytest.mark.parametrize(
    "change",
    [
        {"dest": "ftp://a.b/c"}, {"dest": None}, {"dest": "https://"}, {"dest": "https://[x"},
        {"stream": False}, {"schedule": {"hour": "1"}}, {"signatureToken": ""},
        {"signatureToken": 5}, {"initialRecordTime": "soon"}, {"colour": "red"},
        {"stream": None, "schedule": {}}, {"stream": None, "schedule": {"hour": "25"}},
        {"stream": None, "schedule": {"hours": "1"}}, {"stream": None, "schedule": {"hour": "x"}},
        {"stream": None, "schedule": {"dayOfMonth": "31", "month": "2"}},
    ],
)  # fmt: skip
def test_a_subscription_that_does_not_hold_is_refused(asker, change: dict[str, Any]) -> None:
    answer = asker.post("/epcis/queries/shipped/subscriptions", json={**HOOK, **change})

    assert answer.status_code == 400, answer.text
    assert asker.get("/epcis/queries/shipped/subscriptions").json() == []


def test_subscriptions_are_listed_and_end_alone_or_with_their_query(repository, asker) -> None:
    places = [
        asker.post("/epcis/queries/shipped/subscriptions", json=HOOK).headers["location"]
        for _ in range(3)
    ]
    first = asker.get("/epcis/queries/shipped/subscriptions?perPage=2")
    rest = asker.get(first.links["next"]["url"])
    assert len(first.json() + rest.json()) == 3
    other = repository.client(tenant="other")
    assert other.get(places[0]).status_code == other.delete(places[0]).status_code == 404
    assert asker.delete(places[0]).status_code == 204
    assert asker.get(places[0]).status_code == asker.delete(places[0]).status_code == 404
    asker.delete("/epcis/queries/shipped")
    with repository.home.state.of("home") as state:
        assert state.rows(EPCIS_SUBSCRIPTIONS) == []


def test_without_somebody_who_sends_nobody_can_subscribe(repository) -> None:
    quiet = Epcis(repository.home)
    repository.epcis, before = quiet, repository.epcis
    asker = repository.client()
    asker.post("/epcis/queries", json={"name": "q", "query": {}})
    answer = asker.post("/epcis/queries/q/subscriptions", json=HOOK)
    repository.epcis = before

    assert answer.status_code == 501
    assert answer.json()["type"] == "epcisException:ImplementationException"
