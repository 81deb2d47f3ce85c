"""Where we may go: over https to addresses of the open internet, looked up and pinned.

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

__all__ = ["LOOPBACK", "NEAR", "Reach", "Target", "shown"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]


def _networks(*told: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(each) for each in told)


LONGEST = 2048
PORTS = {"https": 443, "http": 80}
# this machine; and with it the networks of a house
LOOPBACK = _networks("127.0.0.0/8", "::1/128")
NEAR = LOOPBACK + _networks(
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"
)
# where clouds tell machines about themselves, with their keys: nobody's partner lives there,
# whatever networks somebody opened
METADATA = _networks(
    "169.254.0.0/16", "fe80::/10", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32",
    "fd00:ec2::254/128", "fd20:ce::254/128",
)  # fmt: skip
# global by the registry, and yet not the open internet: relays, ways into IPv4, what is not routed
CLOSED = _networks(
    "192.88.99.0/24", "192.0.0.0/24", "240.0.0.0/4", "2001::/23", "2002::/16", "3fff::/20",
    "5f00::/16",
)  # fmt: skip
# all of IPv6 that was given out so far
OPEN_V6 = ipaddress.IPv6Network("2000::/3")


class Target(NamedTuple):
    """Where a request goes: the host by its name, and the address that it had."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def authority(self) -> str:
        """Give host and port as the header ``Host`` has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def shown(url: str) -> str:
    """Give of a URL what may be repeated: no name, no password, no query."""
    bare = url.partition("?")[0].partition("#")[0]
    scheme, sign, rest = bare.partition("://")
    place, slash, path = rest.partition("/")
    return (scheme + sign + place.rpartition("@")[2] + slash + path if sign else bare)[:120]


def _looked_up(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses may be asked.

    ``inside`` names networks of one's own that are allowed besides, there also over http;
    ``resolve`` gives the addresses of a name.
    """

    inside: tuple[Network, ...] = ()
    resolve: Resolve = _looked_up

    def open(self, address: Address) -> bool:
        """Tell whether an address may be asked."""
        address = _plain(address)
        if _within(address, METADATA):
            return False
        if _within(address, self.inside):
            return True
        if address.version == 6 and address not in OPEN_V6:
            return False
        return not _within(address, CLOSED) and address.is_global and not address.is_multicast

    def target(self, url: str) -> Target:
        """Give where a request to a URL goes now, looked up.

        Raises
        ------
        TanluError
            TL866 when it is none, names a person, has no address or one that is not allowed, or
            is of plain http and not inside.
        """
        scheme, host, port, path = self._read(url)
        try:
            found = [ipaddress.ip_address(each.partition("%")[0])
                     for each in self.resolve(host, port)]  # fmt: skip
        except (OSError, ValueError, UnicodeError) as error:
            raise _wrong(url, "its host has no address") from error
        if not found:
            raise _wrong(url, "its host has no address")
        # one that is not allowed among others is no accident
        if not all(self.open(each) for each in found):
            raise _wrong(url, "its host is not on the open internet")
        if scheme != "https" and not all(_within(_plain(each), self.inside) for each in found):
            raise _wrong(url, "https only")
        return Target(scheme, host, port, path, str(found[0]))

    def _read(self, url: str) -> tuple[str, str, int, str]:
        clean = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise _wrong(url, "it cannot be read") from error
        if not clean or len(url) > LONGEST or not host:
            raise _wrong(url, "it cannot be read")
        if parts.scheme != "https" and not (self.inside and parts.scheme == "http"):
            raise _wrong(url, "https only")
        if parts.username is not None or parts.password is not None:
            raise _wrong(url, "it names a person")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return parts.scheme, host, port or PORTS[parts.scheme], path


def _plain(address: Address) -> Address:
    """Give the address of IPv4 that one of IPv6 stands for, where it does."""
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == each.version and address in each for each in networks)


def _wrong(url: str, why: str) -> TanluError:
    return TanluError("TL866", value=shown(url), why=why)
