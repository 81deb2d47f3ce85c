"""A small living network behind the application, for the tests of what serves it."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tanlu.account import quantify_all
from tanlu.factors.packs import library_of
from tanlu.monitor import intake
from tanlu.serve import walls
from tanlu.serve.access import clients, invitations, people
from tanlu.serve.api import Home, Principal, Refused, shell
from tanlu.serve.hooks import Hooks
from tanlu.serve.jobs import Jobs, verbs
from tanlu.serve.searching import Searching
from tanlu.simulate import write_park
from tanlu.store import open_workspace
from tanlu.store.relational.tables import METADATA, UPLOADS
from tests.cli.books import MAP

ORDERS = 120


def last(steps: Any) -> Any:
    """Give the result of a long work."""
    return list(steps)[-1].result


def books(folder: Path, *, orders: int = ORDERS, seed: int = 1) -> Path:
    """Write a quantified ledger of a simulated network into a folder and give it."""
    made = last(write_park(folder / "network", orders=orders, seed=seed))
    workspace = open_workspace(folder / "books", create=True)
    for file, mapping in made["files"]:
        last(intake(Path(file), Path(mapping), workspace))
    last(quantify_all(workspace))
    return workspace.path


def home(template: Path, folder: Path) -> Home:
    """Give a server's home with a copy of a ledger and a second, empty organisation ``other``."""
    shutil.copytree(template, folder / "books")
    made = Home(folder / "books")
    made.found("other", "Other", "他方")
    return made


def index(at: Home) -> None:
    """Bring the index of the first organisation up to date."""
    searching = Searching(at)
    last(searching.update("home"))
    searching.close()


def held(at: Home) -> tuple[list[int], int]:
    """Give the version of each ledger, and how many rows the state has in all."""
    versions = [at.workspace(str(row["slug"])).version for row in at.organisations()]
    names = [table.name for table in METADATA.sorted_tables]
    counted = " + ".join(f'(SELECT count(*) FROM "{name}")' for name in names)
    with at.state.engine.connect() as connection:
        return versions, int(connection.exec_driver_sql(f"SELECT {counted}").scalar_one())


def client(
    at: Home, role: str | None = "manager", *, tenant: str = "home", **shape: Any
) -> TestClient:
    """Give a client of the application that is taken for a person in a role; None for nobody."""
    found = Principal(f"{role}@{tenant}", tenant, role) if role else Refused("absent")
    app = shell(at, **{"identify": lambda _: found, **shape})
    return TestClient(app, raise_server_exceptions=False)


# what a person of these tests logs in with, and where
PASSWORD = "a sentence that is long"
HERE = "http://127.0.0.1:7391"


def person(at: Home, role: str, tenant: str = "home", name: str | None = None) -> str:
    """Write a person in a role of an organisation, named ``role.tenant`` if not said."""
    with at.state.everywhere() as state:
        known = people.known(state, name or f"{role}.{tenant}")
        made = known["person"] if known else people.add(state, name or f"{role}.{tenant}", PASSWORD)
        if {"tenant": tenant, "role": role} not in people.memberships(state, made):
            people.join(state.of(tenant), made, role)
    return made


def browser(
    app: FastAPI, role: str = "manager", tenant: str = "home", *, url: str = HERE
) -> TestClient:
    """Give a browser in which a person in a role has logged in; it sends the session's token."""
    person(app.state.home, role, tenant)
    made = TestClient(app, base_url=url, raise_server_exceptions=False)
    sent = {"name": f"{role}.{tenant}", "password": PASSWORD, "organisation": tenant}
    told = made.post("/auth/login", json=sent)
    assert told.status_code == 200, told.text
    made.headers["x-csrf-token"] = told.json()["csrf_token"]
    made.headers["origin"] = url
    return made


def program(
    app: FastAPI, role: str = "manager", tenant: str = "home", *, scopes: tuple[str, ...] = ()
) -> TestClient:
    """Give a client that sends the key of a program in a role."""
    with app.state.home.state.of(tenant) as state:
        key = clients.new(state, f"{role}.{tenant}", role, by="tests", kind="key", scopes=scopes)
    sent = {"authorization": f"Bearer {key.secret}"}
    return TestClient(app, base_url=HERE, headers=sent, raise_server_exceptions=False)


def whole(at: Home, **shape: Any) -> FastAPI:
    """Give the application with all that is served, pages too."""
    from tanlu.serve.application import application
    from tanlu.ui import PROBLEMS, pages

    return application(at, more=[pages()], forms=PROBLEMS, **shape)


def _invitation(at: Home, tenant: str) -> str:
    with at.state.of(tenant) as state:
        return invitations.invite(state, "viewer", by="tests").invitation


def _client(at: Home, tenant: str) -> str:
    with at.state.of(tenant) as state:
        return clients.new(state, "made", "viewer", by="tests").client


def _wall(at: Home, tenant: str) -> str:
    with at.state.of(tenant) as state:
        return walls.invited(
            state, (), known=(), title="", days=1, network=True, language="en", by="tests"
        )[0]


def _hook(at: Home, tenant: str) -> str:
    shelf = Hooks(at).shelf
    # an organisation has only so many
    for row in shelf.hooks(tenant):
        shelf.drop(tenant, row["id"])
    return str(shelf.subscribe(tenant, "https://hook.example/", ["test"])["id"])


def _job(at: Home, tenant: str) -> str:
    return str(Jobs(at, verbs()).ask(tenant, "verify", {}, "tests"))


def _original(at: Home, tenant: str) -> str:
    folder = at.workspace(tenant).path / "originals"
    return next(each.name for each in sorted(folder.rglob("*")) if len(each.name) == 64)


def _upload(at: Home, tenant: str) -> str:
    name = secrets.token_hex(16)
    row = {"upload": name, "name": "a.csv", "sha256": "0" * 64, "bytes": 1, "by": "tests"}
    folder = at.path.resolve() / "uploads" / tenant
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("a,b\n1,2\n", "utf-8")
    with at.state.of(tenant) as state:
        state.add(UPLOADS, {**row, "created_us": people.now_us()})
    return name


def _column(table: str, name: str) -> Any:
    return lambda at, tenant: str(
        at.workspace(tenant).scan(table).select(name).drop_nulls().first().collect().item()
    )


# for each name in the path of a route, or in those of one room: gives the identity of an object of
# an organisation, some of them made for the occasion; what has no line here is asked for by a name
# that nothing has
OBJECTS = {
    "activity_id": _column("activity", "activity_id"),
    "client": _client,
    "emission_id": _column("emission", "emission_id"),
    "factor_id": lambda at, tenant: library_of(at.workspace(tenant)).rows[0]["factor_id"],
    "invitation": _invitation,
    "hook": _hook,
    "job": _job,
    "index": lambda at, tenant: "0",
    "scope": lambda at, tenant: "1",
    "year": lambda at, tenant: "2026",
    "sha256": _original,
    "shipment": _column("activity", "shipment"),
    "subject": _column("emission", "subject"),
    "table": lambda at, tenant: "emission",
    "upload": _upload,
    "wall": _wall,
    "person": lambda at, tenant: person(at, "viewer", tenant, f"object.{tenant}"),
}
# for each route that looks at a body before the object: one that it reads, or what makes one
HOOK = {"url": "https://93.184.216.34/in", "events": ["test"]}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/v1/hooks"): HOOK,
    ("PATCH", "/v1/hooks/{name}"): {"note": "changed"},
    ("POST", "/v1/jobs"): {"kind": "quantify"},
    ("POST", "/epcis/queries"): lambda: {"name": f"m{secrets.token_hex(8)}", "query": {}},
    ("POST", "/epcis/queries/{queryName}/subscriptions"): {"dest": HOOK["url"], "stream": True},
    ("PATCH", "/v1/people/{person}"): {"role": "viewer"},
    ("POST", "/v1/walls"): {"network": True},
    ("POST", "/v1/uploads/{upload}/read"): {"mapping": MAP},
    ("POST", "/v1/uploads/{upload}/rehearse"): {"mapping": MAP},
}
