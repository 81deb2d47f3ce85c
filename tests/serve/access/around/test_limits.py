"""How often somebody may ask."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access import Limits, Rate, acts
from tanlu.serve.access.around import limits as limits_
from tanlu.serve.application import application
from tests.serving import HERE, program


class _Clock:
    at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return _Clock()


@pytest.fixture
def app(home, clock):
    rates = {"known": Rate(10, 2.0), "unknown": Rate(5, 1.0), "entrance": Rate(3, 0.5)}
    return application(home, limits=Limits(**rates, clock=clock))


def test_who_asks_too_often_is_told_when_to_come_again(app, clock):
    made = program(app, "viewer")
    told = [made.get("/v1/me") for _ in range(11)]
    assert [each.status_code for each in told] == [200] * 10 + [429]
    assert [each.headers["ratelimit-remaining"] for each in told[:3]] == ["9", "8", "7"]
    assert told[0].headers["ratelimit-limit"] == "10"
    assert told[0].headers["ratelimit-policy"] == "10;w=5"
    assert told[0].headers["ratelimit-reset"] == "1"
    assert (told[10].json()["code"], told[10].headers["retry-after"]) == ("TL477", "1")
    clock.at += 0.5
    assert made.get("/v1/me").status_code == 200


def test_one_does_not_use_up_what_is_anothers(app):
    one, other = program(app, "viewer"), program(app, "operator")
    for _ in range(11):
        one.get("/v1/me")
    assert other.get("/v1/me").status_code == 200


def test_who_is_unknown_is_counted_by_address_whatever_token_he_makes_up(app):
    outside = TestClient(app, base_url=HERE)
    told = [
        outside.get("/v1/me", headers={"authorization": f"Bearer wrong{number}",
                                       "x-forwarded-for": f"192.0.2.{number}"}).status_code
        for number in range(7)
    ]  # fmt: skip
    assert told == [401] * 5 + [429] * 2


def test_the_ways_in_are_narrower_and_count_apart(app, home):
    outside = TestClient(app, base_url=HERE)
    told = [outside.post("/auth/token").status_code for _ in range(5)]
    assert told == [401] * 3 + [429] * 2
    assert outside.get("/healthz").status_code == 200
    with home.state.of(acts.NOWHERE) as state:
        assert state.count(acts.ACTS) == 3


def test_the_memory_of_buckets_has_an_end(monkeypatch, clock):
    monkeypatch.setattr(limits_, "MOST", 10)
    made = Limits(clock=clock)
    for number in range(100):
        made._take(f"address {number}", Rate(1, 1.0))
    assert len(made._buckets) == 10


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_the_page_for_programs_tells_the_rates_that_hold(root, tongue):
    text = (root / "docs" / tongue / "howto" / "use-the-api.md").read_text("utf-8")
    (line,) = [each for each in text.split("\n- ") if "RateLimit-Remaining" in each]
    told = [int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*", line)]
    rates = (limits_.KNOWN, limits_.UNKNOWN, limits_.ENTRANCE)
    assert told[:6] == [int(each) for rate in rates for each in (rate.per_s, rate.burst)]
