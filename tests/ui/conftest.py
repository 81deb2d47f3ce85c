"""Fixtures of the pages: a browser, and the pages on an application in a role."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.ui import browsing


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, one for the session."""
    with browsing.browser() as started:
        yield started


def _application(home: Any, role: str | None, tenant: str, **shape: Any) -> Any:
    from tanlu.serve.api import Principal, Refused
    from tanlu.serve.application import application
    from tanlu.ui import PROBLEMS, pages

    who = Refused("absent")
    if role:
        who = Principal(f"{role}@{tenant}", tenant, role, name="林晓")
    rooms = [pages(shape.pop("views", None)), *shape.pop("rooms", ())]
    return application(home, identify=lambda _request: who, more=rooms, forms=PROBLEMS, **shape)


@pytest.fixture
def app(home: Any, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Make the application with the pages, as who asks in a role: ``app("verifier")``."""
    from tests import serving

    # the index is there when it is asked, as it is in a home that tests share: nobody waits for it
    if not request.node.get_closest_marker("reads"):
        serving.index(home)

    def made(role: str | None = "manager", tenant: str = "home", **shape: Any) -> Any:
        return _application(home, role, tenant, **shape)

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
    with contextlib.ExitStack() as stack:
        yield lambda role="manager", **shape: stack.enter_context(
            browsing.serving(app(role, **shape))
        )


class Standing:
    """Servers over one ledger that no test changes; each is started once for who asks."""

    def __init__(self, home: Any, stack: contextlib.ExitStack) -> None:
        self.home, self.stack = home, stack
        self.at: dict[tuple[str | None, str], str] = {}

    def __call__(self, role: str | None = "manager", tenant: str = "home") -> str:
        """Give the address at which somebody of a role is answered."""
        if (role, tenant) not in self.at:
            app = _application(self.home, role, tenant)
            self.at[role, tenant] = self.stack.enter_context(browsing.serving(app))
        return self.at[role, tenant]


@pytest.fixture(scope="session")
def standing(network_books: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """Pages to be read and not to be changed, one server for all: ``standing()``, ``.home``."""
    from tests import serving

    made = serving.home(network_books, tmp_path_factory.mktemp("standing"))
    with contextlib.ExitStack() as stack:
        stack.callback(made.close)
        serving.index(made)
        yield Standing(made, stack)
