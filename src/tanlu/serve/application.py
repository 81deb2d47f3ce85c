"""The application of a server: all rooms that answer over HTTP, behind one shell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.serve import live, measuring, resources
from tanlu.serve.api import Home, Identify, shell
from tanlu.serve.api.identity import nobody

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import APIRouter, FastAPI

    from tanlu.serve.api import Form

__all__ = ["application", "rooms"]


def rooms() -> tuple[APIRouter, ...]:
    """Give the routers of all rooms; a new room is added here and nowhere else."""
    return (live.router, measuring.router, *resources.ROOMS)


def application(
    ledger: Path | str,
    *,
    home: Path | str | None = None,
    database: str | None = None,
    identify: Identify = nobody,
    more: Sequence[APIRouter] = (),
    forms: Mapping[str, Form] | None = None,
) -> FastAPI:
    """Give the application of a ledger and its organisations.

    Parameters
    ----------
    ledger
        Ledger of the first organisation.
    home
        Folder of the server, ``ledger/serve`` if not said.
    database
        URL of PostgreSQL; a file of SQLite in the home if not said.
    identify
        Tells who asks.
    more, forms
        Routers of the floors above, pages for example, and how they want errors to be told.

    Raises
    ------
    TanluError
        TL601 when there is no ledger, TL670 when the state cannot be opened, TL480 for a route
        that does not say whom it is for.
    """
    at = Home(ledger, path=home, database=database)
    app = shell(at, identify=identify, rooms=(*rooms(), *more), forms=forms)
    app.state.hub, app.state.counted = live.Hub(), measuring.Counted()
    app.add_middleware(measuring.Measured, counted=app.state.counted)
    return app
