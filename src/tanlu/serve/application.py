"""The application of a server: all rooms that answer over HTTP, behind one shell."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.serve import live, measuring, resources
from tanlu.serve.api import Home, Identify, shell
from tanlu.serve.api.identity import nobody
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
    identify: Identify = nobody,
) -> FastAPI:
    """Give the application of a server: its own rooms and further ones.

    Parameters
    ----------
    rooms, forms
        What is served beside: pages for example, and how their errors look.
    identify
        Tells who asks.

    Raises
    ------
    TanluError
        TL480 for a route that does not say whom it is for.
    """
    events = Epcis(home)
    own = (
        *resources.ROOMS, live.router, measuring.router, pact.room(), ileap.room(), *events.rooms,
    )  # fmt: skip
    told = {**pact.FORMS, **ileap.FORMS, events.paths: events.form, **(forms or {})}
    app = shell(home, identify=identify, rooms=(*own, *rooms), forms=told)
    app.state.hub, app.state.counted, app.state.events = live.Hub(), measuring.Counted(), events
    app.add_middleware(measuring.Measured, counted=app.state.counted)
    return app


def begin(app: FastAPI) -> None:
    """Begin what works behind the routes: events that were left undone, the index of the ledger.

    It builds what the first asker would wait for, and may take a while; for a thread beside the
    server.
    """
    app.state.events.start()
    with contextlib.suppress(TanluError, OSError):
        # who writes meanwhile is not in the way; the first who asks builds it then
        resources.warm(app.state.home)


def end(app: FastAPI) -> None:
    """Let all go who watch, and end what works behind the routes."""
    app.state.hub.close()
    app.state.events.close()
