"""The application of a server: all rooms that answer over HTTP, behind one shell."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fastapi import APIRouter, FastAPI

from tanlu.errors import TanluError
from tanlu.serve import (
    access,
    hooks,
    jobs,
    live,
    measuring,
    opining,
    proofs,
    quotes,
    resources,
    walls,
)
from tanlu.serve.api import Home, Identify, shell
from tanlu.serve.exchange import ileap, pact
from tanlu.serve.exchange.epcis import Epcis, through
from tanlu.serve.searching import Searching, router
from tanlu.share.egress import Egress, Reach

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from tanlu.serve.api import Form

__all__ = ["Behind", "application"]

FORMS = {**access.FORMS, **pact.FORMS, **ileap.FORMS, Epcis.paths: Epcis.form}


class _Works(Protocol):
    """What works behind the routes of a server."""

    def start(self) -> None:
        """Begin."""

    def close(self) -> None:
        """End."""


class Behind:
    """What works behind the routes: it begins when the application is served, and ends with it."""

    def __init__(self, home: Home, reach: Reach | None = None) -> None:
        self.home = home
        self.searching = Searching(home)
        self.hooks = hooks.Hooks(home, reach=reach)
        self.jobs = jobs.Jobs(home, jobs.verbs(self.searching))
        self.epcis = Epcis(home, through(Egress(reach)))
        self.quotes = quotes.Quotes(home)
        self.works: tuple[_Works, ...] = (
            self.hooks, hooks.Alarms(home), self.jobs, self.epcis, self.quotes,
        )  # fmt: skip

    def rooms(self) -> tuple[APIRouter, ...]:
        """Give the routers of all rooms; a new room is added here and nowhere else."""
        own = APIRouter(lifespan=self._served)
        return (
            own, *access.ROOMS, *resources.ROOMS, pact.room(), ileap.room(), *self.epcis.rooms,
            jobs.router(self.jobs), hooks.router(self.hooks), quotes.router(self.quotes), router,
            live.router, proofs.router, measuring.router, opining.router,
            walls.router,
        )  # fmt: skip

    @contextlib.asynccontextmanager
    async def _served(self, _app: Any) -> AsyncIterator[None]:
        self.searching.follow()
        for each in self.works:
            each.start()
        warming = asyncio.create_task(asyncio.to_thread(resources.warm, self.home))
        try:
            yield
        finally:
            with contextlib.suppress(TanluError):
                await warming
            for each in self.works:
                await asyncio.to_thread(each.close)
            await asyncio.to_thread(self.searching.close)


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
    reach: Reach | None = None,
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
    reach
        Where messages may be sent: webhooks, and events to who subscribed; the open internet if
        not said.

    Raises
    ------
    TanluError
        TL601 when there is no ledger, TL670 when the state cannot be opened, TL480 for a route
        that does not say whom it is for.
    """
    at = ledger if isinstance(ledger, Home) else Home(ledger, path=home, database=database)
    behind = Behind(at, reach)
    guard = access.Access(at, limits=limits, hosts=hosts)
    app = shell(
        at, identify=identify or guard.identify, rooms=(*behind.rooms(), *more),
        forms={**FORMS, **(forms or {})}, layers=guard.layers(), allowance=guard.limits,
        public=public,
    )  # fmt: skip
    app.state.access, app.state.searching, app.state.jobs = guard, behind.searching, behind.jobs
    app.state.quotes = behind.quotes
    app.state.hooks, app.state.hub, app.state.counted = (
        behind.hooks,
        live.Hub(),
        measuring.Counted(),
    )
    app.add_middleware(measuring.Measured, counted=app.state.counted)
    return app
