"""A page as data: where it is, what it needs, what it is given, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread

from tanlu.serve.api import PUBLIC, READERS, ROLES, Asked, Principal
from tanlu.terms import Chart
from tanlu.ui.frame.numbers import Numbers
from tanlu.ui.frame.scene import Scene
from tanlu.ui.frame.words import Words

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["EVERYBODY", "READERS", "Context", "Moved", "Shown", "View", "address", "told"]

# who may log in at all
EVERYBODY = tuple(role for role in ROLES if role != "device")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view answers: a template with its model, and its charts by name.

    ``fragment`` is the template for htmx, which wants a part and not the page. A chart has an
    address of its own: ``?chart=NAME&as=svg|csv|json``.
    """

    template: str
    model: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    charts: Mapping[str, Chart] = field(default_factory=dict)
    fragment: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """An answer that leads elsewhere: after a form, or to where the thing lies now.

    ``dress`` is given the answer before it leaves, for a cookie.
    """

    href: str
    status: int = 303
    dress: Callable[[Response], None] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One page.

    ``name`` is ``room`` or ``room.part``: the room names its words (``texts/room.csv``), its style
    sheet (``web/styles/room.css``) and its script (``web/scripts/room.ts``), where there are such.
    ``path`` stands below the language. ``roles`` say who may see it: who reads the whole ledger
    unless told (`READERS`), `EVERYBODY` with a supplier, ``(PUBLIC,)`` with who has no login;
    ``scope`` is what a narrowed key must have been given. ``group`` puts it into the navigation:
    account, operate, decide, trust or admin. ``warms`` computes what the page keeps of a ledger in
    a tongue, before anybody asks. ``of_ledger`` says that nothing but a version of the ledger is
    shown: a browser that has the page of that version is told so, and nothing is computed.
    """

    name: str
    path: str
    show: Callable[[Context], Shown | Moved | Awaitable[Shown | Moved]]
    roles: tuple[str, ...] = READERS
    scope: str | None = "pages:read"
    group: str = ""
    place: int = 50
    layout: str = "desk"
    methods: tuple[str, ...] = ("GET",)
    framed_by: str = "'none'"
    warms: Callable[[Any, str], object] | None = None
    of_ledger: bool = False

    @property
    def room(self) -> str:
        """The room that the page belongs to."""
        return self.name.partition(".")[0]

    @property
    def public(self) -> bool:
        """Whether the page needs no login."""
        return PUBLIC in self.roles


@dataclass(slots=True)
class Context:
    """What a view is given: who asks for what, in which tongue, and how numbers are written.

    ``asked`` gives the ledger (``asked.workspace``) and the state (``asked.state()``) of the
    organisation of who asks, and never another's.
    """

    asked: Asked
    view: View
    language: str
    words: Words
    numbers: Numbers
    theme: str = "auto"
    scene: Scene = field(default_factory=Scene)
    form: FormData | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    turn: CapacityLimiter | None = None

    async def aside(self, work: Callable[[Context], Any]) -> Any:
        """Give what a function of the page gives, in one of the few threads that the page has."""
        return await to_thread.run_sync(work, self, limiter=self.turn)

    @property
    def request(self) -> Request:
        """The request of HTTP."""
        return self.asked.request

    @property
    def principal(self) -> Principal | None:
        """Who asks; None where a public page is asked by nobody known."""
        return self.asked.principal

    def path(self, name: str) -> str:
        """Give a parameter of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str, default: str = "") -> str:
        """Give a parameter of the query."""
        return str(self.request.query_params.get(name, default))

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return self.request.headers.get("hx-request") == "true"

    def url(self, name: str, /, **fields: object) -> str:
        """Give the address of a page by its name, in the same tongue."""
        return address(self.addresses[name], self.language, fields)

    def here(self, **changes: object) -> str:
        """Give the address of this page with some parameters of its query changed or left out."""
        kept = {k: v for k, v in self.request.query_params.items() if k not in changes}
        kept |= {k: str(v) for k, v in changes.items() if v not in (None, "")}
        return self.request.url.path + (f"?{urlencode(kept)}" if kept else "")


def told(words: str, kind: str = "good") -> dict[str, str]:
    """Give the header by which an answer to htmx says something to the person: good or bad."""
    return {"HX-Trigger": json.dumps({"tanlu:toast": {"words": words, "kind": kind}})}


def address(path: str, language: str, fields: Mapping[str, object]) -> str:
    """Give the address of a path with its parameters filled in; the others are its query."""
    rest = dict(fields)
    for name in fields:
        for slot in (f"{{{name}}}", f"{{{name}:path}}"):
            if slot in path:
                path = path.replace(slot, quote(str(rest.pop(name)), safe=""))
    query = {key: value for key, value in rest.items() if value not in (None, "")}
    return f"/{language}{path}" + (f"?{urlencode(query)}" if query else "")
