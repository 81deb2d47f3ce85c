"""What an organisation asks of its suppliers."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.jobs.shelf import now_us
from tanlu.store.relational.tables import REQUESTS
from tanlu.terms import time

if TYPE_CHECKING:
    from tanlu.serve.api import Asked

__all__ = ["ask", "asked_of", "close"]

LONGEST = 500


def ask(asked: Asked, supplier: str, what: str, period: str, due: str) -> str:
    """Ask a supplier for data, all of them where none is named; give the identity of the request.

    Raises
    ------
    TanluError
        TL486 without words, TL112 for what is no period or day.
    """
    if not what.strip():
        raise TanluError("TL486", value="what")
    for each in (period, due):
        if each:
            time.period(each, asked.workspace.zone)
    assert asked.principal is not None
    name = secrets.token_hex(8)
    row = {
        "request": name, "supplier": supplier[:200], "what": what.strip()[:LONGEST],
        "period": period[:40], "due": due[:10], "by": asked.principal.identity,
        "created_us": now_us(),
    }  # fmt: skip
    with asked.state() as state:
        state.add(REQUESTS, row)
    return name


def asked_of(asked: Asked, supplier: str | None = None) -> list[dict[str, Any]]:
    """Give the open requests, of one supplier those to him and to all, the newest first."""
    still = [REQUESTS.c.closed_us.is_(None)]
    if supplier is not None:
        still.append(REQUESTS.c.supplier.in_(["", supplier]))
    with asked.state() as state:
        return state.rows(REQUESTS, *still, order=(REQUESTS.c.created_us.desc(),), limit=200)


def close(asked: Asked, name: str) -> None:
    """Close a request; TL484 where there is none."""
    with asked.state() as state:
        if not state.change(REQUESTS, {"closed_us": now_us()}, REQUESTS.c.request == name):
            raise TanluError("TL484", value=name[:80])
