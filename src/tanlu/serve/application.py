"""The application with the rooms of the server; pages come on top of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tanlu.serve.access import FORMS, ROOMS, Access, Limits
from tanlu.serve.api import Form, Home, Identify, shell

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

__all__ = ["application"]


def application(
    home: Home,
    *,
    rooms: Sequence[APIRouter] = (),
    forms: Mapping[str, Form] | None = None,
    public: str | None = None,
    identify: Identify | None = None,
    limits: Limits | None = None,
    hosts: Sequence[str] = (),
) -> FastAPI:
    """Give the application of a server: its own rooms and further ones.

    Parameters
    ----------
    rooms, forms
        What is served beside: pages, exchange, and how their errors look.
    public
        URL by which browsers reach the server, where a proxy with TLS stands before it.
    identify
        Tells who asks in place of cookies and tokens, for tests.
    limits
        How often somebody may ask.
    hosts
        By which names the server may be addressed; any if not said.
    """
    access = Access(home, limits=limits, hosts=hosts)
    app = shell(
        home,
        identify=identify or access.identify,
        rooms=(*ROOMS, *rooms),
        forms={**FORMS, **(forms or {})},
        layers=access.layers(),
        allowance=access.limits,
        public=public,
    )
    app.state.access = access
    return app
