"""Our tables of the classes of UNTP, compared with its schemas and examples."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from tanlu.share.exchange.untp import KINDS
from tanlu.share.exchange.untp.forms import fields, form, instant

SCHEMAS = {"passport": "dpp", "attestation": "dcc", "events": "dte"}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_our_tables_read_the_examples_of_untp_as_its_schemas_do(kind: str, shared: Path) -> None:
    name = f"untp-{SCHEMAS[kind]}"
    folder = shared / f"data/standards/untp/data-models/{name}/artefacts"
    example = json.loads((folder / f"{name}-instance.json").read_text(encoding="utf-8"))
    rules = jsonschema_rs.validator_for(
        json.loads((folder / f"{name}-schema.json").read_text(encoding="utf-8"))
    )
    wrong: list[tuple[str, object]] = []
    form(
        KINDS[kind][0], example, "credential", lambda where, value, _: wrong.append((where, value))
    )

    assert rules.is_valid(example)
    assert wrong == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_class_has_the_fields_that_its_schema_has(kind: str, shared: Path) -> None:
    name = f"untp-{SCHEMAS[kind]}"
    place = shared / f"data/standards/untp/data-models/{name}/artefacts/{name}-schema.json"
    rules = json.loads(place.read_text(encoding="utf-8"))["$defs"]
    for each, told in rules.items():
        known = {field.name: field.required for field in fields(each)}
        named = {one: one in told.get("required", ()) for one in told.get("properties", {})}
        assert known == named, each


def test_a_moment_has_its_zone() -> None:
    assert instant("2024-03-15T12:00:00+08:00") == instant("2024-03-15T04:00:00Z")
    for wrong in ("2024-03-15T12:00:00", "2024-03-15", "2024-13-15T12:00:00Z", 5, None):
        assert instant(wrong) is None
