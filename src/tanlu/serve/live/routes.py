"""The routes of what is live: a stream of events, its topics, and the same once as a document."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Query, Response
from fastapi.concurrency import run_in_threadpool

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.live.frames import bodies
from tanlu.serve.live.hub import MOST_OF_ONE, Hub, Viewer
from tanlu.serve.live.topics import WATCHERS, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import Receive, Scope, Send

__all__ = ["router", "streamed"]

MEDIA = "text/event-stream"
SILENCE_S = 10.0
# who does not read for so long is hung up on
STUCK_S = 60.0
# who watches longer than this asks again, with his rights of then
LONGEST_S = 900.0
# when a page asks again after a break [ms]
RETRY = b"retry: 2000\n\n"
HEARTBEAT = b": still here\n\n"
ANSWER_S = 20.0
# how often it is asked whether one may still watch whose right can end at any time
CHECK_S = 5.0
ROLES = tuple(dict.fromkeys(role for roles in WATCHERS.values() for role in roles))
# one event of the stream, as a browser hands it on
EVENT = {
    "type": "object", "required": ["event", "data"],
    "properties": {
        "event": {"type": "string", "description": "The topic, or tick at the end of a second"},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "id": {"type": "string", "description": "Where a browser goes on; a tick alone has it"},
    },
}  # fmt: skip

router = APIRouter(tags=["live"])


class _Live(Response):
    """Sends what the hub gives one viewer until he goes."""

    media_type = MEDIA

    def __init__(self, hub: Hub, viewer: Viewer, holds: Callable[[], bool] | None = None) -> None:
        self.hub, self.viewer, self.holds = hub, viewer, holds
        self.status_code = 200
        self.background = None
        self.init_headers({
            "cache-control": "no-store", "x-accel-buffering": "no", "content-type": MEDIA,
        })  # fmt: skip
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        gone = asyncio.ensure_future(_gone(receive, self.viewer))
        try:
            await send({
                "type": "http.response.start", "status": 200, "headers": self.raw_headers,
            })  # fmt: skip
            await self._send(send)
        except (TimeoutError, OSError):
            # he reads no more, or has gone: his place is free again
            return
        finally:
            gone.cancel()
            self.hub.leave(self.viewer)

    async def _send(self, send: Send) -> None:
        now = time.monotonic()
        until, check = now + LONGEST_S, now + CHECK_S
        silence_s = CHECK_S if self.holds else SILENCE_S
        data: bytes | None = RETRY
        while data is not None:
            async with asyncio.timeout(STUCK_S):
                await send({
                    "type": "http.response.body", "body": data or HEARTBEAT, "more_body": True,
                })  # fmt: skip
            data = await self.viewer.next(silence_s) if time.monotonic() < until else None
            if self.holds and time.monotonic() > check:
                check += CHECK_S
                data = data if await run_in_threadpool(self.holds) else None
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def streamed(
    asked: Asked, topics: Sequence[str], last: str | None, *, link: str, holds: Callable[[], bool]
) -> Response:
    """Stream topics to who came by a link, as long as it holds.

    Raises
    ------
    TanluError
        TL942 when too many watch by this link, or in all.
    """
    hub: Hub = asked.request.app.state.hub
    viewer = Viewer(asked.tenant, tuple(topics), last, link=link)
    hub.watch(viewer, asked.workspace)
    return _Live(hub, viewer, holds)


async def _gone(receive: Receive, viewer: Viewer) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.end()


@router.get(
    "/v1/live", summary="Watch topics as server-sent events", response_class=Response,
    operation_id="watch_live",
    responses={200: {
        "description": "Frames, until one hangs up or a quarter of an hour has passed",
        "content": {MEDIA: {"schema": EVENT}},
    }},
)  # fmt: skip
async def live(
    t: Annotated[str, Query(description="topics, apart by commas: kpi,park:xian")],
    last_event_id: Annotated[
        str | None, Header(max_length=64, description="The tick after which to go on")
    ] = None,
    asked: Asked = allow(*ROLES, scope="live:read"),
) -> Response:
    """Stream frames: first a whole picture of each topic, then each second what is new.

    Every frame has ``at_us``, ``stale_s`` and ``stale``; the event ``tick`` ends each second and
    has the identity by which a browser goes on after a break.
    """
    hub: Hub = asked.request.app.state.hub
    viewer = Viewer(asked.tenant, _topics(asked, t), last_event_id)
    hub.watch(viewer, asked.workspace)
    return _Live(hub, viewer)


@router.get(
    "/v1/live/now", summary="The same once, as one document", response_class=Response,
    operation_id="live_now",
    responses={200: {
        "description": "Whole frames by topic, and the tick that they are of",
        "content": {"application/json": {"schema": {
            "type": "object", "required": ["topics", "tick"],
            "properties": {"topics": {"type": "object"}, "tick": {"type": "object"}},
        }}},
    }},
)  # fmt: skip
async def now(
    t: Annotated[str, Query(description="topics, apart by commas: kpi,park:xian")],
    asked: Asked = allow(*ROLES, scope="live:read"),
) -> Response:
    """Give a whole picture of topics as they are now: ``{"topics": {...}, "tick": {...}}``."""
    hub: Hub = asked.request.app.state.hub
    viewer = Viewer(asked.tenant, _topics(asked, t), None)
    hub.watch(viewer, asked.workspace)
    try:
        data = await viewer.next(ANSWER_S)
    finally:
        hub.leave(viewer)
    if not data:
        raise TanluError("TL942", value=hub.viewers, most=MOST_OF_ONE)
    return Response(_document(data), media_type="application/json",
                    headers={"cache-control": "no-store"})  # fmt: skip


@router.get("/v1/live/topics", summary="What can be watched", operation_id="live_topics")
async def topics(asked: Asked = allow(*ROLES, scope="live:read")) -> dict[str, Any]:
    """Give the topics that one may watch; ``park`` and ``devices`` take a name, ``park:ID``."""
    role = asked.principal.role if asked.principal else ""
    return {"topics": [topic for topic, roles in WATCHERS.items() if role in roles]}


def _topics(asked: Asked, text: str) -> tuple[str, ...]:
    return wanted(text, asked.principal.role if asked.principal else "")


def _document(data: bytes) -> bytes:
    """Give frames as one object of JSON, by name of the event."""
    parts = bodies(data)
    tick = parts.pop("tick", b"null")
    named = ((msgspec.json.encode(name), body) for name, body in parts.items())
    told = b",".join(name + b":" + body for name, body in named)
    return b'{"topics":{' + told + b'},"tick":' + tick + b"}"
