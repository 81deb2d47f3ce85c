"""Events of partners, and the answers that go out: tried again, ever more slowly, for 72 hours."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError, say
from tanlu.serve.exchange import shelf
from tanlu.serve.ingest import note
from tanlu.share.exchange.pact import (
    Client,
    Fetched,
    Partner,
    Transport,
    check_all,
    events,
    filters,
)
from tanlu.store.relational.tables import pact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.store.relational import Scoped, State

__all__ = ["Reaching", "announce", "befriend", "deliver", "friend_of", "queue", "rounds", "take"]

# gives the transport to a partner: one that is near, or any other
Reaching = Callable[[bool], Transport]
SECOND = 1_000_000
FIRST_WAIT_S, LONGEST_WAIT_S, GIVE_UP_S = 30, 6 * 3600, 72 * 3600
LEASE_S = 120
AT_ONCE = 50
EVERY_S = 15.0
MOST_ANSWERED = 1_000


def take(state: Scoped, event: events.Event, *, who: str, own: str) -> None:
    """Take an event of a partner; told twice, it is one. A request gets its answer queued.

    Parameters
    ----------
    who
        Identity of the partner's client.
    own
        Our base address, the source of our events.

    Raises
    ------
    TanluError
        TL881 for a request whose criteria cannot be read, TL882 for a source that is none, or that
        is another partner's.
    """
    # also what was told before is read: the same identity over something else is no repetition
    request = _read(event) if event.kind == "created" else None
    mine = (pact.EVENTS.c.who == who, pact.EVENTS.c.source == event.source,
            pact.EVENTS.c.id == event.id)  # fmt: skip
    if state.one(pact.EVENTS, *mine) is not None:
        return
    if request is not None:
        _answer(state, event, request, who, own)
    if event.kind == "fulfilled":
        told = list(event.data["pfs"])
        shelf.keep(state, f"event:{who}", Fetched(event.form, told, check_all(told, event.form)))
    state.add(pact.EVENTS, {
        "source": event.source, "id": event.id, "form": event.form, "kind": event.kind,
        "who": who, "received_us": _now(), "body": event.encode().decode(),
    })  # fmt: skip


def _read(asked: events.Event) -> tuple[str, filters.Criteria]:
    """Give where a request is answered, and what it asks for."""
    base = events.reply_to(asked.source)
    if not base:
        raise TanluError("TL882", value=f"source {asked.source[:80]}", why="nobody answers there")
    return base, filters.of_event(asked.data)


def _answer(
    state: Scoped, asked: events.Event, request: tuple[str, filters.Criteria], who: str, own: str
) -> None:
    base, wanted = request
    friend = state.one(pact.PARTNERS, pact.PARTNERS.c.base == base)
    reader = "" if friend is None else friend["reader"]
    # who asks in another's name would let him have what is not for him; where nobody told who asks
    # from there, the answer holds what is for every partner
    if reader and reader != who:
        raise TanluError("TL882", value=f"source {base}", why="another partner is known there")
    found = shelf.find(state, asked.form, wanted, reader=reader, limit=MOST_ANSWERED).footprints
    at = datetime.now(UTC)
    if found:
        made = events.fulfilled(asked, own, found, at=at)
    else:
        why = say("TL883", value=", ".join(str(each) for each in asked.data.values())[:200])
        made = events.rejected(asked, own, "NotFound", why, at=at)
    queue(state, base, made)


def queue(state: Scoped, base: str, event: events.Event) -> None:
    """Let an event go out to a partner."""
    now = _now()
    state.add(pact.ANSWERS, {
        "id": event.id, "base": base, "form": event.form, "body": event.encode().decode(),
        "state": "waiting", "tries": 0, "first_us": now, "due_us": now, "why": None,
    })  # fmt: skip


def announce(
    state: Scoped, ids: Sequence[str], own: str, *, readers: Sequence[str] = ()
) -> list[str]:
    """Let partners who may read new footprints know of them, and give whom.

    Parameters
    ----------
    own
        Our base address, where they are found.
    readers
        Clients whom the footprints are for; every partner if not said.
    """
    told = [
        row["base"]
        for row in state.rows(pact.PARTNERS, order=(pact.PARTNERS.c.base,))
        if not readers or row["reader"] in readers
    ]
    for base in told if ids else ():
        queue(state, base, events.published(3, own, ids, at=datetime.now(UTC)))
    return told if ids else []


def befriend(state: Scoped, partner: Partner, *, near: bool = False, reader: str = "") -> None:
    """Keep where a partner is and how we are known there.

    Parameters
    ----------
    near
        Whether it is in a private network.
    reader
        Client by which the partner asks here; then only it gets answers there, and those that are
        for it alone too.
    """
    base = events.reply_to(partner.base)
    if not base:
        raise TanluError("TL879", value=partner.base, why="an address begins with https://")
    row = {"client": partner.client, "secret": partner.secret,
           "near": int(near), "reader": reader}  # fmt: skip
    if not state.change(pact.PARTNERS, row, pact.PARTNERS.c.base == base):
        state.add(pact.PARTNERS, {**row, "base": base, "made_us": _now()})


def friend_of(state: Scoped, base: str) -> tuple[Partner, bool]:
    """Give how we are known to a partner, and whether that is near.

    Raises
    ------
    TanluError
        TL879 for a partner whom nobody named.
    """
    row = state.one(pact.PARTNERS, pact.PARTNERS.c.base == events.reply_to(base))
    if row is None:
        raise TanluError("TL879", value=base, why="nobody told how we are known there")
    return Partner(row["base"], row["client"], row["secret"]), bool(row["near"])


def deliver(state: State, tenant: str, reaching: Reaching, *, now_us: int | None = None) -> int:
    """Bring the events that are due to the partners and give how many arrived."""
    now = _now() if now_us is None else now_us
    with state.of(tenant) as mine:
        due = mine.rows(
            pact.ANSWERS, pact.ANSWERS.c.state == "waiting", pact.ANSWERS.c.due_us <= now,
            order=(pact.ANSWERS.c.due_us,), limit=AT_ONCE,
        )  # fmt: skip
    return sum(_brought(state, tenant, row, reaching, now) for row in due)


def rounds(
    state: State, reaching: Reaching, ends: threading.Event, *, every_s: float = EVERY_S
) -> None:
    """Bring what is due in every organisation, again and again, until ``ends`` is set."""
    while not ends.wait(every_s):
        try:
            with state.everywhere() as all_:
                due = all_.rows(pact.ANSWERS, pact.ANSWERS.c.state == "waiting",
                                pact.ANSWERS.c.due_us <= _now(),
                                columns=(pact.ANSWERS.c.tenant,))  # fmt: skip
            for tenant in sorted({row["tenant"] for row in due}):
                deliver(state, tenant, reaching)
        except Exception as error:  # noqa: BLE001 - one round that fails is not the last one
            note("fault", name="pact", path="answers", what=type(error).__name__)


def _brought(state: State, tenant: str, row: dict[str, Any], reaching: Reaching, now: int) -> bool:
    answer = pact.ANSWERS.c.id == row["id"]
    with state.of(tenant) as mine:
        # whoever moves it into the future has it; nobody else sends it meanwhile
        claimed = mine.change(pact.ANSWERS, {"due_us": now + LEASE_S * SECOND}, answer,
                              pact.ANSWERS.c.due_us == row["due_us"])  # fmt: skip
    if not claimed:
        return False
    try:
        _send(state, tenant, row, reaching)
        values: dict[str, Any] = {"state": "sent", "why": None}
    except TanluError as error:
        values = _later(row, now, error)
    with state.of(tenant) as mine:
        mine.change(pact.ANSWERS, values, answer)
    return bool(values["state"] == "sent")


def _send(state: State, tenant: str, row: dict[str, Any], reaching: Reaching) -> None:
    with state.of(tenant) as mine:
        partner, near = friend_of(mine, row["base"])
    event = events.parse(row["body"].encode(), row["form"])
    Client(partner, reaching(near)).send(event)


def _later(row: dict[str, Any], now: int, error: TanluError) -> dict[str, Any]:
    tries = int(row["tries"]) + 1
    wait = min(FIRST_WAIT_S * 2 ** min(tries - 1, 20), LONGEST_WAIT_S)
    due = now + wait * SECOND
    over = due > int(row["first_us"]) + GIVE_UP_S * SECOND
    return {"state": "given up" if over else "waiting", "tries": tries, "due_us": due,
            "why": error.say()}  # fmt: skip


def _now() -> int:
    return time.time_ns() // 1000
