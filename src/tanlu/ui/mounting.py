"""Pages as routes: one a view and tongue, the built files, the settings; each for its roles."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import product
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from tanlu.errors import TanluError
from tanlu.serve.api import PUBLIC, Asked, Home, allow
from tanlu.ui.frame.answering import Site, answer
from tanlu.ui.frame.files import AT, WIDGET, serve, widget
from tanlu.ui.frame.page import View
from tanlu.ui.frame.scene import Scene, usual
from tanlu.ui.frame.settings import keep_setting, tongue
from tanlu.ui.frame.words import LANGUAGES
from tanlu.ui.views import views as all_views

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["mount", "pages"]

PAGES = "pages:read"


def pages(
    views: Iterable[View] | None = None,
    *,
    scene: Callable[[Asked, str], Scene] = usual,
) -> APIRouter:
    """Give the pages as a router: ``shell(home, rooms=[pages()], forms=PROBLEMS)``.

    Parameters
    ----------
    views
        Which pages; all of `tanlu.ui.views` unless told.
    scene
        Gives boundary, period, snapshot and person for a request in a tongue.
    """
    site = Site(tuple(all_views() if views is None else views), scene)
    router = APIRouter(include_in_schema=False, lifespan=_warming(site))
    _add(router, AT + "{name}", _file, ("GET", "HEAD"))
    _add(router, f"/{WIDGET}", _widget, ("GET", "HEAD"))
    _add(router, "/settings", _setting, ("POST",))
    for view in site.views:
        for language in LANGUAGES:
            page, path = _page(site, view, language), f"/{language}{view.path}"
            # a key that was narrowed opens no page that nobody named for it
            scope = view.scope or (None if view.public else PAGES)
            _add(router, path, page, view.methods, view.roles, scope=scope)
        if "GET" in view.methods:
            _add(router, view.path, _without_tongue, ("GET",))
    for language in LANGUAGES:
        _add(router, f"/{language}", _to_front, ("GET",))
    return router


def mount(
    app: FastAPI,
    views: Iterable[View] | None = None,
    *,
    scene: Callable[[Asked, str], Scene] = usual,
) -> None:
    """Put the pages on an application that is there already."""
    app.include_router(pages(views, scene=scene))


def _add(
    router: APIRouter,
    path: str,
    answers: Callable[[Request, Asked], Awaitable[Response]],
    methods: tuple[str, ...],
    roles: tuple[str, ...] = (PUBLIC,),
    *,
    scope: str | None = None,
) -> None:
    async def endpoint(request: Request, asked: Any = allow(*roles, scope=scope)) -> Response:
        return await answers(request, asked)

    router.add_api_route(path, endpoint, methods=list(methods), response_model=None)


def _warming(site: Site) -> Callable[[Any], Any]:
    @contextlib.asynccontextmanager
    async def served(app: Any) -> AsyncIterator[None]:
        # beside the server: nobody waits for it
        ends = threading.Event()
        work = threading.Thread(target=_warm, args=(site, app.state.home, ends), daemon=True)
        work.start()
        yield
        ends.set()

    return served


def _warm(site: Site, home: Home, ends: threading.Event) -> None:
    """Compute what pages keep of the ledgers, before anybody asks."""
    try:
        ledgers = [home.workspace(str(row["slug"])) for row in home.organisations()]
        for ledger, language in product(ledgers, LANGUAGES):
            for view in site.views:
                if view.warms and not ends.is_set():
                    view.warms(ledger, language)
    except TanluError as error:
        # whoever asks for the page is told it there
        logging.getLogger(__name__).info("%s", error)


def _page(site: Site, view: View, language: str) -> Callable[[Request, Asked], Awaitable[Response]]:
    async def page(_request: Request, asked: Asked) -> Response:
        return await answer(asked, site, view, language)

    return page


async def _file(request: Request, _asked: Asked) -> Response:
    return serve(request)


async def _widget(request: Request, _asked: Asked) -> Response:
    return widget(request)


async def _setting(request: Request, _asked: Asked) -> Response:
    return await keep_setting(request)


async def _without_tongue(request: Request, _asked: Asked) -> Response:
    """Lead to the page in the tongue of the person, else of the browser."""
    query = f"?{request.url.query}" if request.url.query else ""
    target = f"/{tongue(request)}{request.url.path}{query}"
    return RedirectResponse(target, 307, headers={"Vary": "Accept-Language, Cookie"})


async def _to_front(request: Request, _asked: Asked) -> Response:
    return RedirectResponse(f"{request.url.path}/", 307)
