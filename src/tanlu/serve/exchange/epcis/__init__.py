"""事件交换 Events exchanged over HTTP: the interface of EPCIS 2.0 (chapter 12) below /epcis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tanlu.serve.exchange.epcis import asking, naming, subscribing
from tanlu.serve.exchange.epcis.bringing import capture_routes
from tanlu.serve.exchange.epcis.capturing import Captures
from tanlu.serve.exchange.epcis.problems import form
from tanlu.serve.exchange.epcis.telling import Deliver, Teller, signature, through

if TYPE_CHECKING:
    from fastapi import APIRouter

    from tanlu.serve.api import Home

__all__ = ["Deliver", "Epcis", "signature", "through"]


class Epcis:
    """The interface with what works behind it; `start` it when the application is served.

    Parameters
    ----------
    home
        Ledgers and state.
    deliver
        Sends messages to subscribers, and guards against addresses that nobody may be sent to;
        without it nobody can subscribe.
    """

    paths = "/epcis"
    form = staticmethod(form)

    def __init__(self, home: Home, deliver: Deliver | None = None) -> None:
        self._teller = None if deliver is None else Teller(home, deliver)
        told = (lambda _: None) if self._teller is None else self._teller.soon
        self.captures = Captures(home, told)

    @property
    def rooms(self) -> Sequence[APIRouter]:
        """The routes."""
        return (
            capture_routes(self.captures),
            subscribing.subscribe_routes(self._teller is not None),
            subscribing.router,
            naming.router,
            asking.router,
        )

    def start(self) -> None:
        """Go on with captures that a server left behind, and begin to tell subscribers."""
        self.captures.resume()
        if self._teller is not None:
            self._teller.start()

    def close(self) -> None:
        """End what works behind the routes."""
        self.captures.close()
        if self._teller is not None:
            self._teller.close()
