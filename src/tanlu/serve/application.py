"""The application of a server: all rooms that answer over HTTP, behind one shell."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.serve import access, hooks, jobs, live, measuring, resources
from tanlu.serve.api import Home, Identify, shell
from tanlu.serve.exchange import ileap, pact
from tanlu.serve.exchange.epcis import Epcis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import APIRouter, FastAPI

    from tanlu.serve.api import Form

__all__ = ["application", "begin", "end"]


def application(
    home: Home,
    *,
    rooms: Sequence[APIRouter] = (),
    forms: Mapping[str, Form] | None = None,
    identify: Identify | None = None,
    public: str | None = None,
    hosts: Sequence[str] = (),
    limits: access.Limits | None = None,
) -> FastAPI:
    """Give the application of a server: its own rooms and further ones.

    Parameters
    ----------
    rooms, forms
        What is served beside: pages for example, and how their errors look.
    identify
        Tells who asks, in place of cookies, keys and tokens.
    public
        URL by which browsers reach the server, where a proxy stands before it.
    hosts
        By which names the server may be addressed; any if not said.
    limits
        How often somebody may ask.

    Raises
    ------
    TanluError
        TL480 for a route that does not say whom it is for.
    """
    guard = access.Access(home, limits=limits, hosts=hosts)
    events, works = Epcis(home), jobs.Jobs(home, jobs.verbs())
    tells = hooks.Hooks(home)
    own = (
        *access.ROOMS, *resources.ROOMS, live.router, measuring.router, jobs.router(works),
        hooks.router(tells), pact.room(), ileap.room(), *events.rooms,
    )  # fmt: skip
    told = {**access.FORMS, **pact.FORMS, **ileap.FORMS, events.paths: events.form}
    app = shell(
        home, identify=identify or guard.identify, rooms=(*own, *rooms),
        forms={**told, **(forms or {})}, layers=guard.layers(), allowance=guard.limits,
        public=public,
    )  # fmt: skip
    app.state.access, app.state.behind = guard, (events, works, tells)
    app.state.hub, app.state.counted = live.Hub(), measuring.Counted()
    app.add_middleware(measuring.Measured, counted=app.state.counted)
    return app


def begin(app: FastAPI) -> None:
    """Begin what works behind the routes: events, jobs and messages left undone, the index.

    It builds what the first asker would wait for, and may take a while; for a thread beside the
    server.
    """
    for each in app.state.behind:
        each.start()
    with contextlib.suppress(TanluError, OSError):
        # who writes meanwhile is not in the way; the first who asks builds it then
        resources.warm(app.state.home)


def end(app: FastAPI) -> None:
    """Let all go who watch, and end what works behind the routes; it may finish a batch first."""
    app.state.hub.close()
    for each in app.state.behind:
        each.close()
