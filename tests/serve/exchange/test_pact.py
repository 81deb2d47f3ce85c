"""The host of PACT beyond the official cases: what implementers get wrong."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

import pytest
import yaml
from fastapi import Request
from fastapi.testclient import TestClient
from jsonschema_rs import Draft202012Validator

from tanlu.errors import TanluError
from tanlu.serve.access import clients
from tanlu.serve.api import Home
from tanlu.serve.application import application
from tanlu.serve.exchange import answers, pact, shelf
from tanlu.share.exchange.pact import Partner, events
from tanlu.store import open_workspace
from tanlu.store.relational.tables import pact as tables
from tests.serve.exchange.host import EVENTS, WEBHOOK, basic, bearer
from tests.share.exchange.pact.told import AT, CARRIAGE, carriage, goods

MONTH = datetime(2026, 4, 1, tzinfo=UTC)


def _get(host, path, who="partner"):
    return host.get(path, headers=bearer(who))


def _ids(answer):
    return [each["id"] for each in answer.json()["data"]]


def _state(host):
    return host.app.state.test_home.state.of("home")


def _send(host, data, *, kind="RequestCreatedEvent", name=None, source=WEBHOOK):
    event = {"type": f"org.wbcsd.pact.ProductFootprint.{kind}.3", "specversion": "1.0",
             "id": name or str(uuid4()), "source": source, "time": "2026-11-22T10:00:00Z",
             "data": data}  # fmt: skip
    told = {**bearer(), "content-type": EVENTS}
    return host.post("/3/events", content=json.dumps(event), headers=told)


def test_a_link_keeps_every_parameter_and_the_host_that_was_asked(host):
    answer = host.get("/3/footprints?limit=1&geography=CN&geography=CN-GD&x-own-id=7&status=",
                      headers={**bearer(), "host": "me.example:9000"})  # fmt: skip
    link = answer.headers["link"]
    assert link.startswith("<https://me.example:9000/3/footprints?")
    for part in ("limit=1", "geography=CN&geography=CN-GD", "x-own-id=7", "status="):
        assert part in link


def test_a_host_that_is_none_is_refused(host):
    answer = host.get("/3/footprints?limit=1", headers={**bearer(), "host": 'x>; rel="y'})
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")


def test_a_limit_of_nought_is_an_empty_list_and_one_that_is_none_is_refused(host):
    nought = _get(host, "/3/footprints?limit=0")
    assert (nought.json()["data"], "link" in nought.headers) == ([], False)
    for wrong in ("-1", "x", "1e3", "99999999999999999999", "１"):
        assert _get(host, f"/3/footprints?limit={wrong}").status_code == 400
    assert _get(host, "/3/footprints?after=x").status_code == 400


def test_names_of_criteria_and_their_values_count_without_regard_to_case(host):
    urn = "URN:PACT:TANLU.EXAMPLE:PRODUCT-ID:TEA-1"
    assert len(_ids(_get(host, f"/3/footprints?productid={urn}&STATUS=active"))) == 1


def test_a_blank_criterion_asks_nothing(host):
    assert _ids(_get(host, "/3/footprints?geography=&classification=")) == _ids(
        _get(host, "/3/footprints")
    )


def test_a_moment_may_lose_its_plus_and_one_that_is_none_is_refused(host):
    wanted = _ids(_get(host, "/3/footprints?validOn=2026-06-01T00:00:00Z"))
    for at in ("2026-06-01T08:00:00+08:00", "2026-06-01T08:00:00%2B08:00", "2026-06-01T00:00Z"):
        assert _ids(_get(host, f"/3/footprints?validOn={at}")) == wanted
    for wrong in ("yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00%2B23:00"):
        assert _get(host, f"/3/footprints?validOn={wrong}").status_code == 400


def test_an_expired_token_and_a_role_that_may_not_are_told_apart(host):
    over = host.get("/3/footprints", headers={"authorization": "Bearer token-that-is-over"})
    assert (over.status_code, over.json()["code"]) == (401, "TokenExpired")
    device = _get(host, "/3/footprints", "device")
    assert (device.status_code, device.json()["code"]) == (403, "AccessDenied")
    nobody = host.get("/2/footprints")
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    assert set(nobody.json()) == {"code", "message"}


def test_a_footprint_for_one_partner_is_kept_from_the_others(host):
    secret = goods(primaryDataShare="12")
    with _state(host) as state:
        shelf.publish(state, [secret], readers=["rival"])
    path = f"/3/footprints/{secret.id}"
    assert _get(host, path, "rival").status_code == 200
    assert _get(host, path, "manager").status_code == 200
    refused = _get(host, path)
    assert (refused.status_code, refused.json()["code"]) == (403, "AccessDenied")
    assert secret.id not in _ids(_get(host, "/3/footprints"))
    assert secret.id in _ids(_get(host, "/2/footprints", "rival"))


def test_another_organisation_has_a_shelf_of_its_own(host):
    with host.app.state.test_home.state.of("other") as state:
        assert shelf.find(state, 3, None, reader=None, limit=9).footprints == []
        shelf.publish(state, [goods(primaryDataShare="1")])
    assert len(_ids(_get(host, "/3/footprints"))) == 3


def test_a_change_is_a_new_footprint_and_the_old_one_is_deprecated(host):
    before = _get(host, "/3/footprints?status=Active&geography=CN-GD").json()["data"][0]
    with _state(host) as state:
        new = shelf.replace(state, before["id"], {"pcf": {"primaryDataShare": "90"}}, at=MONTH)
    after = _get(host, f"/3/footprints/{before['id']}").json()["data"]
    assert after == before | {"status": "Deprecated"}
    assert _get(host, f"/3/footprints/{new.id}").json()["data"]["precedingPfIds"] == [before["id"]]
    assert _ids(_get(host, "/3/footprints?status=Active&geography=CN-GD")) == [new.id]
    assert _ids(_get(host, "/3/footprints?status=Deprecated&geography=CN-GD")) == [before["id"]]


def test_what_is_published_twice_stands_once_and_never_with_another_content(host):
    told = carriage()
    with _state(host) as state:
        assert shelf.publish(state, [told]) == []
    forged = type(told)(3, {**told.content, "companyName": "Another"})
    with pytest.raises(Exception, match="TL880"), _state(host) as state:
        shelf.publish(state, [forged])


def test_pages_miss_nothing_that_is_published_meanwhile(host):
    first = _get(host, "/3/footprints?limit=2")
    with _state(host) as state:
        shelf.publish(state, [goods(primaryDataShare=str(n)) for n in range(5)])
    seen = _ids(first)
    link = first.headers.get("link")
    while link:
        answer = _get(host, link.partition(">")[0].strip("<"))
        seen += _ids(answer)
        link = answer.headers.get("link")
    assert seen == _ids(_get(host, "/3/footprints"))
    assert len(set(seen)) == 8


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"type": "org.wbcsd.pathfinder.ProductFootprint.Published.v1"}, "/3/events"),
        ({"specversion": "0.3"}, "/3/events"),
        ({"id": ""}, "/3/events"),
        ({"time": "noon"}, "/3/events"),
        ({"data": []}, "/3/events"),
        ({"data": {}}, "/3/events"),
        ({"data": {"productId": [7]}}, "/3/events"),
        ({"data": {"validOn": "noon"}}, "/3/events"),
        ({"source": "file:///etc/passwd", "data": {"productId": ["urn:x:1"]}}, "/3/events"),
        ({"source": "https://a:b@c.example", "data": {"productId": ["urn:x:1"]}}, "/3/events"),
        ({}, "/2/events"),
    ],
)
def test_an_event_that_is_none_is_refused_in_the_words_of_pact(host, change, where):
    event = {"type": "org.wbcsd.pact.ProductFootprint.RequestCreatedEvent.3", "specversion": "1.0",
             "id": "e-1", "source": WEBHOOK, "time": "2026-11-22T10:00:00Z",
             "data": {"productId": ["urn:x:1"]}} | change  # fmt: skip
    answer = host.post(
        where, content=json.dumps(event), headers={**bearer(), "content-type": EVENTS}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"type":"\xff"}'])
def test_a_body_that_is_no_json_is_refused(host, body):
    answer = host.post("/3/events", content=body, headers={**bearer(), "content-type": EVENTS})
    assert answer.status_code == 400
    assert host.post("/3/events", content=b"{}", headers=bearer()).status_code == 400


def test_an_event_that_comes_twice_is_answered_once(host, outside):
    for _ in range(2):
        assert _send(host, {"productId": ["urn:pact:null"]}, name="twice").status_code == 200
    assert len(outside.events) == 1


@pytest.mark.parametrize("data", [{}, {"productId": [7]}, {"validOn": "noon"}])
def test_what_cannot_be_read_is_refused_under_a_name_that_is_known_too(host, data):
    assert _send(host, {"productId": ["urn:pact:null"]}, name="known").status_code == 200
    assert _send(host, data, name="known").status_code == 400


def test_who_asks_in_another_partners_name_gets_nothing_that_is_not_for_him(host, outside):
    secret = goods(primaryDataShare="12")
    with _state(host) as state:
        shelf.publish(state, [secret], readers=["partner"])
    asked = {"productId": secret.content["productIds"]}
    # nobody told who asks from there: the answer holds what is for all
    _send(host, asked)
    with _state(host) as state:
        answers.befriend(state, Partner(WEBHOOK, "us", "x"), reader="partner")
    _send(host, asked)
    assert [secret.id in {pf["id"] for pf in each["data"]["pfs"]} for each in outside.events] == [
        False, True]  # fmt: skip
    with _state(host) as state:
        answers.befriend(state, Partner(WEBHOOK, "us", "x"), reader="rival")
    refused = _send(host, asked)
    assert (refused.status_code, len(outside.events)) == (400, 2)


def test_one_partner_cannot_use_up_the_events_of_another(host):
    with _state(host) as state:
        for who in ("partner", "rival"):
            event = events.request(3, WEBHOOK, ["urn:x:1"], "", at=AT)._replace(id="same")
            answers.take(state, event, who=who, own="https://us.example")
        assert state.count(tables.EVENTS) == state.count(tables.ANSWERS) == 2


def test_an_answer_waits_for_a_partner_whom_nobody_named(host, outside):
    _send(host, {"productId": ["urn:pact:null"]}, source="https://stranger.example/pact")
    assert outside.asked == []
    with _state(host) as state:
        (row,) = state.rows(tables.ANSWERS)
    assert (row["state"], row["base"]) == ("waiting", "https://stranger.example/pact")
    assert "TL879" in row["why"]


def test_footprints_that_a_partner_sends_are_kept_with_what_was_found(host):
    wrong = dict(goods().content)
    wrong["pcf"] = wrong["pcf"] | {"pcfExcludingBiogenicUptake": "2.5"}
    answer = _send(host, {"requestEventId": "r", "pfs": [wrong]}, kind="RequestFulfilledEvent")
    assert answer.status_code == 200
    with _state(host) as state:
        (row,) = state.rows(tables.RECEIVED)
    assert row["base"] == "event:partner"
    assert [each["code"] for each in json.loads(row["findings"])] == ["TL872"]


def test_a_unit_that_the_earlier_form_does_not_know_is_not_told_there(host):
    hours = {"declaredUnitOfMeasurement": "hour", "declaredUnitAmount": "3"}
    told = carriage(**hours)
    with _state(host) as state:
        shelf.publish(state, [told])
    assert told.id in _ids(_get(host, "/3/footprints"))
    assert told.id not in _ids(_get(host, "/2/footprints"))
    answer = _get(host, f"/2/footprints/{told.id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NoSuchFootprint")


def test_no_amount_is_a_number_or_has_an_exponent(host):
    names = ("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake", "fossilGhgEmissions")
    small = dict.fromkeys(names, "0.000000001")
    with _state(host) as state:
        shelf.publish(state, [carriage(**small)])
    for form in (2, 3):
        answer = _get(host, f"/{form}/footprints")
        assert '"0.000000001"' in answer.text
        assert re.findall(r'"-?[0-9.]+[eE][-+]?[0-9]+"', answer.text) == []


def _validator(yaml_text, name):
    document = yaml.safe_load(yaml_text)
    told = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return Draft202012Validator(told, validate_formats=True)


@pytest.mark.parametrize(
    ("form", "version"), [(3, "3_0"), (2, "2_3"), (2, "2_2"), (2, "2_1"), (2, "2_0")]
)
def test_every_answer_fits_the_published_openapi(host, shared, outside, form, version):
    path = shared / "data" / "standards" / "pact" / "openapi" / f"openapi_v{version}.yaml"
    text = path.read_text(encoding="utf-8")
    footprint, error = (_validator(text, name) for name in ("ProductFootprint", "Error"))
    listed = _get(host, f"/{form}/footprints").json()
    assert len(listed["data"]) == 3
    for each in listed["data"]:
        assert [fault.message for fault in footprint.iter_errors(each)] == []
        one = _get(host, f"/{form}/footprints/{each['id']}").json()
        assert one == {"data": each}
    for answer in (host.get(f"/{form}/footprints"), _get(host, f"/{form}/footprints?limit=x"),
                   _get(host, f"/{form}/footprints", "device")):  # fmt: skip
        assert answer.status_code >= 400
        assert [fault.message for fault in error.iter_errors(answer.json())] == []
    if form == 3:
        missing = _get(host, f"/3/footprints/{uuid4()}").json()
        assert [fault.message for fault in error.iter_errors(missing)] == []
        _send(host, {"productId": [CARRIAGE["productIds"][0]]})
        _send(host, {"productId": ["urn:pact:null"]})
        for sent, name in zip(outside.events, ("Fulfilled", "Rejected"), strict=True):
            told = {key: value for key, value in sent.items() if not key.startswith("_")}
            check = _validator(text, f"Request{name}Event")
            assert [fault.message for fault in check.iter_errors(told)] == []


def test_the_moment_of_making_is_told_in_utc(host):
    assert {each["created"][-1] for each in _get(host, "/3/footprints").json()["data"]} == {"Z"}
    assert goods().created == AT


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "x" * 2000, "\u202e", "'; DROP TABLE x; --"])
def test_strange_texts_are_answered_and_find_nothing(host, text):
    odd = quote(text, errors="surrogatepass")
    assert _get(host, f"/3/footprints?productId={odd}").json()["data"] == []
    for form in (2, 3):
        assert _get(host, f"/{form}/footprints/{odd}").status_code == 404
    found = _get(host, f"/2/footprints?$filter=companyName eq '{odd}'")
    assert found.status_code == 400 or found.json()["data"] == []
    assert _send(host, {"productId": [text], "comment": text}).status_code in (200, 400)
    assert _send(host, {"productId": ["urn:x:1"]}, name=text).status_code in (200, 400)
    deep = {"requestEventId": text, "pfs": [{"id": str(uuid4()), "x": text, "y": [[[text]]]}]}
    assert _send(host, deep, kind="RequestFulfilledEvent").status_code == 200


@pytest.mark.parametrize("number", ["NaN", "1e999", "-Infinity"])
def test_a_number_that_is_none_is_refused(host, number):
    body = json.dumps({"type": "org.wbcsd.pact.ProductFootprint.RequestFulfilledEvent.3",
        "specversion": "1.0", "id": "n", "source": WEBHOOK, "time": "2026-11-22T10:00:00Z",
        "data": {"requestEventId": "r", "pfs": [{"id": str(uuid4()), "x": 7}]}})  # fmt: skip
    answer = host.post("/3/events", content=body.replace(" 7", number),
                       headers={**bearer(), "content-type": EVENTS})  # fmt: skip
    assert answer.status_code == 400


@pytest.mark.parametrize(("status", "code", "said"), [
    (429, "TL487", (429, "BadRequest")), (422, "TL486", (400, "BadRequest")),
    (503, "TL602", (503, "InternalError")), (409, "TL671", (400, "BadRequest")),
    (405, "TL485", (405, "BadRequest")), (500, "TL489", (500, "InternalError")),
    (401, "TL471", (401, "BadRequest")), (400, "TL884", (403, "AccessDenied"))])  # fmt: skip
def test_what_goes_wrong_elsewhere_is_told_in_the_words_of_pact_too(status, code, said):
    request = Request({"type": "http", "path": "/3/footprints", "headers": []})
    form = pact.FORMS["/3/footprints"]
    answer = form(request, status, TanluError(code, value="x", why="y", after_s=7))
    body = json.loads(answer.body)
    assert (answer.status_code, body["code"]) == said
    assert answer.headers["retry-after"] == "7"


def test_a_method_that_there_is_not_is_told_so(host):
    answer = host.delete("/3/footprints", headers=bearer())
    assert (answer.status_code, answer.json()["code"]) == (405, "BadRequest")


def test_a_program_of_the_organisation_gets_its_token_and_the_footprints(tmp_path):
    open_workspace(tmp_path / "books", create=True)
    home = Home(tmp_path / "books")
    with home.state.of("home") as state:
        shelf.publish(state, [goods()])
        known = clients.new(state, "partner", "developer", by="test")
    asking = TestClient(application(home), base_url="https://host.example")
    where = asking.get("/.well-known/openid-configuration").json()["token_endpoint"]
    grant = "grant_type=client_credentials"
    for secret, status in (("wrong", 401), (known.secret, 200)):
        got = asking.post(where, content=grant, headers=basic(known.client, secret))
        assert got.status_code == status
    token = {"authorization": f"Bearer {got.json()['access_token']}"}
    assert _ids(asking.get("/3/footprints", headers=token)) == [goods().id]
    wrong = asking.get("/3/footprints", headers={"authorization": "Bearer very-invalid"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "BadRequest")
    home.close()


def test_behind_a_proxy_links_begin_with_the_address_that_partners_know(host):
    host.app.state.public = "https://carbon.example/"
    headers = {"authorization": "Bearer token-of-manager", "host": "inside:1"}
    for form in (2, 3):
        link = host.get(f"/{form}/footprints?limit=1", headers=headers).headers["link"]
        assert link.startswith(f"<https://carbon.example/{form}/footprints?limit=1&after=")
    told = host.get("/.well-known/openid-configuration", headers={"host": "inside:1"}).json()
    assert told["token_endpoint"] == "https://carbon.example/auth/token"


def test_nothing_is_read_of_nobody(host):
    for form in (2, 3):
        assert host.post(f"/{form}/events", content=b"{" * 9).status_code == 401
        told = host.post(f"/{form}/events", headers={"content-type": "text/plain"}, content=b"x")
        assert told.status_code == 401
