"""Pages, and the tokens of the next one."""

from __future__ import annotations

import time

import pytest

from tanlu.serve.exchange.epcis import paging
from tests.serve.exchange.epcis.conftest import ids


def test_links_lead_through_all_pages_and_their_tokens_hold_for_minutes(client) -> None:
    answer = client.get("/epcis/events?perPage=4&orderBy=eventTime")
    link = answer.links["next"]["url"]
    expires = time.strptime(answer.headers["gs1-next-page-token-expires"], "%Y-%m-%dT%H:%M:%SZ")

    assert ids(answer) == ["5", "4", "3", "2"]
    assert time.mktime(expires) - time.mktime(time.gmtime()) > 180
    last = client.get(link)
    assert ids(last) == ["1", "0"]
    assert "link" not in last.headers


def test_a_token_of_another_question_or_time_is_refused(
    client, repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = client.get("/epcis/events?perPage=4").links["next"]["url"]
    token = link.partition("nextPageToken=")[2]

    def code(where: str, of=client) -> str:
        answer = of.get(where)
        assert answer.status_code == 400
        assert answer.json()["type"] == "epcisException:QueryParameterException"
        return answer.json()["title"]

    assert "another question" in code(f"/epcis/events?EQ_bizStep=packing&nextPageToken={token}")
    assert "no token" in code(f"/epcis/events?nextPageToken={token[:-2]}AA")
    assert "no token" in code("/epcis/events?nextPageToken=%C3%A9")
    # not even of the same question in another organisation
    assert "no token" in code(link, repository.client(tenant="other"))
    monkeypatch.setattr(paging.time, "time", lambda: time.mktime((2040, 1, 1, 0, 0, 0, 0, 1, 0)))
    assert "it is over" in code(link)


def test_names_are_paged_too(client) -> None:
    answer = client.get("/epcis/eventTypes?perPage=3")
    names = answer.json()["member"] + client.get(answer.links["next"]["url"]).json()["member"]

    assert len(names) == len(set(names)) == 5
