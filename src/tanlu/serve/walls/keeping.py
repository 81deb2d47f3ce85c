"""Wall links in the state: which parks, in which tongue, until when; secrets as hashes only."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.serve.access import credentials
from tanlu.store.relational.tables import proofs as tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.store.relational import Scoped, State

__all__ = [
    "LANGUAGES", "MOST_DAYS", "MOST_PARKS", "Wall", "ended", "entered", "exchanged", "found",
    "invited", "listed",
]  # fmt: skip

WALLS = tables.WALLS
LANGUAGES = ("en", "zh")
DAY_US = 86_400_000_000
MOST_DAYS = 366
MOST_PARKS = 6
MOST_TITLE = 100
# how often it is written that a display was seen
SEEN_US = 60_000_000


class Wall(NamedTuple):
    """What a display may show: of which organisation, which parks, whether its whole network."""

    wall: str
    tenant: str
    title: str
    parks: tuple[str, ...]
    network: bool
    language: str
    until_us: int

    @property
    def topics(self) -> tuple[str, ...]:
        """What of the live stream it may watch."""
        of_parks = [f"park:{park}" for park in self.parks]
        if self.network:
            return ("parks", "kpi", "events", *of_parks)
        return (*of_parks, *(f"events:{park}" for park in self.parks))


def invited(
    scoped: Scoped,
    parks: Sequence[str],
    *,
    known: Sequence[str],
    title: str,
    days: int,
    network: bool,
    language: str,
    by: str,
) -> tuple[str, str]:
    """Write a link and give its name and its secret, which is shown this once.

    Parameters
    ----------
    known
        The parks that the organisation has.
    network
        Whether what the whole organisation emits is shown too.

    Raises
    ------
    TanluError
        TL936 for nothing to show, parks that there are not, or a time that is none.
    """
    chosen = tuple(dict.fromkeys(parks))
    strange = [park for park in chosen if park not in known]
    told = title.strip()[:MOST_TITLE]
    sound = (chosen or network) and len(chosen) <= MOST_PARKS and told.isprintable()
    if strange or not sound or language not in LANGUAGES or not 0 < days <= MOST_DAYS:
        value = ", ".join(strange or chosen)[:80]
        raise TanluError("TL936", value=value, parks=MOST_PARKS, most=MOST_DAYS)
    secret, now_us = credentials.draw(), _now_us()
    name = credentials.name("w_")
    scoped.add(WALLS, {
        "wall": name, "secret": credentials.hashed(secret),
        "cookie": credentials.hashed(exchanged(secret)), "title": told,
        "parks": json.dumps(chosen, ensure_ascii=False), "network": int(network),
        "language": language, "by": by, "created_us": now_us,
        "until_us": now_us + days * DAY_US, "opened": 0,
    })  # fmt: skip
    return name, secret


def listed(scoped: Scoped) -> list[dict[str, Any]]:
    """Give the links of an organisation, the newest first, without anything of their secrets."""
    shown = [column for column in WALLS.c if column.name not in ("secret", "cookie", "tenant")]
    rows = scoped.rows(WALLS, columns=shown, order=(WALLS.c.created_us.desc(),), limit=200)
    return [
        {**row, "parks": json.loads(row["parks"]), "network": bool(row["network"])} for row in rows
    ]


def ended(scoped: Scoped, wall: str) -> None:
    """End a link and all displays that it opened; TL931 where the organisation has none."""
    there = WALLS.c.wall == wall
    if not scoped.change(WALLS, {"ended_us": _now_us()}, there, WALLS.c.ended_us.is_(None)):
        raise TanluError("TL931", value=wall[:80])


def exchanged(secret: str) -> str:
    """Give what a display keeps in place of a link's secret: it follows from it, not back."""
    told = hmac.digest(secret.encode("utf-8", "surrogatepass"), b"tanlu wall", sha256)
    return urlsafe_b64encode(told).decode().rstrip("=")


def entered(state: State, secret: str) -> Wall:
    """Give the wall of the secret of a link, and count that it was opened.

    Raises
    ------
    TanluError
        TL470 where there is none, TL472 when it is over.
    """
    with state.everywhere() as all_:
        row = _held(all_.one(WALLS, WALLS.c.secret == credentials.hashed(secret)))
        change = {"opened": WALLS.c.opened + 1, "seen_us": _now_us()}
        all_.change(WALLS, change, WALLS.c.secret == row["secret"])
    return _wall(row)


def found(state: State, cookie: str) -> Wall:
    """Give the wall of what a display keeps; errors as for `entered`."""
    now_us = _now_us()
    with state.everywhere() as all_:
        row = _held(all_.one(WALLS, WALLS.c.cookie == credentials.hashed(cookie)))
        if (row["seen_us"] or 0) + SEEN_US <= now_us:
            all_.change(WALLS, {"seen_us": now_us}, WALLS.c.cookie == row["cookie"])
    return _wall(row)


def _held(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise TanluError("TL470")
    if row["ended_us"] is not None or row["until_us"] <= _now_us():
        raise TanluError("TL472")
    return row


def _wall(row: dict[str, Any]) -> Wall:
    return Wall(
        row["wall"], row["tenant"], row["title"], tuple(json.loads(row["parks"])),
        bool(row["network"]), row["language"], row["until_us"],
    )  # fmt: skip


def _now_us() -> int:
    return time.time_ns() // 1000
