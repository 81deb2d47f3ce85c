"""The description is whole, and whatever it allows and forbids, the server does what it says."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from tanlu.serve.access import Limits, Rate
from tanlu.serve.api import Principal, Refused, permissions, shell
from tanlu.serve.application import application
from tanlu.serve.resources import ROOMS, describe
from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests.serving import last

schemathesis = pytest.importorskip("schemathesis")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")
GenerationMode = schemathesis.GenerationMode

BEARER = {"Authorization": "Bearer known"}
EXAMPLES = int(os.environ.get("TANLU_EXAMPLES", "50"))


def _identify(request):
    if request.headers.get("authorization") == BEARER["Authorization"]:
        return Principal("ann@home", "home", "manager")
    return Refused("absent")


def _whole():
    """The whole application over an empty ledger, for its description alone."""
    with tempfile.TemporaryDirectory() as folder:
        open_workspace(Path(folder) / "books", create=True)
        app = application(Path(folder) / "books")
        describe(app)
        app.state.home.close()
    return app


WHOLE = _whole()
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def offered(network_books, tmp_path_factory):
    """The whole application over a ledger with a log and an edition."""
    folder = tmp_path_factory.mktemp("offered")
    shutil.copytree(network_books, folder / "books")
    often = Rate(10**9, 10**9)
    limits = Limits(known=often, unknown=often, entrance=often)
    app = application(folder / "books", identify=_identify, limits=limits)
    workspace = app.state.home.workspace("home")
    last(begin_log(workspace).catch_up())
    workspace.publish_edition(
        "final", profile="iso14083", gwp_set="AR6", spec_hash="0", factors_hash="0",
        code_version="0", co2e_ug="0",
    )  # fmt: skip
    yield schemathesis.openapi.from_asgi("/openapi.json", app)
    app.state.home.close()


_NAMES = st.sampled_from(["created", "status", "productIds", "companyName", "none"])
_COMPARED = st.builds(
    "{} {} '{}'".format, _NAMES, st.sampled_from(["eq", "ne", "lt", "like"]),
    st.text(alphabet="ab0-'", max_size=8),
)  # fmt: skip
schemathesis.openapi.format(
    "odata-filter",
    st.recursive(
        _COMPARED,
        lambda parts: (
            st.builds("({}) {} {}".format, parts, st.sampled_from(["and", "or"]), parts)
            | st.builds("not ({})".format, parts)
            | st.builds("{}/any(p:(p eq '{}'))".format, _NAMES, st.sampled_from(["urn:a", ""]))
        ),
        max_leaves=6,
    ),
)


# a well-formed cursor, period or mapping may still be none: that is told with 400, and no
# description can say which texts a server has signed
EXCLUDED = [checks.positive_data_acceptance]

# a stream of events has no end that could be judged
ENDLESS = {("GET", "/v1/live")}
OPERATIONS = sorted(
    (method.upper(), path)
    for path, methods in describe(WHOLE)["paths"].items()
    for method in methods
    if (method.upper(), path) not in ENDLESS
)


@pytest.mark.slow
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
        assert not operation.body
        assert not list(operation.query)


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
                known = [] if path in public else [{"bearer": []}, {"session": []}]
                assert operation["security"] == known, path
                assert path in public or {"401", "403"} <= set(operation["responses"]), path
            ours = operation["operationId"] in OURS
            for each in operation.get("parameters", ()) if ours else ():
                assert "anyOf" not in each["schema"], (path, each["name"])
                assert each["schema"].get("description") or each.get("description"), each
    assert len(names) == len(set(names))
    assert set(told["components"]["securitySchemes"]) == {"bearer", "session"}
    assert tags == {each["name"] for each in told["tags"]}


def test_an_amount_is_a_decimal_string_in_the_description():
    schemas = describe(shell(None, rooms=ROOMS))["components"]["schemas"]
    assert schemas["Emission"]["properties"]["co2e_ug"]["pattern"] == "^-?[0-9]+$"
    assert schemas["Emission"]["properties"]["co2e_ug"]["x-unit"] == "ug"
    leg = schemas["Leg"]["properties"]
    assert leg["activity"] == {"$ref": "#/components/schemas/Activity"}
    assert leg["emissions"]["items"] == {"$ref": "#/components/schemas/Emission"}


OURS = {
    operation["operationId"]
    for methods in describe(shell(None, rooms=ROOMS))["paths"].values()
    for operation in methods.values()
}
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
