"""Who asks: found by the token or key that a program sends, or by the cookie of a browser."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

from tanlu.monitor.devices import Registry
from tanlu.serve.access import clients, credentials
from tanlu.serve.access.persons import sessions
from tanlu.serve.api import Principal, Refused
from tanlu.serve.api.origin import tls

if TYPE_CHECKING:
    from fastapi import Request

    from tanlu.serve.api import Home
    from tanlu.store.relational import State

__all__ = ["Knowing", "bearer", "person"]

# longer than this nothing of ours is
MOST = 512


class Knowing:
    """Tells who asks; it remembers the registries of devices between two requests."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._registries: dict[str, Registry] = {}
        self._turn = threading.Lock()

    def __call__(self, request: Request) -> Principal | Refused:
        """Give who asks. What is sent with the request itself goes before the cookie."""
        said = request.headers.getlist("authorization")
        if said:
            return self._sent(said)
        secret = sessions.cookie(request, tls=tls(request))
        if secret is None:
            return Refused("absent")
        return person(self.home.state, secret)

    def _sent(self, said: list[str]) -> Principal | Refused:
        secret = bearer(said)
        if secret is None:
            return Refused("invalid")
        if secret.startswith((credentials.KEY, credentials.ACCESS)):
            return _program(self.home.state, secret)
        return self._device(secret)

    def _device(self, secret: str) -> Principal | Refused:
        for row in self.home.organisations():
            tenant = str(row["slug"])
            with self._turn:
                registry = self._registries.get(tenant)
                if registry is None:
                    registry = Registry(self.home.workspace(tenant))
                    self._registries[tenant] = registry
                else:
                    registry.refresh()
            sender = registry.sender(secret)
            if sender is not None:
                return Principal(sender.device, tenant, "device", "device", sender.device)
        return Refused("invalid")


def bearer(said: list[str]) -> str | None:
    """Give the one bearer token of the headers of a request; None where there is not exactly one.

    Two headers, of which a proxy before us may have judged the other, are none.
    """
    if len(said) != 1:
        return None
    scheme, _, secret = said[0].strip().partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret.isascii() or not 0 < len(secret) <= MOST:
        return None
    return secret


def person(state: State, secret: str) -> Principal | Refused:
    """Give who sits behind the cookie of a browser."""
    found = sessions.read(state, secret) if len(secret) <= MOST else None
    if not isinstance(found, sessions.Sitting):
        return Refused(found or "invalid")
    return Principal(
        found.person, found.tenant, found.role, "person", found.shown,
        session=found.session, forgery=sessions.forgery(secret),
    )  # fmt: skip


def _program(state: State, secret: str) -> Principal | Refused:
    row = clients.by_bearer(state, secret)
    if row is None or row == "expired":
        reason: Literal["invalid", "expired"] = "invalid" if row is None else "expired"
        return Refused(reason)
    scopes = tuple(row["scopes"].split())
    return Principal(row["client"], row["tenant"], row["role"], "client", row["name"], scopes)
