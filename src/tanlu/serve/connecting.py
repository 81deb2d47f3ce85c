"""How many connections a server may hold: as many as the system lets it, of one address a share.

What listens counts connections in all and closes none, so the share is kept from beside it: the
process looks through its own files and ends what one address holds beyond its share.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import resource
import socket
import stat
import threading
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple, Self

__all__ = ["Shares", "connections", "network"]

# files besides connections: the log, the ledger, libraries
SPARE_FILES = 512
# of one address, so that four at least are needed to hold all places
PART = 4
LOOK_S = 0.25
FILES = Path("/dev/fd")
FAMILIES = (socket.AF_INET, socket.AF_INET6)


def connections(most: int) -> int:
    """Give how many connections this process may hold, of ``most``; it asks for room first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + SPARE_FILES
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            soft = limit
    there = wanted if soft == resource.RLIM_INFINITY else min(soft, wanted)
    return max(there - SPARE_FILES, there // 2)


def network(told: str) -> str:
    """Give an address as one customer has it: of IPv6 the network, of a mapped one that of IPv4."""
    try:
        found = ipaddress.ip_address(told.partition("%")[0])
    except ValueError:
        return told[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


class _Held(NamedTuple):
    """A connection: the number of its file, and of the socket, which grows from one to the next."""

    file: int
    socket: int


class Shares:
    """Ends what one address holds beyond its share of a server's connections, the newest first.

    This machine is spared: there a proxy may stand before the server, and who works on the machine
    needs no connection to stop it.

    Parameters
    ----------
    port
        Where the server listens.
    most
        How many connections it holds in all.
    """

    def __init__(self, port: int, most: int) -> None:
        self.port, self.share = port, max(1, most // PART)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._work, name="shares", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def look(self) -> int:
        """End what is beyond a share, and give how many connections that were."""
        with contextlib.suppress(OSError):
            names = [each.name for each in FILES.iterdir()]
            if len(names) > self.share:
                return sum(self._ended(held) for held in self._beyond(names))
        return 0

    def _beyond(self, names: list[str]) -> list[_Held]:
        by_address: dict[str, list[_Held]] = defaultdict(list)
        for name in names:
            found = self._peer(int(name))
            if found is not None and not spared(found[0]):
                by_address[found[0]].append(found[1])
        return [
            held
            for all_ in by_address.values()
            for held in sorted(all_, key=lambda each: each.socket)[self.share :]
        ]

    def _peer(self, file: int) -> tuple[str, _Held] | None:
        """Give from where a file is a connection to the server; None for all other files."""
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(file).st_mode):
                return None
            # of its own: what the server closes meanwhile may be another file a moment later
            with _own(file) as one:
                if one.family in FAMILIES and one.getsockname()[1] == self.port:
                    number = os.fstat(one.fileno()).st_ino
                    return network(str(one.getpeername()[0])), _Held(file, number)
        return None

    def _ended(self, held: _Held) -> bool:
        with contextlib.suppress(OSError), _own(held.file) as one:
            if os.fstat(one.fileno()).st_ino == held.socket:
                one.shutdown(socket.SHUT_RDWR)
                return True
        return False

    def _work(self) -> None:
        while not self._ends.wait(LOOK_S):
            self.look()


def spared(address: str) -> bool:
    """Tell whether connections from an address are not counted: those of this machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True


def _own(file: int) -> socket.socket:
    copy = os.dup(file)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise
