"""A small living network behind the application, for the tests of what serves it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from tanlu.account import quantify_all
from tanlu.monitor import intake
from tanlu.serve.api import Home, Principal, Refused, shell
from tanlu.simulate import write_park
from tanlu.store import open_workspace

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


def client(
    at: Home, role: str | None = "manager", *, tenant: str = "home", **shape: Any
) -> TestClient:
    """Give a client of the application that is taken for a person in a role; None for nobody."""
    found = Principal(f"{role}@{tenant}", tenant, role) if role else Refused("absent")
    app = shell(at, **{"identify": lambda _: found, **shape})
    return TestClient(app, raise_server_exceptions=False)
