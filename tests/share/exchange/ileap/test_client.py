"""A client of a partner's iLEAP, against a partner that answers from a list."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tanlu.errors import TanluError
from tanlu.share.exchange.ileap import Exchanged, filtered, receive
from tanlu.share.exchange.pact import Client, Partner, Reply

BASE = "https://carrier.example"


class Carrier:
    """A partner who gives two objects a page."""

    def __init__(self, footprints: list[Any], tads: list[Any]) -> None:
        self.lists = {"/2/footprints": footprints, "/2/ileap/tad": tads}
        self.asked: list[str] = []

    def ask(self, method: str, url: str, headers: Any, body: bytes = b"") -> Reply:
        parts = urlsplit(url)
        if parts.path == "/auth/token":
            return Reply(200, {}, b'{"access_token":"t"}')
        if headers.get("authorization") != "Bearer t" or parts.path not in self.lists:
            return Reply(403, {}, b'{"code":"AccessDenied","message":""}')
        self.asked.append(url)
        told = parse_qsl(parts.query)
        start = int(dict(told).get("after", 0))
        rows = self.lists[parts.path]
        if parts.path.endswith("tad"):
            rows = filtered(rows, told)
        link = f'<{BASE}{parts.path}?after={start + 2}>; rel="next"'
        more = {"link": link} if start + 2 < len(rows) else {}
        return Reply(200, more, json.dumps({"data": rows[start : start + 2]}).encode())


def client(carrier: Carrier) -> Client:
    return Client(Partner(BASE, "we", "secret"), carrier)


def test_all_pages_come_and_hold(right: list[dict[str, Any]], made: Exchanged) -> None:
    goods = {**right[0], "extensions": []}
    found = receive(client(Carrier([*right, goods], made.tads[:5])))

    # a footprint of goods is no matter of iLEAP
    assert found.footprints == right
    assert found.tads == made.tads[:5]
    assert found.checked.findings == []
    assert found.checked.held > 100


def test_a_filter_goes_to_the_partner(made: Exchanged) -> None:
    carrier = Carrier([], made.tads[:5])
    receive(client(carrier), [("mode", "Road")])

    assert f"{BASE}/2/ileap/tad?mode=Road" in carrier.asked


def test_what_a_partner_has_wrong_is_found_and_kept_as_it_came(right: list[dict[str, Any]]) -> None:
    sent = copy.deepcopy(right)
    sent[0]["extensions"][0]["data"]["tces"][0]["co2eWTW"] = "99"
    found = receive(client(Carrier([*sent, "no object"], [])))

    assert found.footprints == sent
    assert "TL912" in {each.code for each in found.checked.findings}


def test_a_partner_who_refuses_is_an_error() -> None:
    carrier = Carrier([], [])
    carrier.lists.pop("/2/ileap/tad")

    with pytest.raises(TanluError, match="TL879"):
        receive(client(carrier))
