"""Access as one object for a server: who asks, who guesses, how often, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.serve.access.brakes import Brakes
from tanlu.serve.access.knowing import Knowing

if TYPE_CHECKING:
    from tanlu.serve.api import Home

__all__ = ["Access"]


class Access:
    """What the routes of access share within one process."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.identify = Knowing(home)
        self.brakes = Brakes()
