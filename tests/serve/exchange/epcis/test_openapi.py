"""Whatever the description allows and forbids, the interface does what it says."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.serve.exchange.epcis.conftest import Repository
from tests.track.events import made

schemathesis = pytest.importorskip("schemathesis")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")
# no description can say which texts are queries, tokens and events that hold
EXCLUDED = [checks.positive_data_acceptance]
EXAMPLES = int(os.environ.get("TANLU_EXAMPLES", "50"))


@pytest.mark.slow
def test_every_operation_does_what_its_description_says(tmp_path) -> None:
    repository = Repository(tmp_path)
    client = repository.client()
    repository.captured(client, made.document([made.event(eventID="urn:e:1", bizStep="shipping")]))
    client.post("/epcis/queries", json={"name": "q", "query": {}})
    told = client.app.openapi()
    told["paths"] = {path: each for path, each in told["paths"].items() if "/epcis" in path}
    offered = schemathesis.openapi.from_dict(told)
    offered.app = client.app
    wrong = {}
    for found in offered.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        )  # fmt: skip
        @given(operation.as_strategy())
        def judged(case) -> None:
            case.call_and_validate(excluded_checks=EXCLUDED)

        try:
            judged()
        except Exception as error:  # noqa: BLE001 - all of them are told at once
            wrong[operation.label] = str(error)[:1500]
    repository.epcis.close()
    repository.home.close()

    assert wrong == {}
