"""The description is whole, and what is there is answered as it says."""

from __future__ import annotations

import re

from tanlu.serve.api import permissions, shell
from tanlu.serve.hooks import EVENTS
from tanlu.serve.resources import ROOMS, describe
from tests.serve.resources.described.offering import BEARER, WHOLE

HAN = re.compile("[\u4e00-\u9fff]")


def test_every_operation_is_described_whole():
    told = describe(WHOLE)
    assert told["openapi"].startswith("3.1")
    names, tags = [], set()
    public = {path for _, path, roles, _ in permissions(WHOLE) if "public" in roles}
    for path, methods in told["paths"].items():
        for operation in methods.values():
            names.append(operation["operationId"])
            assert operation["summary"], path
            assert operation["description"], path
            assert HAN.search(operation["x-summary-zh"]), path
            assert operation["tags"], path
            tags |= set(operation["tags"])
            problem = operation["responses"]["4XX"]["content"]
            assert "application/problem+json" in problem
            if path.startswith("/v1/"):
                scope = operation.get("x-tanlu-scope")
                ways = [{"bearer": []}, {"session": []}, {"oauth2": [scope] if scope else []}]
                assert operation["security"] == ([] if path in public else ways), path
                assert path in public or {"401", "403"} <= set(operation["responses"]), path
            for each in operation.get("parameters", ()) if path.startswith("/v1/") else ():
                assert "anyOf" not in each["schema"], (path, each["name"])
                assert each["schema"].get("description") or each.get("description"), (path, each)
    assert len(names) == len(set(names))
    schemes = told["components"]["securitySchemes"]
    assert set(schemes) == {"bearer", "session", "oauth2"}
    flow = schemes["oauth2"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] in told["paths"]
    assert {"activities:read", "hooks:write"} <= set(flow["scopes"])
    assert HAN.search(told["info"]["description"])
    assert tags == {each["name"] for each in told["tags"]}


def test_jobs_hooks_and_what_hooks_hear_are_described_to_the_last_field():
    told = describe(WHOLE)
    assert set(told["webhooks"]) == set(EVENTS)
    assert "webhooks" not in describe(shell(None, rooms=ROOMS))
    for path, methods in told["paths"].items():
        for operation in methods.values() if path.startswith(("/v1/jobs", "/v1/hooks")) else ():
            for status, answer in operation["responses"].items():
                for media, body in answer.get("content", {}).items():
                    if status.startswith("2") and media == "application/json":
                        assert "$ref" in body["schema"], (path, status)


def test_an_amount_is_a_decimal_string_in_the_description():
    schemas = describe(shell(None, rooms=ROOMS))["components"]["schemas"]
    assert schemas["Emission"]["properties"]["co2e_ug"]["pattern"] == "^-?[0-9]+$"
    assert schemas["Emission"]["properties"]["co2e_ug"]["x-unit"] == "ug"
    leg = schemas["Leg"]["properties"]
    assert leg["activity"] == {"$ref": "#/components/schemas/Activity"}
    assert leg["emissions"]["items"] == {"$ref": "#/components/schemas/Emission"}


REAL = (
    "/v1/activities", "/v1/emissions", "/v1/findings", "/v1/quarantine", "/v1/shipments",
    "/v1/totals", "/v1/factors", "/v1/packs", "/v1/editions", "/v1/log", "/v1/log/entries",
    "/v1/originals", "/v1/schemas", "/v1/glossary", "/v1/kinds", "/v1/devices", "/v1/streams",
)  # fmt: skip


def test_real_answers_are_as_they_are_described(offered):
    """Made-up identities are seldom there: those of the ledger are asked for by themselves."""
    asked = {path: {} for path in REAL}
    first = {}
    for path in asked:
        case = offered[path]["GET"].Case()
        answer = case.call_and_validate(headers=BEARER)
        told = answer.json()
        first[path] = (told.get("items") or [None])[0]
    one = {
        "/v1/activities/{activity_id}": {"activity_id": first["/v1/activities"]["activity_id"]},
        "/v1/emissions/{emission_id}": {"emission_id": first["/v1/emissions"]["emission_id"]},
        "/v1/shipments/{shipment}": {"shipment": first["/v1/shipments"]["shipment"]},
        "/v1/factors/{factor_id}": {"factor_id": first["/v1/factors"]["factor"]["factor_id"]},
        "/v1/originals/{sha256}": {"sha256": first["/v1/originals"]["sha256"]},
        "/v1/log/entries/{index}": {"index": 0},
        "/v1/log/proofs/{index}": {"index": 0},
        "/v1/schemas/{table}": {"table": "emission"},
    }
    for path, names in one.items():
        case = offered[path]["GET"].Case(path_parameters=names)
        answer = case.call_and_validate(headers=BEARER)
        assert answer.status_code == 200, (path, answer.text[:300])
    subject = f"shipment:{first['/v1/shipments']['shipment']}"
    case = offered["/v1/why"]["GET"].Case(query={"subject": subject})
    assert case.call_and_validate(headers=BEARER).status_code == 200
