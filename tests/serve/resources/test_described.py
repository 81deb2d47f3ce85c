"""Whatever the description allows and forbids, the server does what it says."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from tanlu.serve.api import Principal, Refused, permissions, shell
from tanlu.serve.resources import ROOMS

schemathesis = pytest.importorskip("schemathesis")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")
GenerationMode = schemathesis.GenerationMode

pytestmark = pytest.mark.slow
BEARER = {"Authorization": "Bearer known"}
EXAMPLES = int(os.environ.get("TANLU_EXAMPLES", "50"))


def _identify(request):
    if request.headers.get("authorization") == BEARER["Authorization"]:
        return Principal("ann@home", "home", "manager")
    return Refused("absent")


@pytest.fixture(scope="module")
def offered(network_books, tmp_path_factory):
    from tanlu.store.log import begin_log
    from tests.serving import home, last

    made = home(network_books, tmp_path_factory.mktemp("offered"))
    workspace = made.workspace("home")
    last(begin_log(workspace).catch_up())
    workspace.publish_edition(
        "final", profile="iso14083", gwp_set="AR6", spec_hash="0", factors_hash="0",
        code_version="0", co2e_ug="0",
    )  # fmt: skip
    yield schemathesis.openapi.from_asgi(
        "/openapi.json", shell(made, identify=_identify, rooms=ROOMS)
    )
    made.close()


# a well-formed cursor, period or mapping may still be none: that is told with 400, and no
# description can say which texts a server has signed
EXCLUDED = [checks.positive_data_acceptance]

OPERATIONS = sorted(
    (method, path.replace(":path}", "}"))
    for method, path, *_ in permissions(shell(None, rooms=ROOMS))
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_does_what_its_description_says(offered, method, path, mode):
    operation = offered[path][method]
    cases = operation.as_strategy(generation_mode=mode)

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(cases)
    def judged(case):
        case.call_and_validate(headers=BEARER, excluded_checks=EXCLUDED)

    try:
        judged()
    except Unsatisfiable:
        # where nothing can be asked wrongly there is nothing to refuse
        assert mode is GenerationMode.NEGATIVE
        assert path in {"/healthz", "/openapi.json"}
