"""Routes that take events: documents as jobs, one event at once."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.exchange.epcis.asking import READERS
from tanlu.serve.exchange.epcis.bodies import read_body, text_of
from tanlu.serve.exchange.epcis.capturing import Captures, job_of, taken
from tanlu.serve.exchange.epcis.documenting import (
    DOCUMENT,
    EVENT,
    JOB,
    MADE,
    PAGED,
    TAKEN_ON,
    body,
    router_at,
)
from tanlu.serve.exchange.epcis.headers import (
    BYTES,
    EVENTS,
    SAID,
    agreed,
    answer,
    discovery,
)
from tanlu.serve.exchange.epcis.paging import paging, turned
from tanlu.store.relational.tables.epcis import EPCIS_CAPTURES
from tanlu.track.events import counted

__all__ = ["capture_routes"]

BRINGERS = ("manager", "operator", "device", "developer")
BEHAVIOURS = ("rollback", "proceed")
LIMITS = {
    "GS1-EPCIS-Capture-Limit": str(EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(BYTES),
    "GS1-Capture-Error-Behaviour": ", ".join(BEHAVIOURS),
}
READ, WRITE = "epcis:read", "epcis:write"
# all of a job but what it was given
SHOWN = tuple(column for column in EPCIS_CAPTURES.c if column.name != "body")


def capture_routes(captures: Captures) -> APIRouter:
    """Give the routes that hand documents on to who takes them."""
    router = router_at()

    @router.options("/capture", status_code=204, summary="What captures can")
    def options_capture(asked: Asked = allow()) -> Response:  # noqa: ARG001
        """Give limits, versions and forms in headers."""
        found = discovery("GET", "POST", "OPTIONS")
        found.headers.update(LIMITS)
        return found

    @router.post("/capture", status_code=202, summary="Bring a document of events",
                 response_class=Response, responses=TAKEN_ON,
                 **body(DOCUMENT))  # fmt: skip
    async def capture(request: Request, asked: Asked = allow(*BRINGERS, scope=WRITE)) -> Response:
        """Take a document on; what becomes of it stands in the job named in ``Location``."""
        data = await read_body(request, BYTES)
        return await run_in_threadpool(_taken_on, captures, asked, data)

    @router.post("/events", status_code=201, summary="Bring one event",
                 response_class=Response, responses=MADE,
                 **body(EVENT))  # fmt: skip
    async def bring_event(
        request: Request, asked: Asked = allow(*BRINGERS, scope=WRITE)
    ) -> Response:
        """Take one event at once and give its place."""
        data = await read_body(request, BYTES)
        return await run_in_threadpool(_taken_at_once, captures, asked, data)

    _add_jobs(router)
    return router


def _add_jobs(router: APIRouter) -> None:
    @router.get("/capture", summary="Captures, the newest first", responses=JOB,
                response_class=Response, **PAGED)  # fmt: skip
    def jobs(asked: Asked = allow(*READERS, "device", scope=READ)) -> Response:
        """Give a page of the capture jobs of the organisation."""
        agreed(asked.request)
        wished = paging(asked)
        table = EPCIS_CAPTURES.c
        criteria = []
        if wished.token is not None:
            us, name = wished.token
            criteria.append((table.created_us < us) | (
                (table.created_us == us) & (table.capture > name)
            ))  # fmt: skip
        with asked.state() as state:
            rows = state.rows(
                EPCIS_CAPTURES, *criteria, columns=SHOWN, limit=wished.size + 1,
                order=(table.created_us.desc(), table.capture),
            )  # fmt: skip
        shown = rows[: wished.size]
        more = len(rows) > wished.size
        token = (shown[-1]["created_us"], shown[-1]["capture"]) if more else None
        return answer(asked.request, list(map(job_of, shown)), headers=turned(asked, token))

    @router.options("/capture/{captureID}", status_code=204, summary="What a capture can")
    def options_job(captureID: str, asked: Asked = allow()) -> Response:  # noqa: ARG001, N803
        """Give versions and forms in headers."""
        return discovery("GET", "OPTIONS")

    @router.get("/capture/{captureID}", summary="What became of a capture", responses=JOB)
    def job(
        captureID: str,  # noqa: N803 - the name in the standard
        asked: Asked = allow(*READERS, "device", scope=READ),
    ) -> Response:
        """Give whether a capture is done, what was taken, and what was refused and why."""
        with asked.state() as state:
            rows = state.rows(
                EPCIS_CAPTURES, EPCIS_CAPTURES.c.capture == captureID, columns=SHOWN, limit=1
            )
        if not rows:
            raise TanluError("TL925", what="capture", value=captureID[:200])
        return answer(asked.request, job_of(rows[0]))


def _taken_on(captures: Captures, asked: Asked, data: bytes) -> Response:
    behaviour = asked.request.headers.get("gs1-capture-error-behaviour", BEHAVIOURS[0])
    if behaviour not in BEHAVIOURS:
        value = behaviour[:200]
        why = f"it is {' or '.join(BEHAVIOURS)}"
        raise TanluError("TL443", column="GS1-Capture-Error-Behaviour", value=value, why=why)
    text = text_of(data)
    events = counted(data)
    if events > EVENTS:
        raise TanluError("TL423", value=events, why=f"at most {EVENTS} events")
    who = asked.principal.identity if asked.principal else ""
    about = {"behaviour": behaviour, "who": who}
    name = captures.take_on(asked.tenant, text, events, about)
    return Response(None, 202, {**SAID, "Location": f"/epcis/capture/{name}"})


def _taken_at_once(captures: Captures, asked: Asked, data: bytes) -> Response:
    agreed(asked.request)
    text_of(data)
    counted(data, alone=True)
    done = taken(asked.workspace, data, name="event", whole=True)
    if not done["success"]:
        raise _refused(json.loads(done["errors"]))
    captures.wrote(asked.tenant)
    place = f"/epcis/events/{quote(done['event_ids'][0], safe='')}"
    return answer(asked.request, json.loads(data), 201, {"Location": place})


def _refused(errors: list[dict[str, Any]]) -> TanluError:
    first = errors[0]
    if first["code"] == "TL424":
        return TanluError("TL424", value=first["title"][:300])
    return TanluError(first["code"], column="event", value="", why=first["title"])
