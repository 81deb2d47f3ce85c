"""What the keeper of the machine does himself: the first manager, persons, programs.

He has the files of the server, so he needs no login; what he does stands in the record all the
same, under the name that the system has for him.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.access import acts, clients, credentials
from tanlu.serve.access.persons import invitations, people
from tanlu.store.relational.tables.access import INVITATIONS, MEMBERS, PERSONS, SESSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tanlu.serve.api import Home

__all__ = ["Keeper"]

DAY_US = 86_400 * 1_000_000
SERVER = "server"
PASSWORD_LETTERS = 20


class Keeper:
    """Acts on the persons and programs of a server's home."""

    def __init__(self, home: Home, name: str | None = None) -> None:
        self.home = home
        self.name = name or _user()

    def found(
        self, slug: str, name: str, name_zh: str | None = None, books: Path | None = None
    ) -> str:
        """Found an organisation and give the folder of its ledger; as `Home.found`."""
        folder = self.home.found(slug, name, name_zh, books=books)
        self._told(slug, "organisation add", slug)
        return folder

    def rename(self, slug: str, name: str, name_zh: str | None = None) -> None:
        """Give an organisation other names; as `Home.rename`."""
        self.home.rename(slug, name, name_zh)
        self._told(slug, "organisation rename", slug)

    def first(self, tenant: str = "home") -> invitations.Invited | None:
        """Give an invitation for the first manager of an organisation; None when there is one.

        It holds for a day; one that was given before and not used is over.
        """
        with self.home.state.of(tenant) as state:
            if state.count(MEMBERS, MEMBERS.c.role == "manager", MEMBERS.c.ended_us.is_(None)):
                return None
            state.drop(INVITATIONS, INVITATIONS.c.by == SERVER, INVITATIONS.c.used_us.is_(None))
            made = invitations.invite(state, "manager", by=SERVER, lasts_us=DAY_US)
        self._told(tenant, "invite the first manager", made.invitation)
        return made

    def add(self, name: str, role: str, *, tenant: str = "home", shown: str = "") -> str | None:
        """Let a person in; a new one gets a password, shown now and never again.

        Raises
        ------
        TanluError
            TL479 for what cannot be a name, TL966 for a role, TL483 for an organisation.
        """
        self._there(tenant)
        drawn = credentials.draw()[:PASSWORD_LETTERS]
        with self.home.state.everywhere() as state:
            row = people.known(state, name)
            person = row["person"] if row else people.add(state, name, drawn, shown=shown)
            people.join(state.of(tenant), person, role)
        self._told(tenant, f"people add {role}", person)
        return None if row else drawn

    def password(self, name: str) -> str:
        """Give a person a new password, shown now and never again; his sessions end.

        Raises
        ------
        TanluError
            TL484 when there is no such person.
        """
        drawn = credentials.draw()[:PASSWORD_LETTERS]
        with self.home.state.everywhere() as state:
            person = _found(state, name)["person"]
            people.new_password(state, person, drawn)
            places = people.memberships(state, person)
        for place in places:
            self._told(place["tenant"], "people password", person)
        return drawn

    def disable(self, name: str, *, undo: bool = False) -> None:
        """Let a person in nowhere any more, or again; his sessions end.

        Raises
        ------
        TanluError
            TL484 when there is no such person.
        """
        with self.home.state.everywhere() as state:
            person = _found(state, name)["person"]
            at = None if undo else people.now_us()
            state.change(PERSONS, {"disabled_us": at}, PERSONS.c.person == person)
            state.drop(SESSIONS, SESSIONS.c.person == person)
            places = people.memberships(state, person)
        for place in places:
            self._told(place["tenant"], "people enable" if undo else "people disable", person)

    def people(self, tenant: str = "home") -> list[dict[str, Any]]:
        """Give the persons of an organisation."""
        self._there(tenant)
        with self.home.state.everywhere() as state:
            return people.listed(state.of(tenant), state)

    def new_client(
        self,
        name: str,
        role: str,
        *,
        tenant: str = "home",
        key: bool = False,
        scopes: Sequence[str] = (),
        days: int | None = None,
    ) -> clients.Made:
        """Make a program; its secret is shown now and never again."""
        self._there(tenant)
        kind: Any = "key" if key else "oauth"
        with self.home.state.of(tenant) as state:
            made = clients.new(
                state, name, role, by=f"keeper {self.name}", kind=kind, scopes=scopes, days=days
            )
        self._told(tenant, f"client new {role}", made.client)
        return made

    def clients(self, tenant: str = "home") -> list[dict[str, Any]]:
        """Give the programs of an organisation."""
        self._there(tenant)
        with self.home.state.of(tenant) as state:
            return clients.listed(state)

    def revoke(self, client: str, tenant: str = "home") -> None:
        """End a program and its tokens.

        Raises
        ------
        TanluError
            TL484 when there is none.
        """
        self._there(tenant)
        with self.home.state.of(tenant) as state:
            clients.revoke(state, client)
        self._told(tenant, "client revoke", client)

    def rekey(self) -> int:
        """Seal all secrets under a new key and give how many rows have some."""
        count = self.home.state.rekey()
        self._told("home", "client rekey", str(count))
        return count

    def _there(self, tenant: str) -> None:
        if tenant not in {row["slug"] for row in self.home.organisations()}:
            raise TanluError("TL483", value=tenant[:40])

    def _told(self, tenant: str, what: str, about: str) -> None:
        act = acts.Act(self.name, "keeper", "", what, about, 200, "", "", "")
        with self.home.state.of(tenant) as state:
            acts.append(state, act)


def _found(state: Any, name: str) -> dict[str, Any]:
    row = people.known(state, name)
    if row is None:
        raise TanluError("TL484", value=name[:40])
    return row


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
