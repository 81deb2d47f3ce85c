"""Those who subscribed are told, signed, again until they heard it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tanlu.serve.exchange.epcis import signature, through
from tanlu.serve.exchange.epcis.telling import RETRY_S, Teller
from tanlu.share.egress import Egress
from tests.track.events import made

DEST = "https://hears.example.com/here?x=1"
HOOK = {"dest": DEST, "signatureToken": "secret", "stream": True}


def test_a_stream_tells_what_is_new_once_and_signs_it(repository, asker, shared: Path) -> None:
    repository.bring(asker, 1)
    made_ = asker.post("/epcis/queries/shipped/subscriptions", json=HOOK)
    assert made_.status_code == 201
    assert "secret" not in made_.text
    assert repository.look() == 0
    repository.bring(asker, 2, 3, 5)

    assert repository.look() == 1
    assert repository.look() == 0
    ((url, headers, body),) = repository.heard
    assert (url, repository.told()) == (DEST, [["5", "3"]])
    assert headers["GS1-Signature"] == signature("secret", body) != signature("other", body)
    assert made.official(shared).is_valid(json.loads(body))
    results = json.loads(body)["epcisBody"]["queryResults"]
    assert results["subscriptionID"] == made_.json()["subscriptionID"]
    assert asker.get(made_.headers["location"]).json()["lastNotifiedAt"]


def test_what_was_not_heard_is_told_again_later_and_later(repository, asker) -> None:
    asker.post("/epcis/queries/shipped/subscriptions", json=HOOK)
    repository.status = 500
    repository.bring(asker, 1)

    assert repository.look() == 0
    assert len(repository.heard) == 1
    # not at once again
    assert (repository.look(), len(repository.heard)) == (0, 1)
    assert (repository.look(RETRY_S + 1), len(repository.heard)) == (0, 2)
    assert (repository.look(RETRY_S + 2), len(repository.heard)) == (0, 2)
    repository.status = 204
    assert repository.look(4 * RETRY_S) == 1
    assert repository.told()[-1] == ["1"]


def test_what_is_too_much_at_once_is_told_in_pieces(repository, asker) -> None:
    asker.post("/epcis/queries/shipped/subscriptions", json=HOOK)
    repository.bring(asker, 1, 3, 5)

    def deliver(url: str, headers: Any, body: bytes) -> int:
        if len(made.events_of(json.loads(body))) > 2:
            return 413
        return repository.deliver(url, headers, body)

    assert Teller(repository.home, deliver).look(time.time_ns() // 1000 + 10**6) == 1
    assert sorted(one for told in repository.told() for one in told) == ["1", "3", "5"]


def test_the_first_message_goes_back_to_the_time_that_is_wished(repository, asker) -> None:
    repository.bring(asker, 1, 3)
    for since, count in (("2020-01-01T00:00:00Z", 2), ("2100-01-01T00:00:00Z", 0)):
        repository.heard.clear()
        asker.post("/epcis/queries/shipped/subscriptions",
                    json={**HOOK, "initialRecordTime": since})  # fmt: skip
        repository.look()
        assert sum(map(len, repository.told())) == count


def test_a_schedule_tells_when_its_time_has_come_also_that_there_is_nothing(
    repository, asker
) -> None:
    hook = {"dest": DEST, "schedule": {"minute": "[0-59]"}}
    asker.post("/epcis/queries/shipped/subscriptions", json={**hook, "reportIfEmpty": True})
    asker.post("/epcis/queries/shipped/subscriptions", json=hook)

    assert repository.look() == 0
    assert repository.look(61) == 1
    assert repository.told() == [[]]
    assert "GS1-Signature" not in repository.heard[0][1]
    repository.bring(asker, 1)
    assert repository.look(61) == 0
    assert repository.look(122) == 2
    assert repository.told()[1:] == [["1"], ["1"]]


def test_a_server_that_runs_tells_within_a_second(repository, asker) -> None:
    asker.post("/epcis/queries/shipped/subscriptions", json=HOOK)
    repository.epcis.start()
    repository.bring(asker, 1)
    for _ in range(300):
        if repository.heard:
            break
        time.sleep(0.01)

    assert repository.told() == [["1"]]


def test_an_address_that_may_not_be_reached_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    egress = Egress()

    assert through(egress)("http://127.0.0.1:9/hook", {}, b"{}") == 0
    assert through(egress)("https://169.254.169.254/latest", {}, b"{}") == 0
    answer = SimpleNamespace(status=204)
    monkeypatch.setattr(egress, "ask", lambda *_: answer)
    assert through(egress)("https://hears.example.com/", {}, b"{}") == 204
