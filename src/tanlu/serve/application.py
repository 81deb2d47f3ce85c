"""The application of a server: all rooms that answer over HTTP, behind one shell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.serve import access, live, measuring, resources
from tanlu.serve.api import Home, Identify, shell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import APIRouter, FastAPI

    from tanlu.serve.api import Form

__all__ = ["application", "rooms"]


def rooms() -> tuple[APIRouter, ...]:
    """Give the routers of all rooms; a new room is added here and nowhere else."""
    return (*access.ROOMS, *resources.ROOMS, live.router, measuring.router)


def application(
    ledger: Home | Path | str,
    *,
    home: Path | str | None = None,
    database: str | None = None,
    identify: Identify | None = None,
    more: Sequence[APIRouter] = (),
    forms: Mapping[str, Form] | None = None,
    public: str | None = None,
    hosts: Sequence[str] = (),
    limits: access.Limits | None = None,
) -> FastAPI:
    """Give the application of a ledger and its organisations.

    Parameters
    ----------
    ledger
        Ledger of the first organisation, or a home that is open already.
    home
        Folder of the server, ``ledger/serve`` if not said.
    database
        URL of PostgreSQL; a file of SQLite in the home if not said.
    identify
        Tells who asks, in place of cookies, keys and tokens.
    more, forms
        Routers of the floors above, pages for example, and how they want errors to be told.
    public
        URL by which browsers reach the server, where a proxy stands before it.
    hosts
        By which names the server may be addressed; any if not said.
    limits
        How often somebody may ask.

    Raises
    ------
    TanluError
        TL601 when there is no ledger, TL670 when the state cannot be opened, TL480 for a route
        that does not say whom it is for.
    """
    at = ledger if isinstance(ledger, Home) else Home(ledger, path=home, database=database)
    guard = access.Access(at, limits=limits, hosts=hosts)
    app = shell(
        at, identify=identify or guard.identify, rooms=(*rooms(), *more),
        forms={**access.FORMS, **(forms or {})}, layers=guard.layers(), allowance=guard.limits,
        public=public,
    )  # fmt: skip
    app.state.access = guard
    app.state.hub, app.state.counted = live.Hub(), measuring.Counted()
    app.add_middleware(measuring.Measured, counted=app.state.counted)
    return app
