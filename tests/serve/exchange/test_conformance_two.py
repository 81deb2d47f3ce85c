"""The 22 cases of the official conformance tool for V2.x, as sentences of our own.

The number of each case stands at the end of its name.
"""

from __future__ import annotations

import http.client
import json
import urllib.request
from uuid import uuid4

import pytest

from tests.serve.exchange.host import EVENTS, SECRETS, WEBHOOK, basic, bearer

CREATED = "org.wbcsd.pathfinder.ProductFootprintRequest.Created.v1"
PUBLISHED = "org.wbcsd.pathfinder.ProductFootprint.Published.v1"
GRANT = "grant_type=client_credentials"
NOBODY = {"authorization": "Bearer very-invalid-access-token-x"}


def _list(host, query=""):
    answer = host.get(f"/2/footprints{query}", headers=bearer())
    assert answer.status_code == 200
    return answer.json()["data"]


def _event(kind, data):
    return {"type": kind, "specversion": "1.0", "id": f"{uuid4()}/12", "source": WEBHOOK,
            "time": "2026-11-22T10:00:00Z", "data": data}  # fmt: skip


def _post(host, event, headers=None):
    told = {**(headers or bearer()), "content-type": EVENTS}
    return host.post("/2/events", content=json.dumps(event), headers=told)


def _plain(url, method="GET", body=None):
    request = urllib.request.Request(url.replace("https:", "http:"), body, bearer(), method=method)
    with pytest.raises((OSError, http.client.HTTPException)):
        urllib.request.urlopen(request, timeout=60)


def test_right_credentials_get_a_token_1(host):
    answer = host.post("/auth/token", content=GRANT, headers=basic("partner", SECRETS["partner"]))
    assert (answer.status_code, answer.json()["token_type"]) == (200, "bearer")


def test_wrong_credentials_get_none_2(host):
    answer = host.post("/auth/token", content=GRANT, headers=basic("nobody", "nothing"))
    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.text


def test_one_footprint_is_got_by_its_identity_3(host):
    wanted = _list(host)[0]
    answer = host.get(f"/2/footprints/{wanted['id']}", headers=bearer())
    assert (answer.status_code, answer.json()["data"]) == (200, wanted)


def test_all_footprints_are_listed_in_their_earlier_form_4(host):
    told = _list(host)
    assert len(told) == 3
    assert {each["specVersion"] for each in told} == {"2.3.0"}
    # V2 counts no pieces: goods by the piece are told by their mass
    assert {each["pcf"]["declaredUnit"] for each in told} == {"kilogram", "ton kilometer"}


def test_a_page_links_the_next_one_5(host):
    answer = host.get("/2/footprints?limit=1", headers=bearer())
    target = answer.headers["link"].partition(">")[0].strip("<")
    assert target.startswith("https://host.example:8443/2/footprints?limit=1&")
    for _ in range(2):  # a link may be called more than once
        following = host.get(target, headers=bearer())
        assert following.status_code == 200
        assert following.json()["data"] == _list(host)[1:2]


def test_a_wrong_token_lists_nothing_6(host):
    answer = host.get("/2/footprints", headers=NOBODY)
    assert answer.status_code in (400, 401)
    assert answer.json()["code"] == "BadRequest"


def test_a_wrong_token_gets_no_footprint_7(host):
    answer = host.get(f"/2/footprints/{_list(host)[0]['id']}", headers=NOBODY)
    assert answer.status_code in (400, 401)
    assert answer.json()["code"] == "BadRequest"


def test_a_footprint_that_there_is_not_is_no_such_footprint_8(host):
    for name in ("00000000-0000-0000-0000-000000000000", "non-existent-id"):
        answer = host.get(f"/2/footprints/{name}", headers=bearer())
        assert (answer.status_code, answer.json()["code"]) == (404, "NoSuchFootprint")


def test_no_token_is_given_over_plain_http_9(secure):
    _plain(f"{secure[0]}/auth/token", "POST", GRANT.encode())


def test_nothing_is_listed_over_plain_http_10(secure):
    _plain(f"{secure[0]}/2/footprints")


def test_no_footprint_is_got_over_plain_http_11(secure):
    _plain(f"{secure[0]}/2/footprints/{uuid4()}")


def test_a_request_for_a_footprint_is_taken_12(host):
    wanted = _list(host)[0]["productIds"]
    answer = _post(host, _event(CREATED, {"pf": {"productIds": wanted}, "comment": "please"}))
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_request_is_answered_with_the_footprints_asked_for_13(host, outside):
    wanted = _list(host)[0]["productIds"]
    asked = _event(CREATED, {"pf": {"productIds": wanted}})
    _post(host, asked)
    (sent,) = outside.events
    assert sent["_url"] == f"{WEBHOOK}/2/events"
    assert sent["type"] == "org.wbcsd.pathfinder.ProductFootprintRequest.Fulfilled.v1"
    assert sent["data"]["requestEventId"] == asked["id"]
    assert all(set(wanted) & set(each["productIds"]) for each in sent["data"]["pfs"])
    assert {each["specVersion"] for each in sent["data"]["pfs"]} == {"2.3.0"}


def test_a_request_that_cannot_be_fulfilled_is_taken_14_a(host):
    for data in ({"pf": {"productIds": ["urn:pact:null"]}}, {"productId": ["urn:null"]}):
        answer = _post(host, _event(CREATED, data | {"comment": "please"}))
        assert (answer.status_code, answer.content) == (200, b"")


def test_a_request_that_cannot_be_fulfilled_is_rejected_14_b(host, outside):
    asked = _event(CREATED, {"pf": {"productIds": ["urn:pact:null"]}})
    _post(host, asked)
    (sent,) = outside.events
    assert sent["_url"] == f"{WEBHOOK}/2/events"
    assert sent["type"] == "org.wbcsd.pathfinder.ProductFootprintRequest.Rejected.v1"
    assert sent["data"]["requestEventId"] == asked["id"]
    assert sent["data"]["error"]["code"]
    assert sent["data"]["error"]["message"]


def test_what_a_partner_published_is_heard_15(host):
    assert _post(host, _event(PUBLISHED, {"pfIds": [str(uuid4())]})).status_code == 200


def test_a_wrong_token_brings_no_event_16(host):
    answer = _post(host, _event(PUBLISHED, {"pfIds": [str(uuid4())]}), NOBODY)
    assert answer.status_code in (400, 401)
    assert answer.json()["code"] == "BadRequest"


def test_no_event_is_taken_over_plain_http_17(secure):
    event = _event(PUBLISHED, {"pfIds": [str(uuid4())]})
    _plain(f"{secure[0]}/2/events", "POST", json.dumps(event).encode())


def test_the_way_to_a_token_is_told_18(host):
    told = host.get("/.well-known/openid-configuration").json()
    answer = host.post(told["token_endpoint"], content=GRANT, headers=basic("partner", "sesame"))
    assert answer.status_code == 200


def test_the_way_to_a_token_is_closed_to_wrong_credentials_19(host):
    told = host.get("/.well-known/openid-configuration").json()
    answer = host.post(told["token_endpoint"], content=GRANT, headers=basic("partner", "x"))
    assert answer.status_code in (400, 401)


def test_footprints_made_since_a_moment_are_found_20(host):
    told = _list(host)
    since = max(each["created"] for each in told)
    found = _list(host, f"?$filter=created ge '{since}'")
    assert found == [each for each in told if each["created"] >= since]
    assert 0 < len(found) < len(told)


def test_a_notice_of_what_is_no_identity_is_refused_21(host):
    answer = _post(host, _event(PUBLISHED, {"pfIds": ["urn:gtin:4712345060507"]}))
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")
