"""What the web process counts of itself, as text for Prometheus: no names, no addresses."""

from __future__ import annotations

import resource
import time
from collections import Counter
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from tanlu.serve.api import PUBLIC, Asked, allow
from tanlu.serve.ingest import MEDIA, Histogram

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tanlu.serve.live import Hub

__all__ = ["Counted", "Measured", "router"]

router = APIRouter(tags=["health"])
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
OF_HUB = (
    ("viewers", "gauge", "Viewers that watch now"),
    ("ticks", "counter", "Ticks that were made"),
    ("frames_made", "counter", "Frames that were serialised, each once"),
    ("late_ticks", "counter", "Ticks that never were, for the one before took too long"),
    ("dropped", "counter", "Ticks that slow viewers lost; of those who have left"),
    ("refused", "counter", "Viewers that found no place"),
    ("step_s", "gauge", "How long the last tick took [s]"),
)


class Counted:
    """Counters of requests; one for an application."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.answered = Histogram()
        self.open = 0


class Measured:
    """Counts every request: its method, the class of its status, the time to its first byte."""

    def __init__(self, app: ASGIApp, counted: Counted) -> None:
        self.app, self.counted = app, counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        counted, begun = self.counted, time.perf_counter()
        method = scope["method"] if scope["method"] in METHODS else "other"

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                counted.requests[method, f"{message['status'] // 100}xx"] += 1
                counted.answered.note(time.perf_counter() - begun)
            await send(message)

        counted.open += 1
        try:
            await self.app(scope, receive, told)
        finally:
            counted.open -= 1


@router.get(
    "/metrics", summary="Counters for Prometheus", response_class=Response, operation_id="metrics",
    responses={200: {
        "description": "Exposition format 0.0.4",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }},
)  # fmt: skip
def metrics(asked: Asked = allow(PUBLIC)) -> Response:
    """Give the counters of this process."""
    state = asked.request.app.state
    return Response("\n".join(_lines(state.counted, state.hub)) + "\n", media_type=MEDIA)


def _lines(counted: Counted, hub: Hub) -> Iterator[str]:
    yield from _head("tanlu_web_requests_total", "counter", "Requests by method and status")
    for (method, status), count in sorted(counted.requests.items()):
        yield f'tanlu_web_requests_total{{method="{method}",status="{status}"}} {count}'
    yield from _head("tanlu_web_first_byte_seconds", "histogram", "Time to the head of an answer")
    yield from counted.answered.lines("tanlu_web_first_byte_seconds")
    yield from _head("tanlu_web_open", "gauge", "Requests that are being answered")
    yield f"tanlu_web_open {counted.open}"
    for name, kind, meaning in OF_HUB:
        full = "tanlu_live_" + name.replace("step_s", "step_seconds").removesuffix("_made")
        full += "_total" if kind == "counter" else ""
        yield from _head(full, kind, meaning)
        yield f"{full} {getattr(hub, name)}"
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield from _head("process_cpu_seconds_total", "counter", "Processor time [s]")
    yield f"process_cpu_seconds_total {used.ru_utime + used.ru_stime}"


def _head(name: str, kind: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"
