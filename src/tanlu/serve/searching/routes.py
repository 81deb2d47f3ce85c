"""The routes of the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query

from tanlu.serve.api import Asked, allow
from tanlu.serve.searching.asked import MOST, page
from tanlu.store.relational.search import SORTS

if TYPE_CHECKING:
    from tanlu.serve.searching.following import Searching

__all__ = ["router"]

READERS = ("manager", "operator", "verifier", "viewer", "developer")
SCOPE = "shipments:read"
Mode = Literal["road", "rail", "sea", "inland", "air", "pipeline", "ropeway"]
Tier = Literal["default", "modelled", "learned", "measured"]
Text = Annotated[str | None, Query(max_length=200)]
Order = Annotated[
    str, Query(pattern=f"^-?({'|'.join(SORTS)})$", description="`-` for the greatest first")
]


def router(searching: Searching) -> APIRouter:
    """Give the routes of a server's search."""
    made = APIRouter(prefix="/v1/search", tags=["search"])

    @made.get("/shipments", summary="Shipments by any part of a name", operation_id="search")
    def shipments(  # noqa: PLR0917 - each is a parameter of the query
        q: Annotated[str, Query(max_length=200, description="Words, each anywhere")] = "",
        sort: Order = "-date", after: Annotated[str | None, Query(max_length=2000)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        mode: Annotated[list[Mode] | None, Query()] = None,
        period: Text = None, payer: Text = None, tier: Tier | None = None,
        findings: bool | None = None, asked: Asked = allow(*READERS, scope=SCOPE),
    ) -> dict[str, Any]:  # fmt: skip
        """Give a page; ``count`` is an estimate where ``exact`` is false."""
        return page(
            searching, asked.tenant, q=q, sort=sort, after=after, limit=limit, mode=mode or (),
            period=period, payer=payer, tier=tier, findings=findings,
        )  # fmt: skip

    @made.get("", summary="How far the search index is", operation_id="get_search")
    def far(asked: Asked = allow(*READERS, scope=SCOPE)) -> dict[str, Any]:
        """Give from which version of the ledger the index is, and how far it is being built."""
        return searching.far(asked.tenant)

    return made
