"""Activities in by many, and quantified: written, or only asked."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from tanlu.account import quantify, quantify_all
from tanlu.errors import TanluError
from tanlu.factors import profile as ruled
from tanlu.factors.packs import library_of
from tanlu.monitor import Mapping, intake, read
from tanlu.serve.api import Asked, allow
from tanlu.serve.resources.asking.bodies import Received, limited, received
from tanlu.serve.resources.asking.look import Language
from tanlu.serve.resources.asking.once import Key, answered, once
from tanlu.serve.resources.bringing.receipts import Receipt, last, receipt, refusals
from tanlu.serve.resources.bringing.rows import FORMS, WRITABLE, activities_file
from tanlu.serve.resources.roles import READERS, WRITERS
from tanlu.serve.resources.telling.cells import for_json
from tanlu.serve.resources.telling.forms import ARROW, CSV, JSON, NDJSON, PARQUET
from tanlu.serve.resources.warming import indexed
from tanlu.terms import schema, time

__all__ = ["Profile", "router"]

router = APIRouter(prefix="/v1", tags=["activities"])
MOST_ASKED = 1 << 20
ROWS_ASKED = 1000
Zone = Annotated[
    str,
    Query(
        description="IANA zone of times that tell none · 未注明时区的时间所用的 IANA 时区",
        pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{0,63}$",
        examples=["Asia/Shanghai"],
    ),
]
Profile = Annotated[
    str | None,
    Query(
        description="Accounting rules; those of transport where the ledger has them, else its "
        "only ones · 核算口径；缺省为运输口径，账库仅有一种时用之",
        pattern=r"^[a-z][a-z0-9_]{1,40}$",
        examples=["iso14083"],
    ),
]
_CELL = {"type": ["string", "number", "null"]}
_LABELS = {
    "type": ["object", "string", "null"], "additionalProperties": {"type": "string"},
    "description": "Own dimensions: an object of texts",
}  # fmt: skip


def _told(name: str) -> dict[str, Any]:
    column = schema("activity")[name]
    said = f"{column.meaning} · {column.meaning_zh}"
    return _CELL | {"description": said} | ({"x-unit": column.unit} if column.unit else {})


ROW: dict[str, Any] = {
    "type": "object", "additionalProperties": False, "minProperties": 2,
    "description": "An activity; amounts in the units told, best as decimal strings. Start and "
    "end as RFC 3339 or microseconds since 1970 UTC. What a value means is judged row by row",
    "properties": {name: _LABELS if name == "labels" else _told(name) for name in WRITABLE},
    "required": ["start", "kind"],
}  # fmt: skip
EXAMPLE = {
    "activities": [{
        "activity_id": "TL1/1", "kind": "transport.road", "start": "2026-10-01T08:00:00+08:00",
        "mass_mg": "12500000", "distance_m": "120000", "distance_type": "actual",
        "shipment": "TL1", "leg_no": 1,
    }]
}  # fmt: skip
SCHEMA: dict[str, Any] = {
    "type": "object", "additionalProperties": False, "required": ["activities"],
    "properties": {"activities": {"type": "array", "minItems": 1, "items": ROW}},
}  # fmt: skip


def _body(schema: dict[str, Any], *more: str) -> dict[str, Any]:
    content: dict[str, Any] = {JSON: {"schema": schema, "example": EXAMPLE}}
    content |= {form: {"schema": {"type": "string", "contentMediaType": form}} for form in more}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/activities", summary="Bring activities in", operation_id="post_activities",
    responses={200: {"model": Receipt}}, response_class=Response,
    openapi_extra=_body(SCHEMA, NDJSON, ARROW, PARQUET, CSV),
)  # fmt: skip
def post_activities(
    asked: Asked = allow(*WRITERS, scope="activities:write"),
    zone: Zone = time.ZONE,
    key: Key = None,
    lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
    body: Received = received(*FORMS),
) -> Response:
    """Read activities into the ledger as `tanlu read` does: each is new, known or quarantined.

    A row with the identity of one that is there is known when it says the same, and refused when
    it says something else: a correction has another identity and `supersedes`.
    """
    time.period("2026", zone)

    def bring() -> tuple[int, Any]:
        with tempfile.TemporaryDirectory(prefix="tanlu-in-") as folder:
            path, mapping = activities_file(body, Path(folder), zone)
            facts = last(intake(path, Mapping.parse(mapping), asked.workspace))
        indexed(asked.workspace)
        return 200, receipt(asked.workspace, facts, asked.language)

    return once(asked, key, body.sha256, bring)


class Estimate(BaseModel):
    """Emissions of activities that are written nowhere."""

    profile: str
    gwp_set: str
    emissions: list[dict[str, Any]] = Field(description="Rows of the table emission")
    unquantified: list[dict[str, Any]] = Field(description="Rows of the table finding")
    refused: list[dict[str, Any]] = Field(description="Rows that cannot be read, as in a receipt")


@router.post(
    "/estimates", tags=["emissions"], summary="Quantify without writing",
    operation_id="post_estimates", responses={200: {"model": Estimate}}, response_class=Response,
    openapi_extra=_body(SCHEMA),
)  # fmt: skip
def post_estimates(
    asked: Asked = allow(*READERS, "supplier", scope="estimates:write"),
    profile: Profile = None,
    zone: Zone = time.ZONE,
    lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
    body: Received = limited(MOST_ASKED, JSON),
) -> Response:
    """Give the emissions of up to 1,000 activities by the factors of the ledger; write nothing."""
    rules = ruled(profile or "iso14083").name
    time.period("2026", zone)
    with tempfile.TemporaryDirectory(prefix="tanlu-ask-") as folder:
        path, mapping = activities_file(body, Path(folder), zone)
        batch = next(read(path, Mapping.parse(mapping)))
    if batch.rows_in > ROWS_ASKED:
        raise TanluError("TL467", value=f"{batch.rows_in:,} rows", most=f"{ROWS_ASKED:,} rows")
    library = library_of(asked.workspace)
    made = quantify(batch.activities, library=library, profile=rules)
    return answered(200, {
        "profile": rules,
        "gwp_set": "AR6",
        "emissions": for_json("emission", made.emissions).to_dicts(),
        "unquantified": made.findings.to_dicts(),
        "refused": refusals(batch.quarantine, asked.language),
    })  # fmt: skip


class Quantified(BaseModel):
    """What a run of quantification gave."""

    profile: str
    activities: int
    emissions: int
    co2e_wtw_kg: str
    co2e_ttw_kg: str
    co2e_wtt_kg: str
    unquantified: dict[str, Any]
    new: dict[str, Any]
    ledger_version: int


@router.post(
    "/quantify", tags=["emissions"], summary="Quantify what is new", operation_id="post_quantify",
    responses={200: {"model": Quantified}}, response_class=Response,
)  # fmt: skip
def post_quantify(
    asked: Asked = allow("manager", "operator", scope="emissions:write"),
    profile: Profile = None,
    key: Key = None,
    lang: Language = None,  # noqa: ARG001 - `Asked.language` reads it
) -> Response:
    """Quantify the activities that are new, as `tanlu quantify` does, and wait for it."""
    rules = ruled(profile or "iso14083").name

    def run() -> tuple[int, Any]:
        facts = last(quantify_all(asked.workspace, profile=rules))
        indexed(asked.workspace)
        names = ("activities", "emissions", "co2e_wtw_kg", "co2e_ttw_kg", "co2e_wtt_kg",
                 "unquantified", "new")  # fmt: skip
        told = {name: facts[name] for name in names}
        return 200, {"profile": rules, **told, "ledger_version": asked.workspace.version}

    return once(asked, key, "", run)
