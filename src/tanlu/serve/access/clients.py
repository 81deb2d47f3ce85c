"""Programs: an id with a secret, or a key that is sent each time; both are shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tanlu.errors import TanluError
from tanlu.serve.access import credentials
from tanlu.serve.access.persons.people import checked, now_us
from tanlu.store.relational.tables.access import CLIENTS, TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.store.relational import Everywhere, Scoped, State

__all__ = ["TOKEN_S", "Made", "Token", "by_bearer", "issue", "listed", "may_give", "new", "proved",
           "revoke", "revoke_token", "role_of", "rotate", "within"]  # fmt: skip

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
TOKEN_S = 3600
# for so long the secret before the newest one still holds, that a change interrupts nobody
OVERLAP_US = DAY_US
# a token is looked for by its owner a while longer, to be told that it is over
KEEP_US = DAY_US
SHOWN = ("client", "kind", "name", "role", "scopes", "by", "created_us", "until_us", "revoked_us")
MOST_SCOPES = 40
# what a developer may give to a program: not more than he may himself
OF_DEVELOPER = ("developer", "viewer")

Row = dict[str, Any]


class Made(NamedTuple):
    """A new program; its secret is shown now and never again."""

    client: str
    secret: str


class Token(NamedTuple):
    """What a program sends from now on, for how long [s], and what it may."""

    access_token: str
    expires_in: int
    scope: str


def new(
    state: Scoped,
    name: str,
    role: str,
    *,
    by: str,
    kind: Literal["oauth", "key"] = "oauth",
    scopes: Sequence[str] = (),
    days: int | None = None,
) -> Made:
    """Make a program of an organisation and give its secret.

    Parameters
    ----------
    kind
        ``oauth`` fetches tokens with its id and secret; ``key`` sends its secret each time.
    scopes
        What it may of what its role may; none for all of it.
    days
        After how many days it is over, if ever.

    Raises
    ------
    TanluError
        TL966 for a role that a program cannot have, TL486 for scopes that are none.
    """
    made = Made(credentials.name("c_"), credentials.draw(credentials.KEY if kind == "key" else ""))
    now = now_us()
    state.add(CLIENTS, {
        "client": made.client, "kind": kind, "name": name[:100], "role": checked(role),
        "scopes": joined(scopes), "secret": credentials.hashed(made.secret), "by": by,
        "created_us": now, "until_us": None if days is None else now + days * DAY_US,
        "former": None, "former_until_us": None, "revoked_us": None,
    })  # fmt: skip
    return made


def joined(scopes: Sequence[str]) -> str:
    """Give scopes as the one text of OAuth2, each once and in order.

    Raises
    ------
    TanluError
        TL486 for what cannot be a scope.
    """
    told = sorted(set(scopes))
    sound = all(0 < len(each) <= 60 and each.isascii() and each.isprintable() for each in told)
    if len(told) > MOST_SCOPES or not sound or any(set(each) & set(' "\\') for each in told):
        raise TanluError("TL486", value="scopes")
    return " ".join(told)


def listed(state: Scoped) -> list[Row]:
    """Give the programs of an organisation, without anything of their secrets."""
    columns = [CLIENTS.c[name] for name in SHOWN]
    return state.rows(CLIENTS, columns=columns, order=(CLIENTS.c.created_us, CLIENTS.c.client))


def rotate(state: Scoped, client: str) -> Made:
    """Give a program a new secret; the one before it holds for one more day.

    Raises
    ------
    TanluError
        TL484 when there is none that holds.
    """
    row = _held(state, client)
    made = Made(client, credentials.draw(credentials.KEY if row["kind"] == "key" else ""))
    state.change(
        CLIENTS,
        {"secret": credentials.hashed(made.secret), "former": CLIENTS.c.secret,
         "former_until_us": now_us() + OVERLAP_US},
        CLIENTS.c.client == client,
    )  # fmt: skip
    return made


def revoke(state: Scoped, client: str) -> None:
    """End a program and all its tokens at once.

    Raises
    ------
    TanluError
        TL484 when there is none that holds.
    """
    _held(state, client)
    state.change(CLIENTS, {"revoked_us": now_us()}, CLIENTS.c.client == client)
    state.drop(TOKENS, TOKENS.c.client == client)


def role_of(state: Scoped, client: str) -> str:
    """Give the role of a program.

    Raises
    ------
    TanluError
        TL484 when there is none that holds.
    """
    return str(_held(state, client)["role"])


def within(by: str, role: str) -> None:
    """See that nobody gives away, or gets, more than he has.

    Raises
    ------
    TanluError
        TL473 where somebody in the role ``by`` may not deal with a program of that role.
    """
    if not may_give(by, role):
        raise TanluError("TL473", value=by)


def may_give(by: str, role: str) -> bool:
    """Tell whether somebody in the role ``by`` may deal with a program of a role."""
    return by == "manager" or (by == "developer" and role in OF_DEVELOPER)


def _held(state: Scoped, client: str) -> Row:
    row = state.one(CLIENTS, CLIENTS.c.client == client, CLIENTS.c.revoked_us.is_(None))
    if row is None:
        raise TanluError("TL484", value=client[:40])
    return row


def proved(state: Everywhere, client: str, secret: str) -> Row | None:
    """Give the program whose id and secret these are, or None."""
    row = state.one(CLIENTS, CLIENTS.c.client == client[:100], CLIENTS.c.kind == "oauth")
    told = credentials.hashed(secret)
    right = row is not None and _secret(row, told)
    return row if row is not None and right and not _over(row) else None


def issue(state: Scoped, row: Row, wanted: str | None = None) -> Token:
    """Give a program a token for a while.

    Raises
    ------
    TanluError
        TL474 for a scope that the program was not given.
    """
    given = row["scopes"].split()
    asked = joined((wanted or "").split())
    for each in asked.split():
        if given and each not in given:
            raise TanluError("TL474", value=each)
    scopes = asked or " ".join(given)
    made, now = credentials.draw(credentials.ACCESS), now_us()
    lasts = TOKEN_S * SECOND_US
    until = min(now + lasts, row["until_us"] or now + lasts)
    state.drop(TOKENS, TOKENS.c.until_us < now - KEEP_US)
    state.add(TOKENS, {
        "secret": credentials.hashed(made), "client": row["client"], "scopes": scopes,
        "created_us": now, "until_us": until,
    })  # fmt: skip
    return Token(made, (until - now) // SECOND_US, scopes)


def by_bearer(state: State, secret: str) -> Row | Literal["expired"] | None:
    """Give the program that sends a key or a token, with the scopes that it has now."""
    if not credentials.sound(secret):
        return None
    told, now = credentials.hashed(secret), now_us()
    with state.everywhere() as all_:
        if secret.startswith(credentials.KEY):
            row = all_.one(CLIENTS, CLIENTS.c.secret == told, CLIENTS.c.kind == "key")
            row = row or all_.one(CLIENTS, CLIENTS.c.former == told, CLIENTS.c.kind == "key")
            if row is None:
                return None
            return row if _secret(row, told) and not _over(row) else "expired"
        token = all_.one(TOKENS, TOKENS.c.secret == told)
        if token is None:
            return None
        row = all_.one(CLIENTS, CLIENTS.c.client == token["client"])
    if row is None or token["until_us"] <= now or _over(row):
        return "expired"
    return {**row, "scopes": token["scopes"], "until_us": token["until_us"]}


def revoke_token(state: Scoped, client: str, secret: str) -> bool:
    """End a token of a program and tell whether it was one."""
    told = TOKENS.c.secret == credentials.hashed(secret)
    return bool(state.drop(TOKENS, told, TOKENS.c.client == client))


def _secret(row: Row, told: str) -> bool:
    newest = credentials.same(row["secret"], told)
    former = row["former"] is not None and credentials.same(row["former"], told)
    return newest or (former and row["former_until_us"] > now_us())


def _over(row: Row) -> bool:
    past = row["until_us"] is not None and row["until_us"] <= now_us()
    return past or row["revoked_us"] is not None
