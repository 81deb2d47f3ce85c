"""The routes of wall links: made and ended by managers, opened by displays."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from tanlu.errors import TanluError
from tanlu.serve.api import PUBLIC, Asked, allow, problem, status_of
from tanlu.serve.api.origin import loopback, tls
from tanlu.serve.live import known_parks
from tanlu.serve.walls import keeping, opening

__all__ = ["router"]

router = APIRouter(tags=["access"])
OWNERS = ("manager",)
# who opens a link sends its secret to nobody else, and nobody between keeps the answer
QUIET = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
TIMES = ("created", "until", "ended", "seen")


class WallMaking(BaseModel):
    """Which parks a display shows, whether the whole network too, in which light, how long."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=100)] = ""
    parks: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] = []
    network: bool = False
    language: Literal["en", "zh"] = "zh"
    theme: Literal["dark", "light", "auto"] = "dark"
    days: Annotated[int, Field(ge=1, le=keeping.MOST_DAYS)] = 30


class WallLink(BaseModel):
    """A wall link, without its secret."""

    wall: str
    title: str
    parks: list[str]
    network: bool
    language: str
    by: str
    opened: int
    created: dt.datetime
    until: dt.datetime
    ended: dt.datetime | None
    seen: dt.datetime | None


class WallMade(BaseModel):
    """A new wall link: its address holds the secret, which is shown this once."""

    wall: str
    address: str


class WallOpening(BaseModel):
    """The secret of a wall link."""

    model_config = ConfigDict(extra="forbid")

    secret: Annotated[str, Field(max_length=100)]


class WallOpened(BaseModel):
    """Where the wall lies that was opened."""

    at: str


@router.get("/v1/walls", summary="Wall links of the organisation", response_model=list[WallLink])
def list_walls(asked: Asked = allow(*OWNERS, scope="walls:read")) -> list[dict[str, Any]]:
    """Give the links that there were, the newest first, without anything of their secrets."""
    with asked.state() as scoped:
        return [_told(row) for row in keeping.listed(scoped)]


@router.post("/v1/walls", summary="A new wall link", status_code=201, response_model=WallMade)
def create_wall(
    making: WallMaking, request: Request, response: Response,
    asked: Asked = allow(*OWNERS, scope="walls:write"),
) -> dict[str, Any]:  # fmt: skip
    """Make a link by which a display shows parks; its secret is shown now and never again."""
    assert asked.principal is not None
    with asked.state() as scoped:
        name, secret = keeping.invited(
            scoped, making.parks, known=[str(park["id"]) for park in known_parks(asked)],
            title=making.title, days=making.days, network=making.network,
            language=making.language, by=asked.principal.identity,
        )  # fmt: skip
    request.state.object = name
    response.headers.update(QUIET)
    link = opening.address(request, making.language, secret, making.theme)
    return {"wall": name, "address": link}


@router.delete("/v1/walls/{wall}", summary="The end of a wall link", status_code=204)
def end_wall(wall: str, asked: Asked = allow(*OWNERS, scope="walls:write")) -> None:
    """End a link; displays that it opened go dark within seconds."""
    with asked.state() as scoped:
        keeping.ended(scoped, wall)


@router.post("/auth/wall", summary="Open a wall by its link", response_model=WallOpened)
def open_wall(
    sent: WallOpening, request: Request, response: Response,
    asked: Asked = allow(PUBLIC, entrance=True),
) -> dict[str, Any]:  # fmt: skip
    """Exchange the secret of a link for a cookie of the wall's pages; they lie at a clean address.

    The secret stands behind the # of the link, which no browser sends: neither a log nor another
    site sees it. TL470 and TL472 for a link that there is not or that is over.
    """
    if not tls(request) and not loopback(request):
        raise TanluError("TL960")
    wall = keeping.entered(asked.home.state, sent.secret)
    # an act of the organisation whose link it is
    request.state.act = ("client", wall.wall, wall.tenant, "wall")
    request.state.object = wall.wall
    opening.give(response, request, wall, sent.secret)
    response.headers.update(QUIET)
    return {"at": opening.page(wall.language)}


def _live(tongue: str) -> Any:
    async def watch_wall(
        request: Request,
        t: Annotated[str, Query(max_length=2000)] = "",
        last_event_id: Annotated[str | None, Header(max_length=64)] = None,
        asked: Asked = allow(PUBLIC),
    ) -> Response:
        try:
            wall, topics = await run_in_threadpool(opening.watched, asked, tongue, t)
            return opening.live(asked, wall, topics, last_event_id)
        except TanluError as error:
            # no page: who asks is a script, and there is no login that would help
            return problem(request, status_of(error), error)

    return watch_wall


for _tongue in keeping.LANGUAGES:
    router.add_api_route(
        opening.stream(_tongue), _live(_tongue), methods=["GET"], response_model=None,
        include_in_schema=False, response_class=Response, operation_id=f"watch_wall_{_tongue}",
    )  # fmt: skip


def _told(row: dict[str, Any]) -> dict[str, Any]:
    times = {
        name: None if row[f"{name}_us"] is None
        else EPOCH + dt.timedelta(microseconds=row[f"{name}_us"])
        for name in TIMES
    }  # fmt: skip
    kept = ("wall", "title", "parks", "network", "language", "by", "opened")
    return {**{name: row[name] for name in kept}, **times}
