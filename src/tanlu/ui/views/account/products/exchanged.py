"""A footprint that partners find: what it tells, what came before it, and taking it back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.serve.exchange import shelf
from tanlu.share.exchange.pact import Product, check_all, footprint_of, moments
from tanlu.terms import time
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.views.account.amounts import READERS, profile_of
from tanlu.ui.views.account.products.page import USUAL

__all__ = ["VIEWS", "deprecate", "publish", "show"]

MANAGERS = ("manager",)
HIDDEN = ("id", "specVersion", "status", "created", "pcf")
NAMES = ("subject", "shipment", "consignment", "chain")
LONGEST = 400


def show(context: Context) -> Shown:
    """Give a footprint of the shelf with its history; TL931 without one."""
    with context.asked.state() as state:
        found = _one(context, state)
        every = shelf.find(state, 3, None, reader=None, limit=shelf.MOST).footprints
    who = context.principal
    active = found.status == "Active" and who is not None and who.role in MANAGERS
    model = {
        "id": found.id, "status": found.status, "active": found.status == "Active",
        "name": found.content.get("productNameCompany") or found.id,
        "told": _flat({k: v for k, v in found.content.items() if k not in HIDDEN}),
        "pcf": _flat(found.content.get("pcf", {})),
        "findings": [each.say(context.language)
                     for each in check_all([dict(found.content)], 3).get(found.id, ())],
        "history": _history(context, found, every),
        "deprecate": context.url("products.deprecate", id=found.id) if active else "",
    }  # fmt: skip
    return Shown("products/pact.html", model, str(model["name"]))


def _one(context: Context, state: Any) -> Any:
    try:
        return shelf.one(state, context.path("id"), 3, None)
    except TanluError as error:
        raise TanluError("TL931", value=context.path("id")[:80]) from error


def _flat(content: Any, before: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{before}{key}.")
        else:
            told = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
            rows.append((f"{before}{key}", told))
    return rows


def _history(context: Context, found: Any, every: list[Any]) -> list[dict[str, Any]]:
    """Give the footprints that this one follows and those that follow it, the oldest first."""
    by_id = {each.id: each for each in every}
    chain, waiting = {found.id: found}, [found]
    while waiting:
        each = waiting.pop()
        near = [by_id[name] for name in each.preceding if name in by_id]
        near += [other for other in every if each.id in other.preceding]
        for other in near:
            if other.id not in chain:
                chain[other.id] = other
                waiting.append(other)
    return [
        {
            "id": each.id, "status": each.status, "created": str(each.content["created"])[:19],
            "value": each.content.get("pcf", {}).get("pcfExcludingBiogenicUptake", "–"),
            "href": context.url("products.pact", id=each.id), "now": each.id == found.id,
        }
        for each in sorted(chain.values(), key=lambda each: str(each.content["created"]))
    ]  # fmt: skip


def deprecate(context: Context) -> Shown | Moved:
    """Ask whether a footprint shall be taken back, and do so once it is confirmed."""
    with context.asked.state() as state:
        found = _one(context, state)
        if context.form is not None and context.form.get("sure") == "yes":
            shelf.deprecate(state, found.id)
            return Moved(context.url("products.pact", id=found.id))
    model = {"id": found.id, "name": found.content.get("productNameCompany") or found.id,
             "back": context.url("products.pact", id=found.id)}  # fmt: skip
    return Shown("products/deprecate.html", model)


def publish(context: Context) -> Shown | Moved:
    """Ask what a company tells of a product, show the footprint, and publish it once confirmed."""
    told = {key: _sent(context, key) for key in ("subject", "company", "company_id", "name",
                                                 "product_id", "period", "comment")}  # fmt: skip
    told["company"] = told["company"] or context.scene.organisation
    told["name"] = told["name"] or told["subject"].partition(":")[2]
    told["period"] = told["period"] or (str(context.scene.periods[0].label)
                                        if context.scene.periods else "")  # fmt: skip
    model: dict[str, Any] = {"told": told, "made": None, "wrong": ""}
    if context.form is not None:
        try:
            made = _made(context, told)
            if context.form.get("sure") == "yes":
                with context.asked.state() as state:
                    shelf.publish(state, [made])
                return Moved(context.url("products.pact", id=made.id))
            model["made"] = json.dumps(dict(made.content), ensure_ascii=False, indent=1)
        except TanluError as error:
            model["wrong"] = error.say(context.language)
    return Shown("products/publish.html", model, status=400 if model["wrong"] else 200)


def _sent(context: Context, key: str) -> str:
    value = context.form.get(key) if context.form is not None else context.query(key)
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


def _made(context: Context, told: dict[str, str]) -> Any:
    workspace, profile = context.asked.workspace, profile_of(context, USUAL)
    span = time.period(told["period"], str(workspace.zone))
    kind, _, value = told["subject"].partition(":")
    named = pl.any_horizontal(pl.col(name) == told["subject"] for name in NAMES)
    if kind in NAMES:
        named = named | (pl.col(kind) == value)
    rows = workspace.scan("emission").filter(
        named.fill_null(value=False), pl.col("profile") == profile, pl.col("basis") != "market",
        pl.col("start") >= span[0], pl.col("start") < span[1],
    )  # fmt: skip
    product = Product(
        company=told["company"],
        company_ids=(told["company_id"],),
        name=told["name"],
        ids=(told["product_id"],),
        description=told["name"],
        comment=told["comment"],
    )
    ends = (moments.of_microseconds(span[0]), moments.of_microseconds(span[1]))
    table = rows.collect(engine="streaming").sort("emission_id")
    return footprint_of(table, product, period=ends, at=datetime.now(UTC))


VIEWS = (
    View("products.publish", "/products/publish", publish, roles=MANAGERS, scope="footprints:write",
         methods=("GET", "POST")),
    View("products.pact", "/products/pact/{id}", show, roles=READERS, scope="footprints:read"),
    View("products.deprecate", "/products/pact/{id}/deprecate", deprecate, roles=MANAGERS,
         scope="footprints:write",
         methods=("GET", "POST")),
)  # fmt: skip
