"""A partner's footprints are fetched and kept as they came."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.serve.exchange import answers, shelf
from tanlu.serve.jobs.fetching import fetched
from tanlu.share.exchange.pact import Partner, Reply

BASE = "https://partner.example"
NAME = "11111111-2222-4333-8444-555555555555"


class Wire:
    """A partner that has one footprint."""

    def ask(self, method, url, headers, body=b""):
        told = {"access_token": "t"} if "auth" in url else {"data": [{"id": NAME}]}
        status = 404 if "well-known" in url else 200
        return Reply(status, {}, json.dumps(told).encode())


def test_what_a_partner_tells_is_kept_with_what_does_not_hold(home):
    with home.state.of("home") as state:
        answers.befriend(state, Partner(BASE, "us", "word"))
    result = list(fetched(home, "home", BASE, "3", lambda _near: Wire()))[-1].result
    assert (result["footprints"], result["new"]) == (1, 1)
    assert result["findings"] > 0
    with home.state.of("home") as state:
        assert [each.content["id"] for each in shelf.received(state)] == [NAME]


@pytest.mark.parametrize(("base", "form", "code"), [(BASE, "3", "TL879"), (BASE, "9", "TL491")])
def test_who_is_nobody_s_partner_is_not_asked(home, base, form, code):
    with pytest.raises(TanluError, match=code):
        list(fetched(home, "home", base, form, lambda _near: Wire()))
