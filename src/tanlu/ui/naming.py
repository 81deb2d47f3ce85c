"""Who did something, by the name that people know him by."""

from __future__ import annotations

from collections.abc import Callable

from tanlu.serve.access import clients, people
from tanlu.ui.frame.page import Context

__all__ = ["known_as"]


def known_as(context: Context) -> Callable[[str], str]:
    """Give what names a person or a program of the organisation by its identity.

    An identity that nobody has here, such as one of a house that was left, stands for itself.
    """
    asked = context.asked
    with asked.home.state.everywhere() as state:
        scoped = state.of(asked.tenant)
        known = {row["person"]: row["shown"] for row in people.listed(scoped, state)}
        known |= {row["client"]: row["name"] for row in clients.listed(scoped)}
    return lambda identity: str(known.get(identity) or identity)
