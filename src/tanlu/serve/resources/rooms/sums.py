"""Sums as the reports have them: totals and their cuts, an inventory, why a number is so."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from tanlu.report import transport, why
from tanlu.report.organisation import organisation, read
from tanlu.serve.resources.asking.look import Look, look
from tanlu.serve.resources.roles import READERS
from tanlu.serve.resources.rooms.intake import Profile
from tanlu.serve.resources.rooms.shipments import Basis
from tanlu.serve.resources.rooms.tables import TEXT, Period
from tanlu.serve.resources.telling.documented import said
from tanlu.serve.resources.telling.rules import rules_of

__all__ = ["Approach", "By", "Subject", "router"]

router = APIRouter(prefix="/v1")
_KEY = r"([a-z_]{1,40}|label:[^,\x00-\x1f\x7f]{1,80})"
By = Annotated[
    str,
    Query(
        description="Cuts, apart by commas: kind, tier, month, lane, payer, vehicle_class, "
        "label:NAME, … (TL803 names them all) · 分项，以逗号分隔",
        pattern=rf"^{_KEY}(,{_KEY}){{0,5}}$",
        examples=["kind", "month,payer"],
    ),
]
Approach = Annotated[
    Literal["equity_share", "financial_control", "operational_control"] | None,
    Query(
        description="Another approach to consolidation than the boundary file's · "
        "与边界文件不同的合并方法"
    ),
]
Subject = Annotated[
    str,
    Query(
        description="type:value as recorded, or shipment:, consignment:, chain: or activity_id: "
        "with a value · 查询主键（类型:值）",
        pattern=TEXT,
        examples=["shipment:TL10000000001"],
    ),
]


def _facts(told: str, *names: str) -> dict[str, Any]:
    text = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
    return {
        "type": "object",
        "description": f"{told}; amounts are decimal strings in the unit that the name ends with",
        "required": [*names],
        "properties": {name: text for name in names if name.endswith("_kg")},
        "additionalProperties": True,
    }


TOTALS = _facts(
    "The facts of the transport report", "profile", "basis", "period", "co2e_wtw_kg",
    "co2e_ttw_kg", "co2e_wtt_kg", "lower_kg", "upper_kg", "unquantified", "by",
)  # fmt: skip


@router.get(
    "/totals", tags=["totals"], summary="The total of a period, and its cuts",
    operation_id="get_totals", responses=said("The facts of the report", TOTALS),
    response_class=Response,
)  # fmt: skip
def totals(
    look: Look = look(*READERS, scope="totals:read"),
    period: Period = None,
    by: By = "kind",
    profile: Profile = None,
    basis: Basis = None,
) -> Response:
    """Give what `tanlu report` sums: total with interval, modes, tiers, what is not quantified.

    A sum is of one profile and one basis: where the ledger holds several and none is asked for,
    the rules of transport and electricity by its grid are taken, else it is refused (TL801).
    """

    def facts() -> Any:
        rules = rules_of(look, profile, basis)
        return transport(
            look.workspace, period, by=tuple(by.split(",")), language=look.language,
            as_of=look.version, profile=rules.profile, basis=rules.basis,
        ).facts  # fmt: skip

    return look.answer(facts, dear=True)


@router.get(
    "/inventory", tags=["inventory"], summary="The inventory of a year by scope",
    operation_id="get_inventory",
    responses=said("The facts of the inventory", _facts("The inventory", "profile", "period")),
    response_class=Response,
)  # fmt: skip
def inventory(
    look: Look = look(*READERS, scope="inventory:read"),
    period: Period = None,
    approach: Approach = None,
) -> Response:
    """Give the inventory as `tanlu report organisation` draws it up: entities, scopes, categories.

    Its boundary is the ledger's `organisation.toml`; without one there is none (TL807). What the
    inventory's profiles do not cover yet is quantified by `POST /v1/quantify`.
    """
    # the boundary is a file beside the ledger: with another one the answer is another
    boundary = read(look.workspace.path, approach=approach)

    def facts() -> Any:
        return organisation(
            look.workspace, period, boundary, language=look.language, as_of=look.version
        ).facts

    return look.also(boundary.sha256).answer(facts, dear=True)


@router.get(
    "/why", tags=["why"], summary="Why a number is what it is", operation_id="get_why",
    responses=said("The calculation sheet", _facts("The calculation sheet", "subject", "total")),
    response_class=Response,
)  # fmt: skip
def why_(
    subject: Subject,
    look: Look = look(*READERS, scope="why:read"),
    profile: Profile = None,
) -> Response:
    """Give what a verifier needs to do it again: formulas, inputs, steps, factor, file, line."""

    def facts() -> Any:
        name = rules_of(look, profile, None).profile or "iso14083"
        return why(
            look.workspace, subject, language=look.language, as_of=look.version, profile=name
        ).facts

    return look.answer(facts, dear=True)
