"""The description as what can be asked: each operation with requests that it allows or forbids."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from tanlu.serve.access import Limits, Rate
from tanlu.serve.api import Principal, Refused
from tanlu.serve.application import application
from tanlu.serve.resources import describe
from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests.serving import last
from tests.track.events import made

schemathesis = pytest.importorskip("schemathesis")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")
asgi = pytest.importorskip("schemathesis.python.asgi")
GenerationMode = schemathesis.GenerationMode
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)

BEARER = {"Authorization": "Bearer known"}
V1 = "/v1/"
# of each operation and mode, where the time is there for it
EXAMPLES = int(os.environ.get("TANLU_EXAMPLES", "50"))

# a well-formed cursor, period or mapping may still be none: that is told with 400, and no
# description can say which texts a server has signed
EXCLUDED = [checks.positive_data_acceptance]
# a stream of events has no end: its head and its first event are judged; and what is asked follows
# from the description alone, not from words found in the program, whose files that would load
CONFIG = schemathesis.Config.from_dict(
    {"max-stream-events": 1, "analysis": {"constants": {"enabled": False}}}
)


@schemathesis.serializer("application/cose")
def _signed(_context: Any, value: Any) -> bytes:
    return bytes(getattr(value, "data", b"")) or str(value).encode()


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


def _whole() -> Any:
    """Give the whole application over an empty ledger, for its description alone."""
    with tempfile.TemporaryDirectory() as folder:
        open_workspace(Path(folder) / "books", create=True)
        app = application(Path(folder) / "books")
        describe(app)
        app.state.home.close()
    return app


WHOLE = _whole()
OPERATIONS = sorted(
    (method.upper(), path)
    for path, methods in describe(WHOLE)["paths"].items()
    for method in methods
)


def _identify(request: Any) -> Principal | Refused:
    if request.headers.get("authorization") == BEARER["Authorization"]:
        return Principal("ann@home", "home", "manager")
    return Refused("absent")


def offer(template: Path, folder: Path) -> Iterator[Any]:
    """Give what can be asked of the whole application.

    Its ledger has a log, an edition, an event of a thing, and a query for such.
    """
    shutil.copytree(template, folder / "books")
    # nobody is kept waiting for asking often: that is judged elsewhere
    often = Rate(10**9, 10**9)
    limits = Limits(known=often, unknown=often, entrance=often)
    app = application(folder / "books", identify=_identify, limits=limits)
    workspace = app.state.home.workspace("home")
    last(begin_log(workspace).catch_up())
    workspace.publish_edition(
        "final", profile="iso14083", gwp_set="AR6", spec_hash="0", factors_hash="0",
        code_version="0", co2e_ug="0",
    )  # fmt: skip
    client, event = TestClient(app, headers=BEARER), made.event(eventID="urn:e:1")
    answer = client.post("/epcis/capture", json=made.document([event]))
    assert answer.status_code == 202, answer.text
    answer = client.post("/epcis/queries", json={"name": "q", "query": {}})
    assert answer.status_code == 201, answer.text
    yield schemathesis.openapi.from_asgi("/openapi.json", app, config=CONFIG)
    app.state.hub.close()
    asgi.shutdown_lifespans()
    app.state.home.close()


def judge(offered: Any, method: str, path: str, mode: Any, examples: int) -> None:
    """Ask an operation for what its description allows or forbids, and judge each answer."""
    operation = offered[path][method]

    @settings(
        max_examples=examples, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def judged(case: Any) -> None:
        case.call_and_validate(headers=BEARER, excluded_checks=EXCLUDED)

    try:
        judged()
    except Unsatisfiable:
        # where nothing can be asked wrongly there is nothing to refuse
        assert mode is GenerationMode.NEGATIVE
        assert not operation.body
        assert not list(operation.query)
