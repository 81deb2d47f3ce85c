"""What OpenAPI says of PACT is what is taken and given."""

from __future__ import annotations

import json

import pytest
from jsonschema_rs import Draft202012Validator

from tanlu.serve.exchange import described
from tanlu.share.exchange.pact import events, in_form
from tests.share.exchange.pact.told import AT, shelf


@pytest.mark.parametrize("form", [2, 3])
def test_every_event_that_we_send_is_one_of_those_described(form):
    content = described.event(form)["requestBody"]["content"]
    check = Draft202012Validator(content["application/cloudevents+json"]["schema"])
    asked = events.request(form, "https://a.example", ["urn:x:1"], "please", at=AT)
    found = [in_form(each, form) for each in shelf()]
    sent = [asked, events.published(form, "https://a.example", [shelf()[0].id], at=AT),
            events.fulfilled(asked, "https://b.example", found, at=AT),
            events.rejected(asked, "https://b.example", "NotFound", "no", at=AT)]  # fmt: skip
    for event in sent:
        assert check.is_valid(json.loads(event.encode()))
    assert not check.is_valid({})


@pytest.mark.parametrize("form", [2, 3])
def test_every_footprint_that_we_tell_is_described_without_references(form):
    told = described.given(form, many=True)[200]["content"]["application/json"]["schema"]
    assert "$ref" not in str(told)
    data = [dict(in_form(each, form).content) for each in shelf()]
    assert Draft202012Validator(told).is_valid({"data": data})
    assert not Draft202012Validator(told).is_valid({"data": [{}]})


def test_one_footprint_may_be_absent_and_a_list_may_not():
    assert 404 in described.given(3, many=False)
    assert 404 not in described.given(3, many=True)
    assert {each["name"] for each in described.parameters(2)} == {"limit", "$filter"}
