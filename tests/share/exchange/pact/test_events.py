"""Events between partners."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import events
from tests.share.exchange.pact.told import AT, shelf


@pytest.mark.parametrize("form", [2, 3])
def test_what_is_made_is_read_as_it_was(form):
    asked = events.request(form, "https://a.example", ["urn:x:1"], "please", at=AT)
    found = [asked, events.published(form, "https://a.example", [shelf()[0].id], at=AT),
             events.fulfilled(asked, "https://b.example", shelf(), at=AT),
             events.rejected(asked, "https://b.example", "NotFound", "no", at=AT)]  # fmt: skip
    for event in found:
        assert events.parse(event.encode(), form) == event
        with pytest.raises(TanluError, match="TL882"):
            events.parse(event.encode(), 5 - form)
    assert found[2].data["requestEventId"] == found[3].data["requestEventId"] == asked.id
    assert len({event.id for event in found}) == 4


@pytest.mark.parametrize("data", [
    {"requestEventId": "r", "pfs": []}, {"requestEventId": "r"}, {"pfs": [{}]},
    {"requestEventId": "r", "pfs": [{"id": "urn:x:1"}]},
    {"requestEventId": "r", "pfs": [7]}])  # fmt: skip
def test_a_fulfilment_without_footprints_is_refused(data):
    kind = "org.wbcsd.pact.ProductFootprint.RequestFulfilledEvent.3"
    told = {"type": kind, "specversion": "1.0", "id": "1", "source": "x",
            "time": "2026-01-01T00:00:00Z", "data": data}  # fmt: skip
    with pytest.raises(TanluError, match="TL882"):
        events.parse(json.dumps(told).encode(), 3)


@pytest.mark.parametrize(("source", "base"), [
    ("https://a.example", "https://a.example"), ("https://a.example/", "https://a.example"),
    ("https://A.example:8443/pact/3/events", "https://a.example:8443/pact"),
    ("//a.example/2/events", "https://a.example"), ("http://[::1]:9/3/events/", "http://[::1]:9"),
    ("https://a.example/3/events?x=1#y", "https://a.example"), ("/3/events", ""), ("urn:x:1", ""),
    ("file:///etc/passwd", ""), ("https://u:p@a.example", ""), ("https://a.example:x", ""),
    ("https://[", ""), ("gopher://a.example", "")])  # fmt: skip
def test_an_answer_goes_to_the_base_of_the_source(source, base):
    assert events.reply_to(source) == base
