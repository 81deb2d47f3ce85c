"""The application of a server: all rooms that answer over HTTP, behind one shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.serve import live, measuring, resources
from tanlu.serve.api import Home, Identify, shell
from tanlu.serve.api.identity import nobody

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import APIRouter, FastAPI

    from tanlu.serve.api import Form

__all__ = ["application", "own_rooms"]


def own_rooms() -> tuple[APIRouter, ...]:
    """Give the routers of all rooms; a new room is added here and nowhere else."""
    return (*resources.ROOMS, live.router, measuring.router)


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
    app = shell(home, identify=identify, rooms=(*own_rooms(), *rooms), forms=forms)
    app.state.hub, app.state.counted = live.Hub(), measuring.Counted()
    app.add_middleware(measuring.Measured, counted=app.state.counted)
    return app
