"""What is asked again under the same key is done once."""

from __future__ import annotations

import threading
import time

import pytest

from tanlu.serve.resources import ROOMS
from tanlu.serve.resources.asking import once
from tanlu.serve.resources.rooms import intake
from tanlu.store.relational.tables import ANSWERS
from tests.serving import client

BODY = {"activities": [{"activity_id": "K1", "kind": "transport.road", "start": "2026-10-01"}]}
OTHER = {"activities": [{"activity_id": "K2", "kind": "transport.road", "start": "2026-10-01"}]}


def _post(asked, body=BODY, key="k-1", path="/v1/activities"):
    return asked.post(path, json=body, headers={"idempotency-key": key})


def test_the_answer_that_was_given_is_given_again_and_nothing_is_done(asked, home):
    first = _post(asked)
    version = home.workspace("home").version
    again = _post(asked)
    assert first.json()["rows_new"] == 1
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert home.workspace("home").version == version
    assert _post(asked, key="k-2").json()["rows_known"] == 1


def test_a_key_is_not_taken_for_another_request(asked):
    assert _post(asked).status_code == 200
    for told in (_post(asked, OTHER), _post(asked, path="/v1/activities?zone=UTC")):
        assert (told.status_code, told.json()["code"]) == (422, "TL469")


def test_a_key_belongs_to_who_uses_it(asked, home):
    assert _post(asked).status_code == 200
    operator = client(home, "operator", rooms=ROOMS)
    assert _post(operator, OTHER).json()["rows_new"] == 1
    theirs = client(home, rooms=ROOMS, tenant="other")
    assert _post(theirs, OTHER).json()["rows_new"] == 1


def test_what_failed_may_be_asked_again_with_its_key(asked):
    wrong = {"activities": [{"kind": "transport.road"}]}
    assert _post(asked, wrong).status_code == 422
    assert _post(asked).json()["rows_new"] == 1


def test_after_a_day_the_key_is_free(asked, home):
    assert _post(asked).status_code == 200
    with home.state.of("home") as state:
        state.change(ANSWERS, {"created_us": time.time_ns() // 1000 - once.DAY_US - 1})
    assert _post(asked, OTHER).json()["rows_new"] == 1


def test_two_at_the_same_time_are_done_once(asked, monkeypatch):
    inside, go = threading.Event(), threading.Event()

    def slow(*_):
        inside.set()
        assert go.wait(60)
        return {"rows_in": 1}

    monkeypatch.setattr(intake, "receipt", slow)
    answers = []
    first = threading.Thread(target=lambda: answers.append(_post(asked)))
    first.start()
    assert inside.wait(60)
    second = _post(asked)
    go.set()
    first.join()
    assert (second.status_code, second.json()["code"]) == (409, "TL463")
    assert answers[0].json() == {"rows_in": 1}


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
def test_a_key_that_is_none_is_refused(asked, key):
    assert _post(asked, key=key).status_code == 422
