"""Jobs as JSON has them: what is asked for, and what is told."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["After", "File", "Job", "Limit", "Name", "Page", "Wish"]

After = Annotated[
    str | None, Query(max_length=80, description="Of the page before, as its Link has it")
]
Limit = Annotated[int, Query(ge=1, le=200, description="Greatest count of jobs of a page")]
Name = Annotated[str, Path(description="Identity of the job · 任务标识")]
File = Annotated[str, Path(description="One of the files of the job · 任务的文件名")]
US = "microseconds since 1970 UTC"


class Wish(BaseModel):
    """What is to be run."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(
        max_length=80, description="A verb, for example quantify or report", examples=["report"]
    )
    arguments: dict[str, str | int | bool] = Field(
        default_factory=dict, description="What the verb takes; it refuses what it does not know",
        examples=[{"period": "2026-10", "form": "xlsx"}],
    )  # fmt: skip


class Fault(BaseModel):
    """Why a job failed."""

    code: str = Field(pattern="^TL[0-9]{3}$")
    title: str = Field(description="In the language of who asks")


class Job(BaseModel):
    """A job: how far it is, and what came of it."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled", "broken"]
    asked_by: str = Field(description="Person or client")
    created_us: int = Field(description=US)
    started_us: int | None = Field(description=US)
    ended_us: int | None = Field(description=US)
    waits_for: str | None = Field(description="Who writes the ledger before it")
    step: str | None
    done: int = Field(description="Of the step, in unit")
    total: int | None = Field(description="Of the step, where it is known")
    unit: str | None
    arguments: dict[str, Any]
    cancelling: bool = Field(description="It ends after its batch")
    seconds: int | None = Field(description="How long it has run")
    left_s: int | None = Field(description="How long the step lasts if it goes on as it did")
    result: Any = Field(description="Figures of the verb, null until it is done")
    error: Fault | None
    files: list[str] = Field(description="Names of files, each below …/files/")


class Page(BaseModel):
    """A page of jobs."""

    jobs: list[Job]
    next: str | None = Field(description="The next page, as the Link has it; null on the last")
