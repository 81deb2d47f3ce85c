"""The routes of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, allow
from tanlu.serve.jobs.shelf import shown
from tanlu.serve.resources.roles import SEE_ORIGINALS

if TYPE_CHECKING:
    from tanlu.serve.jobs.running import Jobs

__all__ = ["Wish", "router"]

After = Annotated[str | None, Query(max_length=80, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
LOOKERS = ("manager", "operator", "verifier", "viewer", "developer")
ASKERS = ("manager", "operator", "verifier", "viewer")


class Wish(BaseModel):
    """What is to be run."""

    kind: str = Field(max_length=80, description="A verb, for example quantify or report")
    arguments: dict[str, str | int | bool] = Field(default_factory=dict)


def router(jobs: Jobs) -> APIRouter:
    """Give the routes of a server's jobs."""
    made = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @made.post("", status_code=202, summary="Ask for a job", operation_id="post_job")
    def ask(wish: Wish, asked: Asked = allow(*ASKERS, scope="jobs:write")) -> JSONResponse:
        """Queue a verb: read, quantify, report, seal, verify, meters.run, track.run and others."""
        verb = jobs.verbs.get(wish.kind)
        assert asked.principal is not None
        if verb is not None and asked.principal.role not in verb.roles:
            raise TanluError("TL473", value=asked.principal.role)
        name = jobs.ask(asked.tenant, wish.kind, wish.arguments, asked.principal.identity)
        headers = {"location": f"/v1/jobs/{name}"}
        return JSONResponse(jobs.told(asked.tenant, name, asked.language), 202, headers)

    @made.get(
        "", summary="The jobs of the organisation, the newest first", operation_id="list_jobs"
    )
    def page(
        after: After = None, limit: Limit = 50,
        asked: Asked = allow(*LOOKERS, scope="jobs:read"),
    ) -> dict[str, Any]:  # fmt: skip
        """Give a page of jobs; ``next`` is the ``after`` of the following one."""
        rows, more = jobs.shelf.page(asked.tenant, after, limit)
        return {
            "jobs": [shown(row, asked.language, []) for row in rows],
            "next": rows[-1]["id"] if more else None,
        }

    @made.get("/{name}", summary="A job: how far it is and what came of it", operation_id="get_job")
    def one(name: str, asked: Asked = allow(*LOOKERS, scope="jobs:read")) -> dict[str, Any]:
        """Give a job with its files."""
        return jobs.told(asked.tenant, name, asked.language)

    @made.get(
        "/{name}/files/{file}",
        summary="A file that a job made",
        operation_id="get_job_file",
        response_class=FileResponse,
    )
    def file(
        name: str, file: str, asked: Asked = allow(*LOOKERS, scope="jobs:read")
    ) -> FileResponse:
        """Give a report; an evidence pack or refused rows to who may see originals, or asked."""
        assert asked.principal is not None
        row = jobs.shelf.get(asked.tenant, name)
        verb, who = jobs.verbs.get(row["kind"]), asked.principal
        mine = who.role in SEE_ORIGINALS or row["asked_by"] == who.identity
        if (verb is None or verb.originals) and not mine:
            raise TanluError("TL473", value=who.role)
        path = jobs.file(asked.tenant, name, file)
        return FileResponse(path, filename=file, headers={"cache-control": "private, no-store"})

    @made.delete("/{name}", summary="Cancel a job", operation_id="delete_job")
    def cancel(name: str, asked: Asked = allow(*ASKERS, scope="jobs:write")) -> dict[str, Any]:
        """Cancel a job of one's own; of others only a manager may."""
        assert asked.principal is not None
        row = jobs.shelf.get(asked.tenant, name)
        mine = row["asked_by"] == asked.principal.identity
        if asked.principal.role != "manager" and not mine:
            raise TanluError("TL473", value=asked.principal.role)
        return jobs.cancel(asked.tenant, name, asked.language)

    return made
