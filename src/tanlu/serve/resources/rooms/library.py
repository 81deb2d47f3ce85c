"""Factors: found, chosen with reasons, their versions, where they are used, and their packs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from tanlu.errors import TanluError
from tanlu.factors import explain
from tanlu.factors import profile as ruled
from tanlu.factors.packs import library_of
from tanlu.serve.resources.asking.look import Look, look, paged
from tanlu.serve.resources.roles import READERS
from tanlu.serve.resources.rooms.tables import TEXT, Identity
from tanlu.serve.resources.telling.cells import row_of
from tanlu.serve.resources.telling.documented import PageOf, modelled, said
from tanlu.serve.resources.telling.lists import paged_answer
from tanlu.terms import taxonomy, time

if TYPE_CHECKING:
    from tanlu.factors import Library

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["factors"])
SEARCHED = ("factor_id", "activity", "vehicle_class", "energy_carrier", "technology", "material",
            "place", "source_id", "note")  # fmt: skip
# what makes two rows one factor at two times
SAME = ("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology",
        "material", "place", "boundary", "method", "source_id")  # fmt: skip


class FactorLine(BaseModel):
    """A factor with the pack that it stands in."""

    factor: Annotated[dict[str, Any], row_of("factor")]
    pack: str


class Use(BaseModel):
    """Where a factor is used: emissions of one profile, basis and boundary."""

    profile: str
    basis: str
    boundary: str
    rows: int
    co2e_ug: str = Field(pattern="^-?[0-9]+$")


class FactorSheet(FactorLine):
    """A factor with its source, its versions and where it is used."""

    source: dict[str, Any] = Field(description="Title, publisher, licence, …")
    versions: list[Annotated[dict[str, Any], row_of("factor")]] = Field(
        description="The same at other times, the oldest first"
    )
    used_by: list[Use]


class PackLine(BaseModel):
    """A pack of factors: a hashed edition with its licence."""

    pack_id: str
    semver: str
    title: str
    title_zh: str
    licence: str
    attribution: str
    hash: str
    supersedes: str
    factors: int


def _library(look: Look) -> Library:
    return library_of(look.workspace, as_of=look.version)


def _row(row: Any) -> dict[str, Any]:
    """Give a factor as its table has it: absent cells are null, years are numbers."""
    found: dict[str, Any] = {name: value or None for name, value in row.items()}
    year = found.get("data_year")
    found["data_year"] = None if year is None else int(year)
    return found


@router.get(
    "/factors", summary="Factors", operation_id="list_factors",
    responses=modelled("Factors in the order of their identities", PageOf[FactorLine]),
    response_class=Response,
)  # fmt: skip
def factors(
    look: Look = paged(*READERS, scope="factors:read"),
    q: Annotated[
        str | None, Query(description="Words that a factor has · 检索词", pattern=TEXT)
    ] = None,
    activity: Annotated[
        str | None,
        Query(description="A leaf of the taxonomy, or a branch · 活动分类", pattern=TEXT),
    ] = None,
    place: Annotated[
        str | None, Query(description="ISO 3166, grid code or GLO · 地区", pattern=TEXT)
    ] = None,
    source_id: Annotated[str | None, Query(description="Source · 来源", pattern=TEXT)] = None,
) -> Response:
    """Give the factors of the ledger's library: those that have all words of `q`.

    `activity` is a leaf of the taxonomy, or a branch with all below it.
    """
    if look.known is not None:
        return look.known
    library = _library(look)
    words = (q or "").casefold().split()
    wanted = {"place": place, "source_id": source_id}
    after = str(look.place or "")
    found: list[dict[str, Any]] = []
    following = None
    for row in library.rows:
        if row["factor_id"] <= after or not _matches(row, words, activity, wanted):
            continue
        if len(found) == look.limit:
            following = found[-1]["factor"]["factor_id"]
            break
        found.append({"factor": _row(row), "pack": library.pack_of[row["factor_id"]]})
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return paged_answer(look, body, following)


def _matches(
    row: Any, words: list[str], activity: str | None, wanted: dict[str, str | None]
) -> bool:
    if any(value is not None and row.get(name) != value for name, value in wanted.items()):
        return False
    if activity is not None and not taxonomy.within(row["activity"], activity):
        return False
    if not words:
        return True
    text = " ".join(row.get(name) or "" for name in SEARCHED).casefold()
    return all(word in text for word in words)


@router.get(
    "/factors/{factor_id:path}", summary="One factor", operation_id="get_factor",
    responses=modelled("The factor", FactorSheet), response_class=Response,
)  # fmt: skip
def factor(factor_id: Identity, look: Look = look(*READERS, scope="factors:read")) -> Response:
    """Give a factor with its source, its versions, and the emissions that rest on it."""
    return look.answer(lambda: _sheet(look, factor_id))


def _sheet(look: Look, factor_id: str) -> dict[str, Any]:
    library = _library(look)
    row = next((each for each in library.rows if each["factor_id"] == factor_id), None)
    if row is None:
        raise TanluError("TL484", value=factor_id)
    same = [
        each for each in library.rows
        if all((each.get(name) or "") == (row.get(name) or "") for name in SAME)
    ]  # fmt: skip
    return {
        "factor": _row(row),
        "pack": library.pack_of[factor_id],
        "source": dict(library.documents[row["source_id"]]),
        "versions": [_row(each) for each in sorted(same, key=lambda each: each["valid_from"])],
        "used_by": _uses(look, factor_id),
    }


def _uses(look: Look, factor_id: str) -> list[dict[str, Any]]:
    """Give where a factor stands alone or among those that make up another."""
    rows = look.workspace.scan(
        "emission", as_of=look.version,
        columns=["factor_id", "profile", "basis", "boundary", "co2e_ug"],
    )  # fmt: skip
    keys = ["factor_id", "profile", "basis", "boundary"]
    sums = (
        rows.filter(pl.col("factor_id").str.contains(factor_id, literal=True)).group_by(keys)
        .agg(pl.len().alias("rows"), pl.col("co2e_ug").cast(pl.Int128).sum())
        .collect(engine="streaming")
    )  # fmt: skip
    made = sums.filter(
        pl.col("factor_id").str.replace_all("+", "/", literal=True).str.split("/")
        .list.contains(factor_id)
    )  # fmt: skip
    found = made.group_by(keys[1:]).agg(pl.col("rows", "co2e_ug").sum()).sort(keys[1:])
    return [row | {"co2e_ug": str(row["co2e_ug"])} for row in found.iter_rows(named=True)]


@router.get(
    "/choice", summary="Which factor holds, and why", operation_id="get_choice",
    responses=said("The choice with its losers", {"type": "object"}), response_class=Response,
)  # fmt: skip
def choice(
    *,
    kind: Annotated[
        str,
        Query(description="Kind of activity · 活动类别", pattern=TEXT, examples=["transport.road"]),
    ],
    day: Annotated[
        str,
        Query(
            description="Day in the ledger's zone · 日期（账库时区）",
            pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
            examples=["2026-10-01"],
        ),
    ],
    look: Look = look(*READERS, scope="factors:read"),
    vehicle_class: Annotated[
        str | None,
        Query(description="Facet: vehicle, vessel, aircraft or hub class · 车型", pattern=TEXT),
    ] = None,
    energy_carrier: Annotated[
        str | None, Query(description="Facet: energy carrier · 能源载体", pattern=TEXT)
    ] = None,
    temperature_class: Annotated[
        str | None, Query(description="Facet: temperature class · 温区", pattern=TEXT)
    ] = None,
    place: Annotated[
        str | None, Query(description="ISO 3166, grid code or GLO · 地区", pattern=TEXT)
    ] = None,
    technology: Annotated[
        str | None, Query(description="Facet: technology · 技术", pattern=TEXT)
    ] = None,
    material: Annotated[
        str | None, Query(description="Facet: material · 材料", pattern=TEXT)
    ] = None,
    profile: Annotated[
        str, Query(description="Accounting rules · 核算口径", pattern=r"^[a-z][a-z0-9_]{1,40}$")
    ] = "iso14083",
    gwp_set: Annotated[
        Literal["AR4", "AR5", "AR6"], Query(description="GWP set · GWP 版本")
    ] = "AR6",
) -> Response:
    """Give which factor holds on a day: its rank, who lost and where, which filters were hit."""

    def told() -> Any:
        key = {
            "kind": kind, "vehicle_class": vehicle_class, "energy_carrier": energy_carrier,
            "temperature_class": temperature_class, "place": place, "technology": technology,
            "material": material,
        }  # fmt: skip
        at_us = time.period(day, look.workspace.zone)[0]
        rules = ruled(profile).name
        found = explain(key, at_us, library=_library(look), profile=rules, gwp_set=gwp_set)
        return json.loads(json.dumps(found, default=str, allow_nan=False))

    return look.answer(told)


@router.get(
    "/packs", summary="Factor packs", operation_id="list_packs",
    responses=modelled("The packs that the ledger uses", PageOf[PackLine]),
    response_class=Response,
)  # fmt: skip
def packs(look: Look = look(*READERS, scope="factors:read")) -> Response:
    """Give the packs of factors that the ledger uses, each with hash and licence."""

    def told() -> Any:
        names = PackLine.model_fields.keys() - {"factors"}
        found = [
            {name: getattr(pack, name) for name in sorted(names)}
            | {"factors": len(pack.tables["factor"])}
            for pack in _library(look).packs
        ]
        return {"items": found, "next": None, "ledger_version": look.version}

    return look.answer(told)
