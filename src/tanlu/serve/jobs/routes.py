"""The routes of jobs."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, JSONResponse

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.api.following import LINK, following, linked
from tanlu.serve.jobs.shapes import After, File, Job, Limit, Name, Page, Wish
from tanlu.serve.jobs.shelf import shown
from tanlu.serve.resources.asking.once import Key, once
from tanlu.serve.resources.roles import SEE_ORIGINALS

if TYPE_CHECKING:
    from tanlu.serve.jobs.running import Jobs

__all__ = ["Wish", "router"]

LOOKERS = ("manager", "operator", "verifier", "viewer", "developer")
ASKERS = ("manager", "operator", "verifier", "viewer")


def _asked_for(jobs: Jobs, wish: Wish, asked: Asked, key: str | None) -> Response:
    """Queue what somebody wants if his role may, or give what was queued under his key."""
    verb, who = jobs.verbs.get(wish.kind), asked.principal
    assert who is not None
    if verb is not None and who.role not in verb.roles:
        raise TanluError("TL473", value=who.role)

    def queued() -> tuple[int, Any]:
        name = jobs.ask(asked.tenant, wish.kind, wish.arguments, who.identity)
        return 202, jobs.told(asked.tenant, name, asked.language)

    body = hashlib.sha256(wish.model_dump_json().encode()).hexdigest()
    answer = once(asked, key, body, queued)
    answer.headers["location"] = f"/v1/jobs/{json.loads(bytes(answer.body))['id']}"
    return answer


def _may_see(jobs: Jobs, name: str, asked: Asked) -> None:
    """Refuse what originals held to who may not see those and did not ask for the job."""
    verb = jobs.verbs.get(jobs.shelf.get(asked.tenant, name)["kind"])
    if verb is None or verb.originals:
        _his_own(jobs, name, asked, *SEE_ORIGINALS)


def _his_own(jobs: Jobs, name: str, asked: Asked, *roles: str) -> None:
    """Refuse a job to who did not ask for it, unless his role is one of these."""
    who = asked.principal
    assert who is not None
    if who.role not in roles and jobs.shelf.get(asked.tenant, name)["asked_by"] != who.identity:
        raise TanluError("TL473", value=who.role)


def router(jobs: Jobs) -> APIRouter:
    """Give the routes of a server's jobs."""
    made = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @made.post(
        "", status_code=202, summary="Ask for a job", operation_id="post_job",
        responses={202: {"model": Job}}, response_class=JSONResponse,
    )  # fmt: skip
    def ask(
        wish: Wish, asked: Asked = allow(*ASKERS, scope="jobs:write"), key: Key = None
    ) -> Response:
        """Queue a verb: read, quantify, report, seal, verify, meters.run, track.run and others."""
        return _asked_for(jobs, wish, asked, key)

    @made.get(
        "", summary="The jobs of the organisation, the newest first", operation_id="list_jobs",
        response_model=Page, responses=LINK,
    )  # fmt: skip
    def page(
        response: Response, after: After = None, limit: Limit = 50,
        asked: Asked = allow(*LOOKERS, scope="jobs:read"),
    ) -> dict[str, Any]:  # fmt: skip
        """Give a page of jobs; what comes in while one turns pages is before the first of them."""
        rows, more = jobs.shelf.page(asked.tenant, after, limit)
        url = following(asked.request, after=rows[-1]["id"]) if more else None
        response.headers.update(linked(url))
        return {"jobs": [shown(row, asked.language, []) for row in rows], "next": url}

    @made.get(
        "/{name}", summary="A job: how far it is and what came of it", operation_id="get_job",
        response_model=Job,
    )  # fmt: skip
    def one(name: Name, asked: Asked = allow(*LOOKERS, scope="jobs:read")) -> dict[str, Any]:
        """Give a job with its files."""
        return jobs.told(asked.tenant, name, asked.language)

    @made.get(
        "/{name}/files/{file}",
        summary="A file that a job made",
        operation_id="get_job_file",
        response_class=FileResponse,
    )
    def file(
        name: Name, file: File, asked: Asked = allow(*LOOKERS, scope="jobs:read")
    ) -> FileResponse:
        """Give a report; an evidence pack or refused rows to who may see originals, or asked."""
        _may_see(jobs, name, asked)
        path = jobs.file(asked.tenant, name, file)
        return FileResponse(path, filename=file, headers={"cache-control": "private, no-store"})

    @made.delete("/{name}", summary="Cancel a job", operation_id="delete_job", response_model=Job)
    def cancel(name: Name, asked: Asked = allow(*ASKERS, scope="jobs:write")) -> dict[str, Any]:
        """Cancel a job of one's own; of others only a manager may."""
        _his_own(jobs, name, asked, "manager")
        return jobs.cancel(asked.tenant, name, asked.language)

    return made
