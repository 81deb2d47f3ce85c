"""The opinion of a verifier over HTTP: a draft goes out, what he signed elsewhere comes back.

This server signs nothing in his name: his key never lies here (`tanlu.verify.assurance`).
"""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.store.log import has_log, log_of
from tanlu.verify.assurance import Trail, signing

__all__ = ["MOST_BYTES", "engagement_of", "register", "router"]

router = APIRouter(prefix="/v1/engagements", tags=["ledger"])
# of a statement; what is longer is none
MOST_BYTES = 16_384
MEDIA = "application/cbor"


def engagement_of(asked: Asked, name: str) -> Trail:
    """Give an engagement of the organisation's log; TL931 where it has none of that name."""
    workspace = asked.workspace
    if has_log(workspace):
        trail = Trail(workspace, log_of(workspace), name)
        with contextlib.suppress(TanluError):
            trail.last("plan")
            return trail
    raise TanluError("TL931", value=name[:80])


def register(asked: Asked, name: str, statement: bytes) -> Any:
    """Write an opinion that a verifier signed to the log, under a checkpoint.

    Raises
    ------
    TanluError
        TL763 for another statement than the opinion that the engagement waits for, TL130–TL135 for
        one that the keys in the log do not admit, TL931 where there is no such engagement.
    """
    trail = engagement_of(asked, name)
    if len(statement) > MOST_BYTES:
        raise TanluError("TL763", value=name[:80], why=f"> {MOST_BYTES} B")
    told = signing.received(trail, statement)
    trail.log.checkpoint()
    return told


@router.get(
    "/{engagement}/opinion", summary="What a verifier's opinion would say, to be signed",
    operation_id="draft_opinion", response_class=Response,
    responses={200: {"description": "The draft; sign it with tanlu audit opine --statement",
                     "content": {MEDIA: {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
def draft_opinion(
    engagement: str,
    asked: Asked = allow("verifier", scope="log:read"),
    opinion: Annotated[
        str | None, Query(max_length=20, description="Another one than the proposed")
    ] = None,
    reason: Annotated[
        str | None, Query(max_length=4000, description="Why it is another one")
    ] = None,
) -> Response:
    """Give the draft of an opinion: the proposed one, or another one with a reason."""
    made = signing.draft(engagement_of(asked, engagement), opinion or None, reason)
    told = {"content-disposition": 'attachment; filename="opinion.cbor"'}
    return Response(made, media_type=MEDIA, headers=told)


@router.post(
    "/{engagement}/opinion", summary="An opinion that its verifier signed", status_code=201,
    operation_id="register_opinion",
    openapi_extra={"requestBody": {"required": True, "content": {
        "application/cose": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def register_opinion(
    engagement: str, request: Request, asked: Asked = allow("verifier", scope="reviews:write")
) -> dict[str, Any]:
    """Write a statement to the log; its signature and its words are checked as ``tanlu`` does."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise TanluError("TL763", value=engagement[:80], why=f"> {MOST_BYTES} B")
    told = await run_in_threadpool(register, asked, engagement, bytes(body))
    request.state.object = f"{engagement} {told.index}"
    return {"entry": told.index, "key": told.kid.hex(), "opinion": told.content["opinion"]}
