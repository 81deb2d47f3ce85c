"""A display before the server: the cookie that opens its wall, and who asks by it.

The cookie is no identity: what tells the server who asks (`tanlu.serve.access`) does not know it,
so that no route opens by it but those that ask here.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.serve.access import Rate
from tanlu.serve.api import Asked, Principal
from tanlu.serve.api.origin import base, tls
from tanlu.serve.live import streamed
from tanlu.serve.walls import keeping

if TYPE_CHECKING:
    from fastapi import Request, Response

    from tanlu.serve.walls.keeping import Wall

__all__ = ["DARK", "PATH", "address", "give", "live", "opened", "opened_as", "page", "stream",
           "watched"]  # fmt: skip

# below the tongue; the browser sends the cookie to this page and what lies below it alone
PATH = "/display"
OVER_TLS, PLAIN = "__Secure-tanlu-wall", "tanlu-wall"
# of all displays of one link: each loads its page every ten minutes
RATE = Rate(200, 5.0)
# what a wall is unless its link says otherwise
DARK = "dark"
# as what a wall is read: he sees numbers, and changes nothing
ROLE = "viewer"


def address(request: Request, language: str, secret: str, theme: str = DARK) -> str:
    """Give the link that is opened on a display: its secret stands where no browser sends it.

    The light of the wall is no secret and no right: it stands in the address, for who changes it
    to do so on the display.
    """
    light = "" if theme == DARK else f"?theme={theme}"
    return f"{base(request)}{page(language)}{light}#{secret}"


def page(language: str) -> str:
    """Give where the wall of a display lies."""
    return f"/{language}{PATH}"


def give(response: Response, request: Request, wall: Wall, secret: str) -> None:
    """Let a display keep what opens its wall, until the link is over."""
    left_s = max(1, wall.until_us // 1_000_000 - int(time.time()))
    response.set_cookie(
        _name(request), keeping.exchanged(secret), max_age=left_s, path=page(wall.language),
        secure=tls(request), httponly=True, samesite="lax",
    )  # fmt: skip


def opened(request: Request, language: str) -> Wall:
    """Give the wall that a display may show in a tongue.

    Raises
    ------
    TanluError
        TL470 without a cookie of ours, TL472 when the link is over, TL477 for too many requests.
    """
    wall = keeping.found(request.app.state.home.state, request.cookies.get(_name(request), ""))
    if wall.language != language:
        raise TanluError("TL470")
    request.app.state.access.limits.counted(f"wall {wall.wall}", RATE)
    return wall


def opened_as(asked: Asked, wall: Wall) -> Asked:
    """Give a request as a display's: it reads its organisation, whoever else sits there."""
    principal = Principal(wall.wall, wall.tenant, ROLE, "client", wall.title)
    return Asked(asked.request, asked.home, principal)


def stream(language: str) -> str:
    """Give where a display watches what is live."""
    return f"{page(language)}/live"


def watched(asked: Asked, language: str, wanted: str) -> tuple[Wall, tuple[str, ...]]:
    """Give the wall and the topics that a display wants to watch of it.

    Raises
    ------
    TanluError
        TL473 for a topic that the link does not show, and as `opened`.
    """
    wall = opened(asked.request, language)
    topics = tuple(dict.fromkeys(each.strip() for each in wanted.split(",") if each.strip()))
    if not topics or set(topics) - set(wall.topics):
        raise TanluError("TL473", value="wall")
    return wall, topics


def live(asked: Asked, wall: Wall, topics: tuple[str, ...], last: str | None) -> Response:
    """Stream what a display shows until its link is over; TL942 for too many displays."""
    state, cookie = asked.home.state, asked.request.cookies[_name(asked.request)]

    def holds() -> bool:
        try:
            keeping.found(state, cookie)
        except TanluError:
            return False
        return True

    return streamed(opened_as(asked, wall), topics, last, link=wall.wall, holds=holds)


def _name(request: Request) -> str:
    return OVER_TLS if tls(request) else PLAIN
