"""Who gets which answer: each route asked in each role, by nobody, and with others' objects."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tanlu.serve.access import Limits, Rate
from tanlu.serve.api import ROLES, Home, Principal, Refused, permissions
from tests.serve.access.objects import furnish, names_of
from tests.serving import BODIES, HERE, whole

FILE = Path(__file__).with_name("matrix.csv")
# `stranger` is a manager of ``other`` who asks for objects of ``home``
COLUMNS = ("nobody", *ROLES, "stranger")
PARAM = re.compile(r"{(\w+)(?::\w+)?}")
MANY = Rate(1_000_000, 1_000_000.0)

Line = dict[str, str]


class Asking:
    """The whole application, asked as whoever is wanted."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.who: Principal | Refused = Refused("absent")
        limits = Limits(known=MANY, unknown=MANY, entrance=MANY)
        self.app: FastAPI = whole(home, identify=lambda _: self.who, limits=limits)
        furnish(home, "home")
        list(self.app.state.searching.update("home"))
        self.client = TestClient(
            self.app, base_url=HERE, raise_server_exceptions=False, follow_redirects=False
        )

    def routes(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Each route of the application: method, path, roles that it is for."""
        return sorted({(method, path, roles) for method, path, roles, _ in permissions(self.app)})

    def line(self, method: str, path: str) -> Line:
        """What each gets at a route."""
        found = {"method": method, "path": path}
        for column in COLUMNS:
            found[column] = self.status(method, path, column)
        return found

    def status(self, method: str, path: str, column: str) -> str:
        """The status that one gets at a route; - for a stranger where the path names no object."""
        stranger = column == "stranger"
        if stranger and not PARAM.search(path):
            return "-"
        role = "manager" if stranger else column
        kind: Any = "device" if role == "device" else "person"
        tenant = "other" if stranger else "home"
        self.who = Principal(f"{role}@{tenant}", tenant, role, kind)
        if column == "nobody":
            self.who = Refused("absent")
        place = self.place(path)
        body = BODIES.get((method, path))
        body = body() if callable(body) else body
        return str(self.client.request(method, place, json=body).status_code)

    def place(self, path: str) -> str:
        """The path of a route with an object of ``home`` in it."""
        names = names_of(path, self.home, "home") if PARAM.search(path) else {}
        return PARAM.sub(lambda name: quote(names.get(name[1], "none-such"), safe=":"), path)


def lines() -> list[Line]:
    """The committed table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(found: Iterator[Line]) -> None:
    """Write the table, in the order of paths."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("method", "path", *COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(found, key=lambda line: (line["path"], line["method"])))
