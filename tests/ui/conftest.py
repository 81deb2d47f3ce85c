"""Fixtures of the pages: a browser, and the pages on an application in a role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.ui import browsing


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, one for the session."""
    with browsing.browser() as started:
        yield started


@pytest.fixture
def app(home: Any, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Make the application with the pages, as who asks in a role: ``app("verifier")``."""
    from tanlu.serve.api import Principal, Refused
    from tanlu.serve.application import application
    from tanlu.ui import PROBLEMS, pages
    from tests import serving

    # the index is there when it is asked, as it is in a home that tests share: nobody waits for it
    if not request.node.get_closest_marker("reads"):
        serving.index(home)

    def made(role: str | None = "manager", tenant: str = "home", **shape: Any) -> Any:
        who = Refused("absent")
        if role:
            who = Principal(f"{role}@{tenant}", tenant, role, name="林晓")
        rooms = [pages(shape.pop("views", None)), *shape.pop("rooms", ())]
        return application(home, identify=lambda _request: who, more=rooms, forms=PROBLEMS, **shape)

    return made


@pytest.fixture
def asking(app: Callable[..., Any]) -> Callable[..., Any]:
    """A client without a browser, as who asks in a role: ``asking("viewer").get(…)``."""
    from fastapi.testclient import TestClient

    return lambda role="manager", **shape: TestClient(
        app(role, **shape), raise_server_exceptions=False
    )


@pytest.fixture
def site(app: Callable[..., Any]) -> Iterator[Callable[..., str]]:
    """Serve the pages for a browser: ``site()`` gives the address, ``site("viewer")`` another's."""
    import contextlib

    with contextlib.ExitStack() as stack:
        yield lambda role="manager", **shape: stack.enter_context(
            browsing.serving(app(role, **shape))
        )
