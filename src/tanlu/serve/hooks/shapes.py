"""Webhooks as JSON has them: what is asked for, and what is told."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from tanlu.serve.hooks.events import EVENTS

__all__ = [
    "After", "Change", "Deliveries", "Hook", "Hooked", "Limit", "Listed", "Message", "Name",
    "Queued", "Secret", "State", "Subscription", "Waiting",
]  # fmt: skip

After = Annotated[
    str | None, Query(max_length=80, description="Of the page before, as its Link has it")
]
Limit = Annotated[int, Query(ge=1, le=200, description="Greatest count of deliveries of a page")]
Name = Annotated[str, Path(description="Identity of the hook · 网络钩子标识")]
Message = Annotated[str, Path(description="Identity of the message, its webhook-id · 消息标识")]
State = Annotated[
    Literal["waiting", "done", "dead"] | None,
    Query(description="Only these; dead are those that were given up"),
]
NAMES = ", ".join(EVENTS)
US = "microseconds since 1970 UTC"


class Subscription(BaseModel):
    """An address that wants to hear of events."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        max_length=2048, description="https, on the open internet",
        examples=["https://erp.example/tanlu"],
    )  # fmt: skip
    events: list[str] = Field(max_length=50, description=NAMES, examples=[["job.done"]])
    note: str = Field("", max_length=200, description="For people")


class Change(BaseModel):
    """What of a hook is changed; what is left off stays."""

    model_config = ConfigDict(extra="forbid")

    events: list[str] | None = Field(None, max_length=50, description=NAMES)
    on: bool | None = Field(None, description="Whether it hears; true lets a disabled one again")
    note: str | None = Field(None, max_length=200)


class Hook(BaseModel):
    """A hook, without its secrets."""

    id: str
    url: str
    events: list[str]
    note: str
    state: Literal["on", "off", "disabled"] = Field(
        description="off by a person, disabled because nothing was heard for 72 hours, or by 410"
    )
    created_us: int = Field(description=US)
    failing_us: int | None = Field(description="Since when nothing was heard")
    failures: int


class Hooked(Hook):
    """A hook with its secret, which is shown this once."""

    secret: str = Field(pattern="^whsec_", description="Of Standard Webhooks")


class Listed(BaseModel):
    """All hooks of an organisation, and the events that there are."""

    hooks: list[Hook]
    events: list[str]


class Secret(BaseModel):
    """A new secret, which is shown this once."""

    secret: str = Field(pattern="^whsec_")


class Queued(BaseModel):
    """A message waits to be sent."""

    state: Literal["waiting"]


class Waiting(BaseModel):
    """How many messages wait again."""

    waiting: int


class Delivery(BaseModel):
    """A message to a hook, and what came of it."""

    message: str = Field(description="Its webhook-id")
    state: Literal["waiting", "done", "dead"]
    tries: int
    next_us: int = Field(description=f"When it is tried next, {US}")
    begun_us: int = Field(description=US)
    tried_us: int | None = Field(description=US)
    status: int | None = Field(description="What was answered; null when nobody did")
    said: str | None = Field(description="The first KiB of the answer, or why there was none")


class Deliveries(BaseModel):
    """A page of deliveries, the newest first."""

    deliveries: list[Delivery]
    next: str | None = Field(description="The next page, as the Link has it; null on the last")
