"""The application with the rooms of the server; pages come on top of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tanlu.serve.access import FORMS, Access, entrance, token
from tanlu.serve.api import Form, Home, Identify, shell

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

__all__ = ["application"]

ROOMS = (token, entrance)


def application(
    home: Home,
    *,
    rooms: Sequence[APIRouter] = (),
    forms: Mapping[str, Form] | None = None,
    public: str | None = None,
    identify: Identify | None = None,
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
    """
    access = Access(home)
    app = shell(
        home,
        identify=identify or access.identify,
        rooms=(*ROOMS, *rooms),
        forms={**FORMS, **(forms or {})},
        public=public,
    )
    app.state.access = access
    return app
