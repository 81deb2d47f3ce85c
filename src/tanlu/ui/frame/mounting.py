"""Pages on an application: a route a view and tongue, files, settings, and the guard of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from tanlu.ui.frame.answering import answer
from tanlu.ui.frame.files import AT, serve
from tanlu.ui.frame.page import View
from tanlu.ui.frame.scene import Scene
from tanlu.ui.frame.settings import keep_setting, tongue
from tanlu.ui.frame.words import LANGUAGES
from tanlu.ui.views import views as all_views

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["Site", "mount"]


class Site:
    """The pages of one application: its views and who gives scene and principal of a request."""

    def __init__(
        self,
        views: Iterable[View],
        scene: Callable[[Request, str], Scene],
        guard: Callable[[Request, View], Any],
    ) -> None:
        self.views = tuple(views)
        self.scene = scene
        self.guard = guard
        self.addresses = {view.name: view.path for view in self.views}


def mount(
    app: FastAPI,
    views: Iterable[View] | None = None,
    *,
    scene: Callable[[Request, str], Scene] = lambda _request, _language: Scene(),
    guard: Callable[[Request, View], Any] = lambda _request, _view: None,
) -> Site:
    """Put the pages on an application; give the site.

    Parameters
    ----------
    app
        The application of the API; pages share its process, its sessions and its port.
    views
        Which pages; all of `tanlu.ui.views` unless told.
    scene
        Gives boundary, period, snapshot and person for a request in a tongue.
    guard
        Gives the principal of a request, or a response where he may not see the view.
    """
    site = Site(all_views() if views is None else views, scene, guard)
    _route(app, AT + "{name}", serve, ("GET", "HEAD"))
    _route(app, "/settings", keep_setting, ("POST",))
    for view in site.views:
        for language in LANGUAGES:
            path = f"/{language}{view.path}"
            _route(app, path, _page(site, view, language), view.methods)
        if "GET" in view.methods:
            _route(app, view.path or "/", _without_tongue, ("GET",))
    for language in LANGUAGES:
        _route(app, f"/{language}", _to_front, ("GET",))
    return site


def _route(app: FastAPI, path: str, endpoint: Any, methods: tuple[str, ...]) -> None:
    app.router.add_route(path, endpoint, methods=list(methods), include_in_schema=False)


def _page(site: Site, view: View, language: str) -> Callable[[Request], Any]:
    async def page(request: Request) -> Response:
        return await answer(request, site, view, language)

    return page


def _without_tongue(request: Request) -> Response:
    """Lead to the page in the tongue of the person, else of the browser."""
    query = f"?{request.url.query}" if request.url.query else ""
    target = f"/{tongue(request)}{request.url.path}{query}"
    return RedirectResponse(target, 307, headers={"Vary": "Accept-Language, Cookie"})


def _to_front(request: Request) -> Response:
    path = request.url.path
    return RedirectResponse(f"{path}/", 307) if path[1:] in LANGUAGES else PlainTextResponse("", 404)
