"""The shops that may show quotes: each with a key that everybody sees and the pages it is for.

The key is no secret: it stands in the shop's pages. What binds it are the origins, which a browser
tells truly of its pages; so nobody else's page gets a quote by it. Who asks without a browser can
say what he likes, and gets what a customer of the shop gets: estimates, at the shop's rate.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tanlu.errors import TanluError
from tanlu.serve.access import Limits, Rate
from tanlu.store.relational.tables import quotes as tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.store.relational import State

__all__ = ["Merchants", "origin_of"]

MERCHANTS = tables.MERCHANTS
KEY = re.compile(r"tlm_[0-9a-f]{32}")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\]")
LOCAL = ("localhost", "127.0.0.1", "[::1]")
MOST, MOST_ORIGINS = 1000, 10
RATE = Rate(200, 100.0)
PORTS = {"http": 80, "https": 443}

Row = dict[str, Any]


class Merchants:
    """All shops of a server, in its relational state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._limits = Limits()

    def add(self, tenant: str, name: str, origins: Sequence[str]) -> Row:
        """Let a shop show quotes of an organisation on its pages, and give its key.

        Raises
        ------
        TanluError
            TL946 for what is no origin of a page, none, or more shops than there may be.
        """
        told = [origin_of(each) for each in dict.fromkeys(origins)]
        if not 0 < len(told) <= MOST_ORIGINS:
            raise TanluError("TL946", value=str(len(told)), why=f"1 to {MOST_ORIGINS} origins")
        row = {
            "merchant": f"tlm_{secrets.token_hex(16)}", "name": name[:100],
            "origins": " ".join(told), "created_us": time.time_ns() // 1000, "ended_us": None,
        }  # fmt: skip
        with self.state.of(tenant) as scoped:
            if scoped.count(MERCHANTS) >= MOST:
                raise TanluError("TL946", value=name[:100], why=f"there are {MOST} already")
            scoped.add(MERCHANTS, row)
        return _shown(row)

    def listed(self, tenant: str) -> list[Row]:
        """Give the shops of an organisation, also those that ended."""
        with self.state.of(tenant) as scoped:
            rows = scoped.rows(MERCHANTS, order=(MERCHANTS.c.created_us, MERCHANTS.c.merchant))
        return [_shown(row) for row in rows]

    def any(self, tenant: str) -> bool:
        """Tell whether an organisation has a shop."""
        with self.state.of(tenant) as scoped:
            return bool(scoped.count(MERCHANTS, MERCHANTS.c.ended_us.is_(None)))

    def end(self, tenant: str, merchant: str) -> None:
        """End the key of a shop at once.

        Raises
        ------
        TanluError
            TL484 when there is none that holds.
        """
        now_us = time.time_ns() // 1000
        here = (MERCHANTS.c.merchant == merchant, MERCHANTS.c.ended_us.is_(None))
        with self.state.of(tenant) as scoped:
            if not scoped.change(MERCHANTS, {"ended_us": now_us}, *here):
                raise TanluError("TL484", value=merchant[:40])

    def known(self, merchant: str) -> Row:
        """Give the shop whose key this is, of whichever organisation.

        Raises
        ------
        TanluError
            TL946 when it is none's.
        """
        row = None
        if KEY.fullmatch(merchant):
            here = (MERCHANTS.c.merchant == merchant, MERCHANTS.c.ended_us.is_(None))
            with self.state.everywhere() as state:
                row = state.one(MERCHANTS, *here)
        if row is None:
            raise TanluError("TL946", value=merchant[:40], why="no shop has this key")
        return {**row, "origins": row["origins"].split()}

    def admitted(self, merchant: str, origin: str | None) -> Row:
        """Give the shop that asks from one of its own pages.

        Raises
        ------
        TanluError
            TL946 for another page or none, TL477 for who asks too often.
        """
        row = self.known(merchant)
        if origin not in row["origins"]:
            raise TanluError("TL946", value=str(origin)[:80], why="the shop has no such origin")
        self.counted(merchant)
        return row

    def counted(self, merchant: str) -> None:
        """Count a request of a shop, or refuse it with TL477."""
        self._limits.counted(f"merchant {merchant}", RATE)


def origin_of(text: str) -> str:
    """Give the origin of a page as browsers write it: https, or http on one's own machine.

    Raises
    ------
    TanluError
        TL946 for anything else: a path, a wildcard, a name with letters that a host has not.
    """
    why = "an origin is https://host, nothing after it"
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise TanluError("TL946", value=text[:80], why=why) from None
    name = f"[{host}]" if ":" in host else host
    rest = parts.path.rstrip("/") or parts.query or parts.fragment or parts.username
    secure = parts.scheme == "https" or (parts.scheme == "http" and name in LOCAL)
    if rest or not secure or not HOST.fullmatch(name):
        raise TanluError("TL946", value=text[:80], why=why)
    shown = "" if port in (None, PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{name}{shown}"


def _shown(row: Row) -> Row:
    names = ("merchant", "name", "created_us", "ended_us")
    return {**{name: row[name] for name in names}, "origins": row["origins"].split()}
