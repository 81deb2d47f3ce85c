"""From where a request comes: over TLS or not, from a page of ours or another's, from whom.

What a request says of itself (``X-Forwarded-…``) is believed only where the server was told that a
proxy stands before it and writes these headers.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tanlu.serve.connecting import network

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

__all__ = ["address", "base", "loopback", "ours", "safe", "tls"]

SAFE = ("GET", "HEAD", "OPTIONS")
PORTS = {"http": 80, "https": 443}


def safe(method: str) -> bool:
    """Tell whether a method changes nothing."""
    return method in SAFE


def tls(request: HTTPConnection) -> bool:
    """Tell whether a browser reaches this server over TLS."""
    return urlsplit(_public(request) or str(request.url)).scheme == "https"


def loopback(request: HTTPConnection) -> bool:
    """Tell whether a browser reaches this server on its own machine."""
    host = request.url.hostname or ""
    if _public(request):
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def ours(request: HTTPConnection) -> bool:
    """Tell whether a page of this server sent a request, or something that is no browser.

    All browsers say where what they send comes from when it changes something.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        return _place(origin) == _place(_public(request) or str(request.url))
    return request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")


def base(request: HTTPConnection) -> str:
    """Give the beginning of the addresses by which browsers reach this server."""
    return (_public(request) or str(request.base_url)).rstrip("/")


def address(request: HTTPConnection) -> str:
    """Give the address of who asks; of IPv6 the network that one customer has."""
    told = request.client.host if request.client else ""
    if _public(request):
        # the proxy adds what it saw itself at the end; what stands before it anybody can write
        told = request.headers.get("x-forwarded-for", told).rpartition(",")[2].strip()
    return network(told)


def _public(request: HTTPConnection) -> str | None:
    found: str | None = getattr(request.app.state, "public", None)
    return found


def _place(url: str) -> tuple[str, str, int | None] | None:
    """Give scheme, host and port of a URL; None, which no place is, for what is no URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
