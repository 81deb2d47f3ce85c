"""Answers that go out."""

from __future__ import annotations

import threading
import time

import pytest

from tanlu.errors import TanluError
from tanlu.serve.exchange import answers
from tanlu.share.exchange.pact import Partner, events
from tanlu.store.relational import open_state
from tanlu.store.relational.tables import pact as tables
from tests.serve.exchange.host import WEBHOOK, Outside
from tests.share.exchange.pact.told import AT

HOUR = 3600 * 1_000_000


@pytest.fixture
def state(tmp_path):
    opened = open_state(tmp_path / "state.db")
    with opened.of("a") as mine:
        answers.befriend(mine, Partner(f"{WEBHOOK}/3/events", "us", "old"))
        answers.befriend(mine, Partner(WEBHOOK, "us", "our-secret"), near=True)
        answers.queue(mine, WEBHOOK, events.published(3, "https://us.example", [], at=AT))
    yield opened
    opened.close()


def _rows(state, table=tables.ANSWERS):
    with state.of("a") as mine:
        return mine.rows(table)


def test_an_answer_goes_out_once_with_the_partners_own_credentials(state):
    outside = Outside()
    assert answers.deliver(state, "b", outside.reaching) == 0
    assert answers.deliver(state, "a", outside.reaching) == 1
    assert answers.deliver(state, "a", outside.reaching) == 0
    assert [row["state"] for row in _rows(state)] == ["sent"]
    assert (len(outside.events), outside.near) == (1, [True])
    (row,) = _rows(state, tables.PARTNERS)
    assert (row["base"], row["secret"]) == (WEBHOOK, "our-secret")


def test_what_fails_is_tried_ever_more_slowly_and_given_up_after_three_days(state):
    outside = Outside(broken=True)
    now = start = _rows(state)[0]["due_us"]
    waits = []
    while (row := _rows(state)[0])["state"] == "waiting":
        now = row["due_us"]
        assert answers.deliver(state, "a", outside.reaching, now_us=now - 1) == 0
        assert _rows(state)[0]["tries"] == len(waits)
        answers.deliver(state, "a", outside.reaching, now_us=now)
        waits.append((_rows(state)[0]["due_us"] - now) // 1_000_000)
    assert waits[:4] == [30, 60, 120, 240]
    assert waits == sorted(waits)
    assert max(waits) == 6 * 3600
    assert now - start <= 72 * HOUR < row["due_us"] - start
    assert row["state"] == "given up"
    assert "503" in row["why"]
    assert "our-secret" not in row["why"]


def test_what_is_out_of_order_once_arrives_later(state):
    outside = Outside(broken=True)
    answers.deliver(state, "a", outside.reaching)
    outside.broken = False
    assert answers.deliver(state, "a", outside.reaching) == 0
    assert answers.deliver(state, "a", outside.reaching, now_us=_rows(state)[0]["due_us"]) == 1


def test_two_who_deliver_at_once_bring_it_once(state):
    outside = Outside()

    def between(near):
        # while one is on the way, another looks for what is due
        assert answers.deliver(state, "a", outside.reaching) == 0
        return outside.reaching(near)

    assert answers.deliver(state, "a", between) == 1
    assert len(outside.events) == 1


def test_what_waits_is_tried_again_as_long_as_the_host_is_served(host, outside, monkeypatch):
    monkeypatch.setattr(answers.rounds, "__kwdefaults__", {"every_s": 0.02})
    home = host.app.state.test_home
    with home.state.of("home") as mine:
        answers.queue(mine, WEBHOOK, events.published(3, "https://us.example", [], at=AT))
    assert outside.events == []
    with host:
        for _ in range(3000):
            if outside.events:
                break
            time.sleep(0.02)
    assert len(outside.events) == 1


def test_a_round_that_fails_is_not_the_last_one(state, monkeypatch, capsys):
    ends, calls = threading.Event(), []

    def fails(*_):
        calls.append(1)
        if len(calls) == 2:
            ends.set()
        raise OSError

    monkeypatch.setattr(answers, "deliver", fails)
    answers.rounds(state, Outside().reaching, ends, every_s=0.001)
    assert len(calls) == 2
    assert "OSError" in capsys.readouterr().err


def test_a_partner_without_an_address_is_refused(state):
    with state.of("a") as mine, pytest.raises(TanluError, match="TL879"):
        answers.befriend(mine, Partner("ftp://a.example", "us", "x"))
