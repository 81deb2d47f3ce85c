"""Links for guests: a few reports of one period at one version, read by who has the link."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.access import credentials
from tanlu.serve.api.origin import base
from tanlu.store.relational.tables import proofs as tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request

    from tanlu.store.relational import Scoped, State

__all__ = ["KINDS", "address", "ended", "found", "invited", "listed"]

GUESTS = tables.GUESTS
KINDS = ("transport", "indicators", "organisation")
DAY_US = 86_400_000_000
MOST_DAYS = 366
MOST_TITLE = 200


def invited(
    scoped: Scoped,
    kinds: Sequence[str],
    *,
    title: str,
    period: str,
    days: int,
    version: int,
    by: str,
) -> str:
    """Write a link and give its secret, which is shown this once.

    Raises
    ------
    TanluError
        TL935 for no kinds of reports, kinds that there are not, or a time that is none.
    """
    if not kinds or set(kinds) - set(KINDS) or not 0 < days <= MOST_DAYS:
        raise TanluError("TL935", value=", ".join(kinds)[:80], most=MOST_DAYS)
    secret, now_us = credentials.draw(), _now_us()
    scoped.add(GUESTS, {
        "guest": credentials.name("g_"), "secret": credentials.hashed(secret),
        "title": title.strip()[:MOST_TITLE], "period": period, "shows": " ".join(kinds),
        "by": by, "version": version, "created_us": now_us, "until_us": now_us + days * DAY_US,
        "seen": 0,
    })  # fmt: skip
    return secret


def address(request: Request, secret: str) -> str:
    """Give the address that a guest is sent."""
    return f"{base(request)}/share/{secret}"


def listed(scoped: Scoped) -> list[dict[str, Any]]:
    """Give the links of an organisation, the newest first, without their secrets."""
    shown = [column for column in GUESTS.c if column.name != "secret"]
    return scoped.rows(GUESTS, columns=shown, order=(GUESTS.c.created_us.desc(),), limit=200)


def ended(scoped: Scoped, guest: str) -> None:
    """End a link at once; TL931 where the organisation has none of that name."""
    if not scoped.change(GUESTS, {"ended_us": _now_us()}, GUESTS.c.guest == guest):
        raise TanluError("TL931", value=guest[:80])


def found(state: State, secret: str, *, counts: bool = True) -> dict[str, Any]:
    """Give the link of a secret, whoever asks, and count that it was seen if that counts.

    Raises
    ------
    TanluError
        TL931 where there is none, TL933 when it is over.
    """
    with state.everywhere() as everywhere:
        row = everywhere.one(GUESTS, GUESTS.c.secret == credentials.hashed(secret))
        if row is None:
            raise TanluError("TL931", value="share")
        if row["ended_us"] is not None or row["until_us"] <= _now_us():
            raise TanluError("TL933")
        if counts:
            everywhere.change(GUESTS, {"seen": GUESTS.c.seen + 1}, GUESTS.c.secret == row["secret"])
    return row


def _now_us() -> int:
    return time.time_ns() // 1000
