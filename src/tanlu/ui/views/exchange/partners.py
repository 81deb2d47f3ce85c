"""互换: partners, what they told, what does not hold of it row by row, and what we ask for."""

from __future__ import annotations

import json
from typing import Any

from tanlu.errors import TanluError
from tanlu.serve.access import people
from tanlu.serve.exchange import answers, shelf
from tanlu.serve.importing import requests, steps
from tanlu.share.exchange.ileap import check
from tanlu.share.exchange.pact import Partner
from tanlu.store.relational.tables import pact as tables
from tanlu.store.relational.tables.epcis import EPCIS_CAPTURES
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.naming import known_as
from tanlu.ui.views.incoming.importing import form_text, progress

__all__ = ["VIEWS"]

SEE = ("manager", "operator", "verifier")
OWNERS = ("manager", "operator")
MOST = 200
CAPTURES = 20
FETCH = "exchange.fetch"


def show(context: Context) -> Shown | Moved:
    """Give partners, received footprints, captures of events and requests to suppliers."""
    wrong, status = "", 200
    if context.request.method == "POST":
        try:
            return _acted(context)
        except TanluError as error:
            wrong, status = error.say(context.language), 422
    n = context.numbers
    with context.asked.state() as state:
        partners = state.rows(tables.PARTNERS, order=(tables.PARTNERS.c.made_us.desc(),))
        received = shelf.received(state)
        captures = state.rows(
            EPCIS_CAPTURES, order=(EPCIS_CAPTURES.c.created_us.desc(),), limit=CAPTURES,
            columns=tuple(c for c in EPCIS_CAPTURES.c if c.name not in ("body", "errors")),
        )  # fmt: skip
    assert context.principal is not None
    model = {
        "wrong": wrong, "partners": [_partner(context, row, received) for row in partners],
        "received": [_received(context, each) for each in reversed(received[-MOST:])],
        "total": n.count(len(received)),
        "captures": [
            (row["capture"][:12], n.moment(row["created_us"]), n.count(row["events"]),
             n.count(row["taken"]), n.count(row["refused"])) for row in captures
        ],
        "requests": requests.asked_of(context.asked), "handed": _handed(context),
        "suppliers": _suppliers(context), "may": context.principal.role in OWNERS,
        "manages": context.principal.role == "manager", "job": _job(context),
    }  # fmt: skip
    return Shown("exchange/partners.html", model, status=status)


def _acted(context: Context) -> Moved:
    assert context.principal is not None
    role, act = context.principal.role, form_text(context, "act")
    # a secret of the organisation is told to another house: that is for who manages it
    if role not in OWNERS or (act == "add" and role != "manager"):
        raise TanluError("TL473", value=role)
    if act == "add":
        base, client, secret = (form_text(context, name) for name in ("base", "client", "secret"))
        if not client or not secret:
            raise TanluError("TL486", value="client, secret")
        with context.asked.state() as state:
            answers.befriend(state, Partner(base.strip(), client, secret))
    elif act == "fetch":
        arguments = {"base": form_text(context, "base"), "form": form_text(context, "form")}
        with context.asked.state() as state:
            answers.friend_of(state, arguments["base"])
        jobs = context.request.app.state.jobs
        name = jobs.ask(context.asked.tenant, FETCH, arguments, context.principal.identity)
        return Moved(context.url("exchange", job=name))
    elif act == "ask":
        said = [form_text(context, name) for name in ("supplier", "what", "period", "due")]
        requests.ask(context.asked, *said)
    elif act == "close":
        requests.close(context.asked, form_text(context, "request"))
    else:
        raise TanluError("TL486", value="act")
    return Moved(context.url("exchange"))


def _job(context: Context) -> dict[str, Any] | None:
    name = context.query("job")
    found = progress(context, name) if name else None
    return found if found and found["kind"] == FETCH else None


def _partner(
    context: Context, row: dict[str, Any], received: list[shelf.Received]
) -> dict[str, Any]:
    n, mine = context.numbers, [each for each in received if each.base == row["base"]]
    return {
        "base": row["base"], "client": row["client"], "near": bool(row["near"]),
        "count": n.count(len(mine)), "findings": n.count(sum(len(e.findings) for e in mine)),
        "wrong": any(each.findings for each in mine),
        "heard": n.moment(max((each.received_us for each in mine), default=None)),
    }  # fmt: skip


def _received(context: Context, each: shelf.Received) -> dict[str, Any]:
    content, n = each.content, context.numbers
    footprint = content.get("pcf") if isinstance(content.get("pcf"), dict) else {}
    value = footprint.get("pCfExcludingBiogenic", footprint.get("pcfExcludingBiogenicUptake"))
    unit = footprint.get("declaredUnit", footprint.get("declaredUnitOfMeasurement", ""))
    return {
        "id": str(content.get("id", ""))[:40], "base": each.base, "form": f"V{each.form}",
        "company": str(content.get("companyName", "–"))[:80],
        "product": str(content.get("productNameCompany", "–"))[:80],
        "value": "–" if value is None else f"{str(value)[:24]} kgCO₂e/{str(unit)[:24]}",
        "when": n.moment(each.received_us), "findings": len(each.findings),
        "href": context.url("exchange.one", id=str(content.get("id", "")), base=each.base),
    }  # fmt: skip


def _suppliers(context: Context) -> list[tuple[str, str]]:
    with context.asked.home.state.everywhere() as everywhere:
        rows = people.listed(everywhere.of(context.asked.tenant), everywhere)
    return [(row["person"], row["shown"] or row["name"]) for row in rows
            if row["role"] == "supplier" and row["ended_us"] is None]  # fmt: skip


def _handed(context: Context) -> list[dict[str, str]]:
    who = known_as(context)
    return [
        {"name": each.name, "by": who(each.by), "when": context.numbers.moment(each.submitted_us),
         "href": context.url("import.rehearse", upload=each.upload)}
        for each in steps.imports(context.asked) if each.submitted_us
    ]  # fmt: skip


def one(context: Context) -> Shown:
    """Give one received footprint: what does not hold, row by row, and the whole as it came."""
    name, base = context.path("id"), context.query("base")
    with context.asked.state() as state:
        found = [each for each in shelf.received(state, base or None)
                 if str(each.content.get("id")) == name]  # fmt: skip
    if not found:
        raise TanluError("TL931", value=name[:80])
    each = found[0]
    again = check([each.content])
    language = context.language
    rows = [
        {"code": f.code, "where": f.where, "value": f.value or "–", "computed": "–",
         "said": f.say(language)} for f in each.findings
    ] + [
        {"code": f.code, "where": f.where, "value": f.value or "–", "computed": f.computed or "–",
         "said": f.say(language)} for f in again.findings
    ]  # fmt: skip
    model = {
        "row": _received(context, each), "rows": rows,
        "whole": json.dumps(each.content, ensure_ascii=False, indent=1)[:200_000],
    }  # fmt: skip
    return Shown("exchange/received.html", model, context.words("exchange.of", id=name[:40]))


VIEWS = (
    View("exchange", "/exchange", show, roles=SEE, group="trust", place=70,
         methods=("GET", "POST")),
    View("exchange.one", "/exchange/received/{id}", one, roles=SEE),
)  # fmt: skip
