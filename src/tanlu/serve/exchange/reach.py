"""Reaching a partner: to the address that was looked up, without redirects, with limits.

An address of a private network is refused unless an operator named this partner as one that is
near: what a partner writes into an event must not lead our server into its own house.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Reach"]

TIMEOUT_S = 20
MAX_BYTES = 64 << 20
PORTS = {"https": 443, "http": 80}


class Reach:
    """A transport over HTTPS; ``near`` allows private networks and plain HTTP within them.

    Parameters
    ----------
    near
        Whether the partner may be in a private network or on this machine.
    ca
        File of certificates to trust; those of the system if not said.
    """

    def __init__(self, *, near: bool = False, ca: Path | None = None) -> None:
        self.near = near
        self.ca = ca

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Give the reply to a request.

        Raises
        ------
        TanluError
            TL879 for an address that is not allowed, a server that cannot be reached, or an answer
            that is too long.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in PORTS or not host or parts.username is not None:
            raise _wrong(url, "an address begins with https://")
        try:
            port = parts.port or PORTS[parts.scheme]
            address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
            self._allow(url, parts.scheme, address)
            with socket.create_connection((address, port), timeout=TIMEOUT_S) as plain:
                if parts.scheme == "http":
                    return _asked(plain, method, url, headers, body)
                trusts = ssl.create_default_context(cafile=self.ca)
                with trusts.wrap_socket(plain, server_hostname=host) as secure:
                    return _asked(secure, method, url, headers, body)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise _wrong(url, str(error) or type(error).__name__) from error

    def _allow(self, url: str, scheme: str, address: str) -> None:
        reached = ipaddress.ip_address(address.partition("%")[0])
        mapped = getattr(reached, "ipv4_mapped", None)
        reached = reached if mapped is None else mapped
        if reached.is_global and not reached.is_multicast:
            if scheme != "https":
                raise _wrong(url, "http is for private networks alone")
        elif not self.near or reached.is_multicast or reached.is_unspecified:
            raise _wrong(url, "an address of a private network is not asked")


def _asked(
    reached: socket.socket, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> Reply:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(parts.hostname or "", timeout=TIMEOUT_S)
    connection.sock = reached
    told = {"host": parts.netloc, "accept": "application/json", "connection": "close", **headers}
    connection.request(method, target, body or None, told)
    answer = connection.getresponse()
    found = answer.read(MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise _wrong(url, f"it says more than {MAX_BYTES} bytes")
    return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, found)


def _wrong(url: str, why: str) -> TanluError:
    return TanluError("TL879", value=url.partition("?")[0], why=why)
