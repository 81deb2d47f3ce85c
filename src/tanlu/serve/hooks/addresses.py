"""Where a message may go: over https to addresses of the open internet, looked up and pinned.

A name is looked up once for each try, every address that it has must be allowed, and the
connection goes to what was looked up: a name that means another place a moment later (rebinding)
leads nowhere. No redirect is followed, no proxy is asked.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from tanlu.errors import TanluError

__all__ = ["Reach", "Target"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

LONGEST = 2048
PORTS = {"https": 443, "http": 80}
# global by the registry, and yet not the open internet: relays, and where clouds tell machines
# about themselves
CLOSED = tuple(ipaddress.ip_network(each) for each in (
    "192.88.99.0/24", "168.63.129.16/32", "192.0.0.0/24", "240.0.0.0/4",
    # ways into IPv4 and what is not routed
    "2001::/23", "2002::/16", "3fff::/20", "5f00::/16",
))  # fmt: skip
# all of IPv6 that was given out so far
OPEN_V6 = ipaddress.IPv6Network("2000::/3")


class Target(NamedTuple):
    """Where a message goes: the host by its name, and the address that it had."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def _looked_up(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses may be written to.

    ``plain`` allows http; ``inside`` names networks of one's own that are allowed besides;
    ``resolve`` gives the addresses of a name.
    """

    plain: bool = False
    inside: tuple[Network, ...] = ()
    resolve: Resolve = _looked_up

    def open(self, address: Address) -> bool:
        """Tell whether an address may be written to."""
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address.version == each.version and address in each for each in self.inside):
            return True
        if address.version == 6 and address not in OPEN_V6:
            return False
        if any(address.version == each.version and address in each for each in CLOSED):
            return False
        return address.is_global and not address.is_multicast

    def checked(self, url: str) -> tuple[str, str, int, str]:
        """Give scheme, host, port and path of an address that a message could go to.

        Raises
        ------
        TanluError
            TL493 for another scheme, a name and password in it, or no host.
        """
        clean = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise TanluError("TL493", why="it cannot be read") from error
        if not clean or len(url) > LONGEST or not host:
            raise TanluError("TL493", why="it cannot be read")
        if parts.scheme != "https" and not (self.plain and parts.scheme == "http"):
            raise TanluError("TL493", why="https only")
        if parts.username is not None or parts.password is not None:
            raise TanluError("TL493", why="it names a person")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return parts.scheme, host, port or PORTS[parts.scheme], path

    def target(self, url: str) -> Target:
        """Give where a message to a URL goes now, looked up.

        Raises
        ------
        TanluError
            TL493 when it is none, has no address, or one that is not of the open internet.
        """
        scheme, host, port, path = self.checked(url)
        try:
            found = [ipaddress.ip_address(each.partition("%")[0])
                     for each in self.resolve(host, port)]  # fmt: skip
        except (OSError, ValueError, UnicodeError) as error:
            raise TanluError("TL493", why="its host has no address") from error
        if not found:
            raise TanluError("TL493", why="its host has no address")
        # one that is not allowed among others is no accident
        if not all(self.open(each) for each in found):
            raise TanluError("TL493", why="its host is not on the open internet")
        return Target(scheme, host, port, path, str(found[0]))
