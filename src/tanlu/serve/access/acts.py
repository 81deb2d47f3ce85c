"""The record of acts: who did what and how it ended, each line bound to the one before it.

Whoever keeps the number and the hash of a line sees later whether a line before it was changed or
taken out; the hash of the last line shows a cut at the end.
"""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.serve.access import credentials
from tanlu.serve.access.persons.people import now_us
from tanlu.store.relational.tables.access import ACTS, ACTS_HEAD, KEPT

if TYPE_CHECKING:
    from tanlu.store.relational import Everywhere, Scoped, State

__all__ = ["NOWHERE", "Act", "Head", "Pseudonyms", "append", "checked", "head", "page"]

# where acts of nobody known stand; no organisation can have this name
NOWHERE = "-"
BEGIN = sha256(b"tanlu/acts/v1").hexdigest()
PIECE = 2000
KEY_NAME = "key of addresses"
LONGEST = 200
REFUSED = 400


class Act(NamedTuple):
    """What was done: by whom, what, to which object, with which result, from where."""

    who: str
    kind: str
    role: str
    what: str
    object: str
    status: int
    code: str
    address: str
    request: str


class Head(NamedTuple):
    """The last line: its number and its hash."""

    seq: int
    hash: str


def append(state: Scoped, act: Act) -> Head:
    """Write an act as the next line of an organisation."""
    # written before it is read: the next one waits here
    if not state.change(ACTS_HEAD, {"seq": ACTS_HEAD.c.seq + 1}):
        state.add(ACTS_HEAD, {"seq": 1, "hash": BEGIN})
    before = head(state)
    row = {name: _plain(value) for name, value in act._asdict().items()}
    row |= {"seq": before.seq, "at_us": now_us()}
    made = _hash(state.tenant, before.hash, row)
    state.add(ACTS, {**row, "hash": made})
    state.change(ACTS_HEAD, {"hash": made})
    return Head(before.seq, made)


def head(state: Scoped) -> Head:
    """Give the last line of an organisation; number 0 before the first."""
    row = state.one(ACTS_HEAD)
    return Head(row["seq"], row["hash"]) if row else Head(0, BEGIN)


def page(
    state: Scoped,
    *,
    before: int | None = None,
    limit: int = 100,
    who: str = "",
    what: str = "",
    kind: str = "",
    fails: bool = False,
) -> list[dict[str, Any]]:
    """Give lines of an organisation, the newest first, without the column of the tenant.

    Parameters
    ----------
    who, kind
        Only acts of one identity; of persons, clients, devices, the keeper or nobody.
    what
        Only acts in whose name or object this stands.
    fails
        Only acts that were refused or broke.
    """
    wanted = [] if before is None else [ACTS.c.seq < before]
    wanted += [ACTS.c.who == who] if who else []
    wanted += [ACTS.c.kind == kind] if kind else []
    # a form that was wrong is answered with a way back, and a code
    wanted += [(ACTS.c.status >= REFUSED) | (ACTS.c.code != "")] if fails else []
    if what:
        named = ACTS.c.what.contains(what, autoescape=True)
        wanted.append(named | ACTS.c.object.contains(what, autoescape=True))
    rows = state.rows(ACTS, *wanted, order=(ACTS.c.seq.desc(),), limit=limit)
    return [{name: value for name, value in row.items() if name != "tenant"} for row in rows]


def checked(state: Scoped, kept: Head | None = None) -> Head:
    """Give the last line when every line follows from the one before it.

    Parameters
    ----------
    kept
        A line that somebody wrote down before: it must still be there, with that hash.

    Raises
    ------
    TanluError
        TL967 with the number of the first line that is changed or missing.
    """
    last = Head(0, BEGIN)
    found = kept is None or kept == last
    while rows := state.rows(ACTS, ACTS.c.seq > last.seq, order=(ACTS.c.seq,), limit=PIECE):
        for row in rows:
            told = {name: row[name] for name in (*Act._fields, "seq", "at_us")}
            sound = row["seq"] == last.seq + 1
            if not sound or row["hash"] != _hash(state.tenant, last.hash, told):
                raise TanluError("TL967", value=last.seq + 1)
            last = Head(row["seq"], row["hash"])
            found = found or last == kept
    if last != head(state):
        raise TanluError("TL967", value=last.seq + 1)
    if not found:
        raise TanluError("TL967", value=kept.seq if kept else 0)
    return last


class Pseudonyms:
    """Names for addresses that only this server can give, others in each organisation."""

    def __init__(self, state: State) -> None:
        with state.everywhere() as all_:
            self._key = bytes.fromhex(_key(all_))

    def of(self, tenant: str, address: str) -> str:
        """Give the pseudonym of an address."""
        return hmac.digest(self._key, f"{tenant}|{address}".encode(), sha256)[:8].hex()


def _key(state: Everywhere) -> str:
    row = state.one(KEPT, KEPT.c.name == KEY_NAME)
    if row is None:
        made = sha256(credentials.draw().encode()).hexdigest()
        state.add(KEPT, {"name": KEY_NAME, "value": made})
        return made
    return str(row["value"])


def _hash(tenant: str, before: str, row: dict[str, Any]) -> str:
    told = json.dumps([tenant, before, row], sort_keys=True, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()


def _plain(value: str | int) -> str | int:
    """Give a text without what a terminal would obey or a database refuses, and not too long."""
    if isinstance(value, int):
        return value
    told = value[:LONGEST].encode("utf-8", "replace").decode()
    return "".join(each if each.isprintable() else "?" for each in told)
