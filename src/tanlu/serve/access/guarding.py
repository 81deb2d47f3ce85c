"""Access as one object for a server: who asks, who guesses, how often, and what was done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.middleware.trustedhost import TrustedHostMiddleware

from tanlu.serve.access.around.brakes import Brakes
from tanlu.serve.access.around.limits import Limits, Telling
from tanlu.serve.access.around.recording import Recorder, Recording
from tanlu.serve.access.around.sized import Sized
from tanlu.serve.access.knowing import Knowing
from tanlu.serve.access.persons.oidc import House, Provider, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp

    from tanlu.serve.api import Home

__all__ = ["Access"]


class Access:
    """What the routes of access share within one process.

    Parameters
    ----------
    home
        Ledgers and state of the organisations.
    limits
        How often somebody may ask.
    hosts
        By which names the server may be addressed; any if not said. A server on loopback that is
        addressed by another name is asked by a page that changed where its own name leads.
    provider
        Another house that vouches for persons; the file ``oidc.toml`` of the home if not said.
    """

    def __init__(
        self,
        home: Home,
        *,
        limits: Limits | None = None,
        hosts: Sequence[str] = (),
        provider: Provider | None = None,
    ) -> None:
        self.home = home
        provider = provider or read(home.path / "oidc.toml")
        self.identify = Knowing(home)
        self.brakes = Brakes()
        self.limits = limits or Limits()
        self.recorder = Recorder(home.state)
        self.hosts = tuple(hosts)
        self.house = House(provider) if provider else None

    def layers(self) -> tuple[Callable[[ASGIApp], ASGIApp], ...]:
        """Give what is laid around all routes, the outermost first."""
        named = partial(TrustedHostMiddleware, allowed_hosts=self.hosts, www_redirect=False)
        around = (partial(Recording, recorder=self.recorder), Telling, Sized)
        return (named, *around) if self.hosts else around
