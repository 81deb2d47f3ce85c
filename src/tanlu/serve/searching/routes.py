"""Search over HTTP: shipments by any part of what they, their parties and places are called."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from tanlu.serve.api import Asked, allow
from tanlu.serve.api.following import LINK, following, linked
from tanlu.serve.searching.asked import MOST, page

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["shipments"])
ROLES = ("manager", "operator", "verifier", "viewer", "developer")
Sort = Literal[
    "date", "-date", "co2e", "-co2e", "intensity", "-intensity", "name", "-name",
]  # fmt: skip
Mode = Literal["road", "rail", "sea", "inland", "air", "pipeline", "ropeway"]
Period = Annotated[
    str | None, Query(max_length=200, description="A year, quarter, month, day or a/b · 期间")
]
Payer = Annotated[str | None, Query(max_length=200, description="Who pays for it · 付费方")]
Tier = Annotated[
    Literal["measured", "learned", "modelled", "default"] | None,
    Query(description="The weakest of its legs · 最弱运段的数据等级"),
]


class Place(BaseModel):
    """Where a shipment begins or ends."""

    code: str
    name: str
    name_zh: str


class Line(BaseModel):
    """A shipment as the index knows it; amounts as decimal strings."""

    subject: str
    name: str
    start_us: int
    end_us: int
    co2e_kg: str | None = Field(description="Null where nothing could be quantified")
    lower_kg: str | None
    upper_kg: str | None
    intensity_g_per_tkm: str | None
    transport_tkm: str | None
    tier: str | None = Field(description="The weakest of its legs")
    modes: list[str]
    legs: int
    unquantified: int
    findings: int
    payers: list[str]
    parties: list[str]
    origin: Place | None
    destination: Place | None


class Found(BaseModel):
    """A page of shipments."""

    shipments: list[Line]
    next: str | None = Field(description="The next page, as the Link has it; null on the last")
    count: int
    exact: bool = Field(description="False where the count is an estimate")
    version: int = Field(description="Version of the ledger that the index is of")
    ledger_version: int


@router.get(
    "/search", summary="Shipments that match", operation_id="search_shipments", responses=LINK
)
def search(  # noqa: PLR0917 - what may be asked, by name
    response: Response,
    asked: Asked = allow(*ROLES, scope="shipments:read"),
    q: Annotated[
        str, Query(max_length=200, description="Words, apart by blanks; all must be there · 关键词")
    ] = "",
    sort: Annotated[Sort, Query(description="- is the greatest or newest first · 排序")] = "-date",
    after: Annotated[
        str | None, Query(max_length=2000, description="Of the page before, as its Link has it")
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=MOST, description="Greatest count of shipments of a page")
    ] = 50,
    mode: Annotated[
        list[Mode],
        Query(description="One of these; may be repeated · 运输方式"),
    ] = [],  # noqa: B006 - never changed
    period: Period = None,
    payer: Payer = None,
    tier: Tier = None,
    findings: Annotated[
        bool | None, Query(description="With findings, or without · 有无发现")
    ] = None,
) -> Found:
    """Give a page of the shipments whose names, parties or places hold all the words."""
    told: dict[str, Any] = page(
        asked.request.app.state.searching, asked.tenant, q=q, sort=sort, after=after, limit=limit,
        mode=mode, period=period, payer=payer, tier=tier, findings=findings,
    )  # fmt: skip
    if told["next"] is not None:
        told["next"] = following(asked.request, after=told["next"])
    response.headers.update(linked(told["next"]))
    return Found(**told)


class State(BaseModel):
    """How far the index is."""

    version: int | None = Field(description="Null while nothing is built")
    rows: int
    ledger_version: int
    done: int
    total: int | None


@router.get("/search/state", summary="How far the index is", operation_id="get_search_state")
def state(asked: Asked = allow(*ROLES, scope="shipments:read")) -> State:
    """Give of which version of the ledger the index is, and how far it is being built."""
    return State(**asked.request.app.state.searching.far(asked.tenant))
