"""The record of acts, for who answers for the organisation and who verifies it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from tanlu.serve.access import acts
from tanlu.serve.access.routes.shapes import Check, Items, told
from tanlu.serve.api import Asked, allow
from tanlu.serve.api.following import LINK, following, linked

__all__ = ["log"]

log = APIRouter(prefix="/v1/audit", tags=["access"])

MOST = 500


@log.get("", summary="Who did what", response_model=Items, responses=LINK)
def list_acts(
    response: Response,
    asked: Asked = allow("manager", "verifier", scope="audit:read"),
    before: Annotated[
        int | None, Query(ge=1, lt=1 << 62, description="Of the page before, as its Link has it")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Greatest count of acts")] = 100,
) -> dict[str, Any]:
    """Give acts in the organisation, the newest first."""
    with asked.state() as state:
        rows = acts.page(state, before=before, limit=limit)
        head = acts.head(state)
    more = len(rows) == limit and rows[-1]["seq"] > 1
    url = following(asked.request, before=rows[-1]["seq"]) if more else None
    response.headers.update(linked(url))
    return {"items": [told(row) for row in rows], "next": url, "head": head._asdict()}


@log.get("/check", summary="Whether the record is whole", response_model=Check)
def check_acts(
    asked: Asked = allow("manager", "verifier", scope="audit:read"),
    seq: Annotated[
        int | None, Query(ge=0, lt=1 << 62, description="Number of a line that was written down")
    ] = None,
    hash: Annotated[  # noqa: A002
        str | None, Query(pattern="^[0-9a-f]{64}$", description="Hash of that line")
    ] = None,
) -> dict[str, Any]:
    """See that every line follows from the one before it, and that one kept before is there."""
    kept = acts.Head(seq, hash) if seq is not None and hash is not None else None
    with asked.state() as state:
        return acts.checked(state, kept)._asdict()
