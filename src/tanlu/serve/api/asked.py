"""What a route gets: who asks, in which language, and the ledger and state of his organisation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import Request

from tanlu.errors import TanluError
from tanlu.serve.api.home import Home
from tanlu.serve.api.identity import Principal
from tanlu.store import Workspace
from tanlu.store.relational import Scoped

__all__ = ["Asked", "language"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of somebody known, or of the public (then ``principal`` is None)."""

    request: Request
    home: Home
    principal: Principal | None

    @property
    def language(self) -> str:
        """Give the language of the answer, ``en`` or ``zh``."""
        return language(self.request)

    @property
    def tenant(self) -> str:
        """Give the organisation of who asks; TL470 when nobody known does."""
        if self.principal is None:
            raise TanluError("TL470")
        return self.principal.tenant

    @property
    def workspace(self) -> Workspace:
        """Give the ledger of the organisation of who asks, and never another's."""
        return self.home.workspace(self.tenant)

    @contextlib.contextmanager
    def state(self) -> Iterator[Scoped]:
        """Give the relational state of the organisation of who asks, in one transaction."""
        with self.home.state.of(self.tenant) as scoped:
            yield scoped


def language(request: Request) -> str:
    """Give the language that a request wants: in its path, its query, its cookie, its header."""
    first = request.url.path.split("/", 2)[1]
    if first in ("en", "zh"):
        return first
    for wish in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wish in ("en", "zh"):
            return wish
    said = request.headers.get("accept-language", "")
    return "zh" if said.lower().lstrip().startswith("zh") else "en"
