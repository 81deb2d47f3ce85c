"""What the interface says of itself."""

from __future__ import annotations

from tanlu.serve.exchange.epcis import asking
from tanlu.serve.exchange.epcis.documenting import ASKED, ERRORS, body
from tanlu.track.events.queries import read_query


def test_the_parameters_that_are_told_are_taken() -> None:
    names = {one["name"] for one in ASKED["openapi_extra"]["parameters"]}
    values = {"eventCountLimit": 1, "maxEventCount": 1, "orderBy": "eventTime",
              "orderDirection": "ASC", "eventType": "ObjectEvent", "EQ_action": "ADD",
              "EQ_bizStep": "shipping", "EQ_disposition": "active"}  # fmt: skip
    for name in names - {"perPage", "nextPageToken"}:
        at = "2026-01-01T00:00:00Z" if "Time" in name else "a:b"
        read_query({name: values.get(name, at)})


def test_every_route_tells_its_errors_and_each_operation_has_one_name(repository) -> None:
    app = repository.client().app
    document = app.openapi()
    names = []
    for path, item in document["paths"].items():
        for operation in item.values():
            names.append(operation["operationId"])
            if path.startswith("/epcis"):
                assert operation["summary"]
                assert operation["description"]
                assert {str(status) for status in ERRORS} <= operation["responses"].keys()

    assert len(names) == len(set(names)) > 60
    assert "/epcis/epcs/{name}/events" in document["paths"]
    assert asking.router.prefix == "/epcis"


def test_a_body_is_told_in_both_media_types() -> None:
    told = body({"type": "object"})["openapi_extra"]["requestBody"]["content"]

    assert set(told) == {"application/json", "application/ld+json"}
