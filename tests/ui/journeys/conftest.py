"""A whole server with its jobs at work, into which people log in; one for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.serving import PASSWORD, home, person, whole
from tests.ui import accessible, browsing

SIGHTS = {
    # each two of tongue, light and size stand together once
    "zh-light-desk": ("zh", False, browsing.DESK), "en-dark-desk": ("en", True, browsing.DESK),
    "zh-dark-phone": ("zh", True, browsing.PHONE), "en-light-phone": ("en", False, browsing.PHONE),
}  # fmt: skip


@dataclass(frozen=True)
class House:
    """A server at an address, over a home that its tests may change."""

    url: str
    home: Any

    def comes(self, role: str) -> dict[str, str]:
        """Let somebody of a role log in, and give the cookies of the browser."""
        person(self.home, role)
        sent = {"name": f"{role}.home", "password": PASSWORD, "organisation": "home"}
        told = httpx.post(f"{self.url}/auth/login", json=sent, timeout=60)
        assert told.status_code == 200, told.text
        return dict(told.cookies)


@pytest.fixture(scope="module")
def house(network_books: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The server with its jobs, on a copy of the ledger of the small network."""
    made = home(network_books, tmp_path_factory.mktemp("house"))
    with browsing.serving(whole(made)) as url:
        yield House(url, made)
    made.close()


def kept(page: Any, name: str) -> None:
    """Keep a picture of a step of a journey, and assert that all can read it."""
    page.wait_for_selector("html[data-ready]", state="attached")
    browsing.keep(page, f"journey-{name}")
    assert accessible.faults(page) == []
    assert browsing.wide(page) <= 0
