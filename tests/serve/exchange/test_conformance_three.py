"""The 41 cases of the official conformance tool for V3.0, as sentences of our own.

The number of each case stands at the end of its name.
"""

from __future__ import annotations

import http.client
import json
import urllib.request
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.serve.exchange.host import EVENTS, SECRETS, WEBHOOK, basic, bearer

CREATED = "org.wbcsd.pact.ProductFootprint.RequestCreatedEvent.3"
PUBLISHED = "org.wbcsd.pact.ProductFootprint.PublishedEvent.3"
GRANT = "grant_type=client_credentials"
NOBODY = {"authorization": "Bearer very-invalid-access-token-x"}


def _list(host, query="", who=None):
    answer = host.get(f"/3/footprints{query}", headers=who or bearer())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    return answer.json()["data"]


def _event(kind, data, **more):
    return {"type": kind, "specversion": "1.0", "id": f"{uuid4()}/12", "source": WEBHOOK,
            "time": "2026-11-22T10:00:00Z", "data": data, **more}  # fmt: skip


def _post(host, event, headers=None):
    told = {**(headers or bearer()), "content-type": EVENTS}
    return host.post("/3/events", content=json.dumps(event), headers=told)


def _plain(url, method="GET", body=None):
    request = urllib.request.Request(url.replace("https:", "http:"), body, bearer(), method=method)
    with pytest.raises((OSError, http.client.HTTPException)):
        urllib.request.urlopen(request, timeout=60)


def test_right_credentials_get_a_token_1(host):
    answer = host.post("/auth/token", content=GRANT, headers=basic("partner", SECRETS["partner"]))
    assert (answer.status_code, answer.json()["token_type"]) == (200, "bearer")
    assert answer.json()["access_token"]


def test_wrong_credentials_get_none_2(host):
    answer = host.post("/auth/token", content=GRANT, headers=basic("partner", "wrong"))
    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.text


def test_one_footprint_is_got_by_its_identity_3(host):
    wanted = _list(host)[0]
    answer = host.get(f"/3/footprints/{wanted['id']}", headers=bearer())
    assert (answer.status_code, answer.json()["data"]) == (200, wanted)


def test_all_footprints_are_listed_4(host):
    assert len(_list(host)) == 3
    assert {each["status"] for each in _list(host)} == {"Active", "Deprecated"}


def test_a_page_links_the_next_one_5(host):
    seen, url = [], "/3/footprints?limit=1"
    while url:
        answer = host.get(url, headers=bearer())
        assert answer.status_code == 200
        assert len(answer.json()["data"]) == 1
        seen += [each["id"] for each in answer.json()["data"]]
        link = answer.headers.get("link")
        assert (link is None) == (len(seen) == 3)
        url = None
        if link is not None:
            target, rel = link.split("; ")
            assert rel == 'rel="next"'
            assert target.startswith("<https://host.example:8443/3/footprints?limit=1&")
            url = target.strip("<>")
    assert seen == [each["id"] for each in _list(host)]


def test_a_wrong_token_lists_nothing_6(host):
    answer = host.get("/3/footprints", headers=NOBODY)
    assert answer.status_code in (400, 401)
    assert answer.json()["code"] == "BadRequest"


def test_a_wrong_token_gets_no_footprint_7(host):
    answer = host.get(f"/3/footprints/{_list(host)[0]['id']}", headers=NOBODY)
    assert answer.status_code in (400, 401)
    assert answer.json()["code"] == "BadRequest"


def test_a_footprint_that_there_is_not_is_not_found_8(host):
    answer = host.get(f"/3/footprints/{'00000000-0000-0000-0000-000000000000'}", headers=bearer())
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")
    assert answer.json()["message"]


def test_no_token_is_given_over_plain_http_9(secure):
    _plain(f"{secure[0]}/auth/token", "POST", GRANT.encode())


def test_nothing_is_listed_over_plain_http_10(secure):
    _plain(f"{secure[0]}/3/footprints")


def test_no_footprint_is_got_over_plain_http_11(secure):
    _plain(f"{secure[0]}/3/footprints/{uuid4()}")


def test_a_request_for_a_footprint_is_taken_12(host):
    wanted = _list(host)[0]["productIds"]
    answer = _post(host, _event(CREATED, {"productId": wanted, "comment": "this year, please"}))
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_request_is_answered_with_the_footprints_13(host, outside):
    wanted = _list(host)[0]["productIds"]
    asked = _event(CREATED, {"productId": wanted})
    _post(host, asked)
    (sent,) = outside.events
    assert sent["_url"] == f"{WEBHOOK}/3/events"
    assert sent["_headers"]["content-type"] == EVENTS
    assert sent["_headers"]["authorization"] == "Bearer outer"
    assert sent["type"] == "org.wbcsd.pact.ProductFootprint.RequestFulfilledEvent.3"
    assert sent["data"]["requestEventId"] == asked["id"]
    assert sent["data"]["pfs"]
    assert all(set(wanted) & set(each["productIds"]) for each in sent["data"]["pfs"])


def test_a_request_that_cannot_be_fulfilled_is_taken_14_a(host):
    answer = _post(host, _event(CREATED, {"productId": ["urn:pact:null"], "comment": "please"}))
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_request_that_cannot_be_fulfilled_is_rejected_14_b(host, outside):
    asked = _event(CREATED, {"productId": ["urn:pact:null"], "comment": "please"})
    _post(host, asked)
    (sent,) = outside.events
    assert sent["_url"] == f"{WEBHOOK}/3/events"
    assert sent["type"] == "org.wbcsd.pact.ProductFootprint.RequestRejectedEvent.3"
    assert sent["data"]["requestEventId"] == asked["id"]
    assert sent["data"]["error"]["code"] == "NotFound"
    assert sent["data"]["error"]["message"]


def test_what_a_partner_published_is_heard_15(host):
    assert _post(host, _event(PUBLISHED, {"pfIds": [str(uuid4())]})).status_code == 200


def test_a_wrong_token_brings_no_event_16(host):
    answer = _post(host, _event(PUBLISHED, {"pfIds": [str(uuid4())]}), NOBODY)
    assert answer.status_code in (400, 401)
    assert answer.json()["code"] == "BadRequest"


def test_no_event_is_taken_over_plain_http_17(secure):
    event = _event(PUBLISHED, {"pfIds": [str(uuid4())]})
    _plain(f"{secure[0]}/3/events", "POST", json.dumps(event).encode())


def test_the_way_to_a_token_is_told_18(host):
    told = host.get("/.well-known/openid-configuration").json()
    assert told["token_endpoint"] == "https://host.example:8443/auth/token"
    answer = host.post(told["token_endpoint"], content=GRANT, headers=basic("partner", "sesame"))
    assert answer.status_code == 200


def test_the_way_to_a_token_is_closed_to_wrong_credentials_19(host):
    told = host.get("/.well-known/openid-configuration").json()
    answer = host.post(told["token_endpoint"], content=GRANT, headers=basic("nobody", "sesame"))
    assert answer.status_code in (400, 401)


def test_a_product_is_found_by_its_name_of_record_20(host):
    wanted = _list(host)[0]["productIds"][0]
    found = _list(host, f"?productId={wanted}")
    assert len(found) == 2
    assert all(wanted in each["productIds"] for each in found)


def test_a_company_is_found_by_its_name_of_record_21(host):
    wanted = _list(host)[0]["companyIds"][0]
    found = _list(host, f"?companyId={wanted}")
    assert len(found) == 3
    assert all(wanted in each["companyIds"] for each in found)


def test_a_place_is_found_22(host):
    found = _list(host, "?geography=CN")
    assert {each["pcf"].get("geographyCountry") for each in found} == {"CN"}
    assert len(_list(host, "?geography=cn-gd")) == 1


def test_a_classification_is_found_23(host):
    wanted = _list(host)[0]["productClassifications"][0]
    found = _list(host, f"?classification={wanted}")
    assert len(found) == 2
    assert all(wanted in each["productClassifications"] for each in found)


def test_what_was_valid_on_a_day_is_found_24(host):
    told = _list(host)
    first = next(each for each in told if "validityPeriodStart" in each)
    for at in (first["validityPeriodStart"], first["validityPeriodEnd"]):
        assert first in _list(host, f"?validOn={at}")
    # without a period of validity it runs three years from the end of the reference period
    for at in ("2026-01-01T00:00:00Z", "2029-01-01T00:00:00Z"):
        assert told[0] in _list(host, f"?validOn={at}")
    for at in ("2025-12-31T23:59:59Z", "2029-01-01T00:00:01Z"):
        assert told[0] not in _list(host, f"?validOn={at}")


def _day_off(text, days):
    at = datetime.fromisoformat(text) + timedelta(days=days)
    return at.isoformat().replace("+00:00", "Z")


def test_what_becomes_valid_after_a_day_is_found_25(host):
    start = "2026-01-01T00:00:00Z"
    assert _list(host)[0] in _list(host, f"?validAfter={_day_off(start, -1)}")
    assert _list(host)[0] not in _list(host, f"?validAfter={start}")


def test_what_stops_being_valid_before_a_day_is_found_26(host):
    end = "2029-01-01T00:00:00Z"
    assert _list(host)[0] in _list(host, f"?validBefore={_day_off(end, 1)}")
    assert _list(host)[0] not in _list(host, f"?validBefore={end}")


def test_a_status_is_found_27(host):
    assert [each["status"] for each in _list(host, "?status=Active")] == ["Active"] * 2
    assert [each["status"] for each in _list(host, "?status=deprecated")] == ["Deprecated"]


def test_status_and_product_must_both_hold_28(host):
    wanted = _list(host)[0]["productIds"][0]
    (found,) = _list(host, f"?status=Active&productId={wanted}")
    assert found["precedingPfIds"] == [_list(host)[0]["id"]]


def test_one_of_several_companies_suffices_29(host):
    wanted = _list(host)[0]["companyIds"][0]
    query = f"?companyId={wanted}&companyId=urn:bogus:1&companyId=urn:bogus:2"
    assert _list(host, query) == _list(host)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("?productId=urn:bogus:product:nonexistent123", id="30"),
        pytest.param("?companyId=urn:bogus:company:nonexistent456", id="31"),
        pytest.param("?geography=XX", id="32"),
        pytest.param("?classification=urn:bogus:classification:nonexistent789", id="33"),
        pytest.param("?validOn=1900-01-01T00:00:00Z", id="34"),
        pytest.param("?validAfter=2099-12-31T23:59:59Z", id="35"),
        pytest.param("?validBefore=1900-01-01T00:00:00Z", id="36"),
        pytest.param("?status=BogusStatusValue", id="37"),
        pytest.param("?companyId=urn:bogus:c&productId=urn:bogus:p", id="38"),
        pytest.param("?companyId=urn:bogus:1&companyId=urn:bogus:2&companyId=urn:bogus:3", id="39"),
    ],
)
def test_what_nothing_meets_is_an_empty_list_30_to_39(host, query):
    assert _list(host, query) == []


@pytest.mark.parametrize("name", ["urn:gtin:4712345060507", "3a6c14a7", 7, None])
def test_a_notice_of_what_is_no_identity_is_refused_40(host, name):
    answer = _post(host, _event(PUBLISHED, {"pfIds": [name]}))
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")
    assert host.get("/3/footprints?$filter=created ge '2023-01-15T10:15:30Z'",
                    headers=bearer()).status_code == 400  # fmt: skip
