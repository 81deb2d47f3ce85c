"""The verifiers of Sigstore and Auth0 accept our log and statements and refuse them falsified."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.foreign import cases

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(root) -> list[str]:
    node = cases.needed("node")
    folder = Path(os.environ.get("TANLU_FOREIGN") or root / ".venv-dev" / "foreign")
    for package in ("@sigstore/verify", "@auth0/cose"):
        if not folder.joinpath("node_modules", package).is_dir():
            cases.absent(package)
    return [node, str(Path(__file__).with_name("client.mjs")), str(folder.resolve())]


def test_every_claim_is_accepted(client, claims) -> None:
    assert cases.asked(client, claims) == {
        "note": True, "inclusions": [True] * 8, "statements": [True] * 8,
    }  # fmt: skip


def test_every_falsehood_is_refused(client, falsified) -> None:
    for name, (told, kind) in falsified.items():
        if kind == "consistencies":
            continue
        said = cases.asked(client, told)
        verdicts = said[kind] if isinstance(said[kind], list) else [said[kind]]
        assert (name, set(verdicts)) == (name, {False})
        if kind != "note":
            assert said["note"] is True
