"""Credentials as they are issued: in the form of UNTP, per item or per declared unit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest

from tanlu.errors import TanluError
from tanlu.share.exchange.untp import KINDS, check, issue, recompute
from tests.share.exchange.untp.conftest import NOW, Owner

SCHEMAS = {"passport": "dpp", "attestation": "dcc", "events": "dte"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_we_issue_holds_the_schema_of_untp(kind: str, owner: Owner, shared: Path) -> None:
    name = f"untp-{SCHEMAS[kind]}"
    place = shared / f"data/standards/untp/data-models/{name}/artefacts/{name}-schema.json"
    rules = jsonschema_rs.validator_for(
        json.loads(place.read_text(encoding="utf-8")), validate_formats=True
    )
    for told in (owner.issue(), owner.issue(proof=None)):
        body = check(issue(kind, told, owner.signer), now=NOW).token.body

        assert [error.message for error in rules.iter_errors(body)] == []


def test_a_passport_of_goods_is_per_declared_unit(owner: Owner) -> None:
    goods = {
        "id": "d9be4477-e351-45b3-acd9-e1da05e6f633", "companyName": "Co",
        "productIds": ["urn:x:y"],
        "companyIds": ["urn:co:1"], "productDescription": "ethanol", "productNameCompany": "E",
        "pcf": {"declaredUnitOfMeasurement": "liter", "declaredUnitAmount": "12",
                "pcfExcludingBiogenicUptake": "3.6", "primaryDataShare": "50",
                "boundaryProcessesDescription": "cradle to gate"},
    }  # fmt: skip
    told = replace(owner.issue(proof=None), footprint=goods)
    found = check(issue("passport", told, owner.signer), now=NOW)
    card = found.token.body["credentialSubject"]["emissionsScorecard"]

    assert found.findings == []
    assert (card["carbonFootprint"], card["declaredUnit"]) == (0.3, "LTR")
    assert (card["operationalScope"], card["primarySourcedRatio"]) == ("CradleToGate", 0.5)
    with pytest.raises(TanluError, match="TL920"):
        issue("events", told, owner.signer)
    assert not recompute(found, owner.prover())
    assert found.unchecked == ["it carries no proof"]
