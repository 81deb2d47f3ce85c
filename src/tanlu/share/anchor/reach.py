"""One careful POST: to the address that was looked up, without redirects, with limits."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from tanlu.errors import TanluError

__all__ = ["post"]

TIMEOUT_S = 15
MAX_BYTES = 1 << 20
PORTS = {"https": 443, "http": 80}


def post(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Give what a server answers to a POST.

    Only ``https``; ``http`` to this machine alone. An address of a private network is refused:
    a name that somebody else controls must not lead into the house.

    Raises
    ------
    TanluError
        TL866 for an address that is not allowed, a server that cannot be reached, does not
        answer with 2xx, or says more than 1 MB.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in PORTS or not host:
        raise _wrong(url, "an address begins with https://")
    try:
        port = parts.port or PORTS[parts.scheme]
        address = _looked_up(host, port)
        _allowed(url, parts.scheme, address)
        with socket.create_connection((address, port), timeout=TIMEOUT_S) as plain:
            secure = ssl.create_default_context()
            bare = parts.scheme == "http"
            reached = plain if bare else secure.wrap_socket(plain, server_hostname=host)
            return _asked(url, reached, body, headers)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _wrong(url, str(error) or type(error).__name__) from error


def _looked_up(host: str, port: int) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return str(found[0][4][0])


def _allowed(url: str, scheme: str, address: str) -> None:
    reached = ipaddress.ip_address(address)
    if reached.is_loopback:
        return
    if scheme != "https":
        raise _wrong(url, "http is for this machine alone")
    if not reached.is_global:
        raise _wrong(url, f"{address} lies in a private network")


def _asked(url: str, reached: socket.socket, body: bytes, headers: dict[str, str]) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc.rpartition("@")[2], timeout=TIMEOUT_S)
    connection.sock = reached
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    said = answer.read(MAX_BYTES + 1)
    if not 200 <= answer.status < 300:
        raise _wrong(url, f"it answers {answer.status}")
    if len(said) > MAX_BYTES:
        raise _wrong(url, f"it answers more than {MAX_BYTES} bytes")
    return said


def _wrong(url: str, why: str) -> TanluError:
    # a query may hold a secret: it is not repeated
    return TanluError("TL866", value=url.partition("?")[0][:120], why=why)
