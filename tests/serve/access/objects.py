"""Objects that are there: for each place of the interface, one of an organisation."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from tanlu.serve.access.persons import people
from tanlu.serve.api import Home
from tanlu.serve.exchange import shelf
from tanlu.serve.exchange.epcis.capturing import taken
from tanlu.serve.hooks.shelf import Shelf as Hooks
from tanlu.serve.jobs.shelf import Shelf as Jobs
from tanlu.serve.quotes.merchants import Merchants
from tanlu.store.log import begin_log
from tanlu.store.relational.tables import pact
from tanlu.store.relational.tables.epcis import EPCIS_CAPTURES, EPCIS_QUERIES, EPCIS_SUBSCRIPTIONS
from tests.serving import OBJECTS, last
from tests.share.exchange.pact.told import shelf as footprints
from tests.track.events import made

Names = dict[str, str]
THING = "urn:epc:id:sgtin:4012345.011111.9876"
PLACE = "urn:epc:id:sgln:4012345.00001.0"
EVENT = "urn:uuid:5d2b4a44-0000-4000-8000-000000000001"
KEPT = {
    "bizSteps": "shipping", "dispositions": "active", "eventTypes": "ObjectEvent", "epcs": THING,
    "bizLocations": PLACE, "readPoints": PLACE,
}  # fmt: skip


def furnish(at: Home, tenant: str) -> None:
    """Give an organisation a log, an event and footprints, once."""
    workspace = at.workspace(tenant)
    last(begin_log(workspace).catch_up())
    event = made.event(
        eventID=EVENT, bizStep="shipping", disposition="active", bizLocation={"id": PLACE},
        readPoint={"id": PLACE},
    )  # fmt: skip
    done = taken(workspace, made.packed(made.document([event])), name="made", whole=True)
    assert done["success"], done
    with at.state.of(tenant) as state:
        shelf.publish(state, footprints())


def _hook(at: Home, tenant: str) -> Names:
    hooks = Hooks(at.state)
    for each in hooks.hooks(tenant):
        hooks.drop(tenant, each["id"])
    name = hooks.subscribe(tenant, "https://hooks.example.com/in", ["test"])["id"]
    hooks.test(tenant, name)
    rows, _ = hooks.deliveries(tenant, name, None, None, 1)
    return {"name": name, "message": rows[0]["message"]}


def _job(at: Home, tenant: str) -> Names:
    name = Jobs(at.state).put(tenant, "quantify", {}, "tests")
    folder = at.path / "jobs" / tenant / name
    folder.mkdir(parents=True)
    (folder / "report.csv").write_text("a\n1\n", "utf-8")
    return {"name": name, "file": "report.csv"}


def _capture(at: Home, tenant: str) -> Names:
    name, now = secrets.token_hex(16), people.now_us()
    row = {"capture": name, "who": "tests", "behaviour": "rollback", "events": 1, "running": 0,
           "success": 1, "created_us": now, "finished_us": now}  # fmt: skip
    with at.state.of(tenant) as state:
        state.add(EPCIS_CAPTURES, row)
    return {"captureID": name}


def _query(at: Home, tenant: str) -> Names:
    name, told, now = f"q{secrets.token_hex(8)}", secrets.token_hex(16), people.now_us()
    query = {"name": name, "query": "{}", "who": "tests", "created_us": now}
    subscription = {
        "subscription": told, "query": name, "who": "tests", "dest": "https://hear.example.com",
        "if_empty": 0, "since": 0, "due_us": now, "failures": 0, "created_us": now,
    }  # fmt: skip
    with at.state.of(tenant) as state:
        state.add(EPCIS_QUERIES, query)
        state.add(EPCIS_SUBSCRIPTIONS, subscription)
    return {"queryName": name, "subscriptionID": told}


def _footprint(at: Home, tenant: str) -> Names:
    with at.state.of(tenant) as state:
        return {"id": state.rows(pact.FOOTPRINTS)[0]["id"]}


def _merchant(at: Home, tenant: str) -> Names:
    made = Merchants(at.state).add(tenant, "shop", ("https://shop.example.com",))
    return {"merchant": made["merchant"]}


def _epcis(kind: str) -> Callable[[Home, str], Names]:
    return lambda at, tenant: {"name": KEPT[kind]}


# by the beginning of a path; what is not here is made by its name alone
PLACES: dict[str, Callable[[Home, str], Names]] = {
    "/v1/hooks/": _hook,
    "/v1/jobs/": _job,
    "/v1/merchants/": _merchant,
    "/epcis/capture/": _capture,
    "/epcis/queries/": _query,
    "/epcis/events/": lambda at, tenant: {"eventID": EVENT},
    "/2/footprints/": _footprint,
    "/3/footprints/": _footprint,
    **{f"/epcis/{kind}/": _epcis(kind) for kind in KEPT},
}


def names_of(path: str, at: Home, tenant: str) -> dict[str, Any]:
    """Give the names of an object of an organisation for the path of a route."""
    for start, make in PLACES.items():
        if path.startswith(start):
            return make(at, tenant)
    return {name: make(at, tenant) for name, make in OBJECTS.items() if f"{{{name}" in path}
