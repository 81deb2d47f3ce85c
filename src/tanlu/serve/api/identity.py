"""Who asks: a person, a program or a device, in one organisation, in one role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fastapi import Request

__all__ = ["MOST", "PUBLIC", "READERS", "ROLES", "Identify", "Principal", "Refused", "nobody"]

ROLES = ("manager", "operator", "verifier", "supplier", "viewer", "device", "developer")
# whoever is asked for by no name: a device sends, and gets what is said to be for devices
READERS = ("manager", "operator", "verifier", "viewer", "developer")
MOST = tuple(role for role in ROLES if role != "device")
# what needs no identity: health, a proof that was made public, the way in
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    ``identity`` is unique within the ``tenant``; ``kind`` is person, client (a program) or device;
    ``scopes`` narrow what the role may, empty for all of it; ``session`` is set where a browser
    asks, and then what changes something needs the session's token against ``forgery``.
    """

    identity: str
    tenant: str
    role: str
    kind: Literal["person", "client", "device"] = "person"
    name: str = ""
    scopes: tuple[str, ...] = ()
    session: str | None = None
    forgery: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nobody is behind a request: no credential, one that is not ours, one that is over."""

    reason: Literal["absent", "invalid", "expired"]


Identify = Callable[[Request], Principal | Refused]


def nobody(request: Request) -> Refused:  # noqa: ARG001
    """Say that nobody asks: what a server answers before it knows anybody."""
    return Refused("absent")
