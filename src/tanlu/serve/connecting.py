"""How many connections a server may hold: as many as the system lets it, which it is asked for."""

from __future__ import annotations

import contextlib
import resource

__all__ = ["connections"]

# files besides connections: the log, the ledger, libraries
SPARE_FILES = 512


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
