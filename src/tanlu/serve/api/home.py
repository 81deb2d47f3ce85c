"""The home of a server: its relational state and the ledgers of its organisations."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

from tanlu.errors import TanluError
from tanlu.store import Workspace, open_workspace
from tanlu.store.relational import State, open_state
from tanlu.store.relational.tables import TENANTS

__all__ = ["FIRST", "Home"]

FIRST = "home"
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class Home:
    """The organisations that are served, each with its ledger; one object for a process.

    Parameters
    ----------
    ledger
        Ledger of the first organisation, ``home``.
    path
        Folder of the server, ``ledger/serve`` if not said.
    database
        URL of PostgreSQL; a file of SQLite in ``path`` if not said.

    Raises
    ------
    TanluError
        TL601 when there is no ledger, TL670 when the state cannot be opened.
    """

    def __init__(
        self, ledger: Path | str, *, path: Path | str | None = None, database: str | None = None
    ) -> None:
        first = open_workspace(ledger)
        self.path = Path(path) if path else Path(ledger) / "serve"
        self.path.mkdir(parents=True, exist_ok=True)
        self.state: State = open_state(
            database or self.path / "state.db", keys=self.path / "state.key"
        )
        self._ledgers: dict[str, Workspace] = {}
        self._turn = threading.Lock()
        with self.state.everywhere() as state:
            if state.one(TENANTS, TENANTS.c.slug == FIRST) is None:
                folder = str(first.path.resolve())
                state.add(TENANTS, _row(FIRST, "Home", "本组织", folder))

    def found(
        self, slug: str, name: str, name_zh: str | None = None, *, books: Path | None = None
    ) -> str:
        """Found an organisation and give the folder of its ledger.

        Parameters
        ----------
        books
            A ledger that is there; an empty one of its own is made if not said.

        Raises
        ------
        TanluError
            TL482 for a name that cannot be a folder, TL671 when there is one of that name, TL601
            when ``books`` is no ledger, TL969 when it is another organisation's.
        """
        if not SLUG.fullmatch(slug):
            raise TanluError("TL482", value=slug[:40])
        place = (books or self.path / "tenants" / slug).resolve()
        with self.state.everywhere() as state:
            owner = state.one(TENANTS, TENANTS.c.folder == str(place))
            if owner is not None and owner["slug"] != slug:
                raise TanluError("TL969", value=place.name, owner=owner["slug"])
            state.add(TENANTS, _row(slug, name, name_zh, str(place)))
            open_workspace(place, create=books is None)
        return str(place)

    def rename(self, slug: str, name: str, name_zh: str | None = None) -> None:
        """Give an organisation other names; its short name stays.

        Raises
        ------
        TanluError
            TL483 when there is no such organisation.
        """
        with self.state.everywhere() as state:
            if not state.change(
                TENANTS, {"name": name, "name_zh": name_zh}, TENANTS.c.slug == slug
            ):
                raise TanluError("TL483", value=slug[:40])

    def organisations(self) -> list[dict[str, object]]:
        """Give all organisations: slug, name, name_zh, folder, created_us."""
        with self.state.everywhere() as state:
            return state.rows(TENANTS, order=(TENANTS.c.slug,))

    def workspace(self, tenant: str) -> Workspace:
        """Give the ledger of an organisation.

        Raises
        ------
        TanluError
            TL483 when there is no such organisation.
        """
        with self._turn:
            if tenant not in self._ledgers:
                with self.state.everywhere() as state:
                    row = state.one(TENANTS, TENANTS.c.slug == tenant)
                if row is None:
                    raise TanluError("TL483", value=tenant)
                self._ledgers[tenant] = open_workspace(row["folder"])
            return self._ledgers[tenant]

    def close(self) -> None:
        """Let go of the state."""
        self.state.close()


def _row(slug: str, name: str, name_zh: str | None, folder: str) -> dict[str, object]:
    created_us = time.time_ns() // 1000
    return {
        "slug": slug, "name": name, "name_zh": name_zh, "folder": folder, "created_us": created_us,
    }  # fmt: skip
