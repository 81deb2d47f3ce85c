"""Shipments: each with its legs, its total with interval, boundaries apart, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

import polars as pl
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from tanlu.account import total
from tanlu.errors import TanluError
from tanlu.report.items import one_sum
from tanlu.serve.resources.asking.look import Look, look, paged
from tanlu.serve.resources.roles import READERS
from tanlu.serve.resources.rooms.intake import Profile
from tanlu.serve.resources.rooms.tables import Identity, Period
from tanlu.serve.resources.telling.cells import for_json, row_of
from tanlu.serve.resources.telling.documented import PageOf, modelled
from tanlu.serve.resources.telling.lists import Cut, paged_answer
from tanlu.serve.resources.telling.rules import rules_of
from tanlu.store.index import find

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Basis", "router"]

router = APIRouter(prefix="/v1", tags=["shipments"])
Basis = Annotated[
    Literal["location", "market"] | None,
    Query(
        description="Of electricity; by location if not said. The two are never summed · "
        "电力核算基准，缺省为基于位置；两者不相加"
    ),
]
# legs that are told in full; the total is of all
SHOWN = 1000
MEASURED = ("co2e_ug", "lower_ug", "upper_ug", "sigma_ln_ppm")
Digits = Annotated[str, Field(pattern="^-?[0-9]+$")]


class Amount(BaseModel):
    """A sum of emissions [µg CO2e] with its 95 % interval."""

    co2e_ug: Digits
    lower_ug: Digits
    upper_ug: Digits
    sigma_ln_ppm: int


class OfBoundary(Amount):
    """The sum of one boundary: ttw, wtt, generation, …."""

    boundary: str


class Leg(BaseModel):
    """An activity of the shipment with its emissions."""

    activity: Annotated[dict[str, Any], row_of("activity")]
    amount: Amount | None = Field(description="Null where it could not be quantified")
    emissions: list[Annotated[dict[str, Any], row_of("emission")]]


class ShipmentLine(BaseModel):
    """A shipment with its total."""

    shipment: str
    profile: str
    basis: str
    rows: int
    start: int = Field(description="Begin of its first activity [us since 1970 UTC]")
    end: int
    amount: Amount


class Shipment(BaseModel):
    """One shipment from its first leg to its last."""

    shipment: str
    profile: str
    basis: str
    activities: int = Field(description="How many; up to 1,000 are told in full")
    amount: Amount | None = Field(description="Null where nothing could be quantified")
    boundaries: list[OfBoundary]
    unquantified: list[str] = Field(description="Activities that could not be quantified")
    legs: list[Leg]
    why: str = Field(description="Where the whole derivation is")


@router.get(
    "/shipments", summary="Shipments with their totals", operation_id="list_shipments",
    responses=modelled("Shipments in the order of their names", PageOf[ShipmentLine]),
    response_class=Response,
)  # fmt: skip
def shipments(
    look: Look = paged(*READERS, scope="shipments:read"),
    period: Period = None,
    profile: Profile = None,
    basis: Basis = None,
) -> Response:
    """Give shipments by name, each with the sum of its emissions by one profile and one basis."""
    if look.known is not None:
        return look.known
    rules = rules_of(look, profile, basis)
    matching, span = Cut({}, period).matching(look.workspace.zone)
    rows = look.workspace.scan("emission", as_of=look.version, between=span)
    rows = rows if matching is None else rows.filter(matching)
    summed, name, ground = one_sum(rows, rules.profile, rules.basis)
    after = str(look.place or "")
    names = (
        summed.select("shipment").filter(pl.col("shipment") > after).unique()
        .bottom_k(look.limit + 1, by="shipment").collect(engine="streaming")["shipment"].sort()
    )  # fmt: skip
    following = str(names[look.limit - 1]) if names.len() > look.limit else None
    some = names.head(look.limit)
    found = _lines(summed, some, (name, ground)) if some.len() else []
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return paged_answer(look, body, following)


def _lines(summed: pl.LazyFrame, names: pl.Series, rules: tuple[str, str]) -> list[dict[str, Any]]:
    kept = ("shipment", "start", "end", "co2e_ug", "sigma_ln_ppm", "factor_id", "factor_hash",
            "profile", "basis", "gwp_set")  # fmt: skip
    rows = (
        summed.filter(pl.col("shipment").is_in(names.implode())).select(kept)
        .collect(engine="streaming")
    )  # fmt: skip
    about = rows.group_by("shipment").agg(
        pl.len().alias("rows"), pl.col("start").min(), pl.col("end").max()
    )
    sums = total(rows, by=["shipment"]).join(about, on="shipment").sort("shipment")
    return [
        {
            "shipment": row["shipment"], "profile": rules[0], "basis": rules[1],
            "rows": row["rows"], "start": row["start"], "end": row["end"], "amount": _amount(row),
        }
        for row in sums.iter_rows(named=True)
    ]  # fmt: skip


def _amount(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: int(row[name]) if name == "sigma_ln_ppm" else str(int(row[name])) for name in MEASURED
    }


@router.get(
    "/shipments/{shipment:path}", summary="One shipment", operation_id="get_shipment",
    responses=modelled("The shipment", Shipment),
    response_class=Response,
)  # fmt: skip
def shipment(
    shipment: Identity,
    look: Look = look(*READERS, scope="shipments:read"),
    profile: Profile = None,
    basis: Basis = None,
) -> Response:
    """Give a shipment: its legs, its total with interval, the boundaries apart, and why."""
    return look.answer(lambda: _shipment(look, shipment, profile, basis))


def _shipment(look: Look, name: str, profile: str | None, basis: str | None) -> dict[str, Any]:
    activities = find(look.workspace, "activity", {"shipment": [name]}, as_of=look.version)
    if not activities.height:
        raise TanluError("TL484", value=name)
    ids = activities["activity_id"].to_list()
    rules = rules_of(look, profile, basis)
    rows = find(look.workspace, "emission", {"activity_id": ids}, as_of=look.version)
    summed, chosen, ground = one_sum(rows.lazy(), rules.profile, rules.basis)
    emissions = summed.collect()
    apart = total(emissions, by=["boundary"]).sort("boundary")
    # the derivation is of the same rules and the same version as the sum
    told = {"profile": chosen} if profile else {}
    if "as_of" in look.asked.request.query_params:
        told["as_of"] = str(look.version)
    return {
        "shipment": name, "profile": chosen, "basis": ground, "activities": activities.height,
        "amount": _amount(total(emissions).row(0, named=True)) if emissions.height else None,
        "boundaries": [
            {"boundary": row["boundary"], **_amount(row)} for row in apart.iter_rows(named=True)
        ],
        "unquantified": sorted(set(ids) - set(emissions["activity_id"].to_list())),
        "legs": _legs(activities.sort("leg_no", "start", "activity_id").head(SHOWN), emissions),
        "why": f"/v1/why?subject={quote(f'shipment:{name}', safe='')}"
        + "".join(f"&{key}={value}" for key, value in told.items()),
    }  # fmt: skip


def _legs(activities: pl.DataFrame, emissions: pl.DataFrame) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, Any]] = {}
    if emissions.height:
        each = total(emissions, by=["activity_id"])
        sums = {row["activity_id"]: _amount(row) for row in each.iter_rows(named=True)}
    rows: dict[str, list[dict[str, Any]]] = {}
    ordered = for_json("emission", emissions.sort("activity_id", "share_key", "boundary"))
    for row in ordered.iter_rows(named=True):
        rows.setdefault(row["activity_id"], []).append(row)
    found: Sequence[dict[str, Any]] = for_json("activity", activities).to_dicts()
    return [
        {
            "activity": row, "amount": sums.get(row["activity_id"]),
            "emissions": rows.get(row["activity_id"], []),
        }
        for row in found
    ]  # fmt: skip
