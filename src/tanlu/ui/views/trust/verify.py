"""核查工作台: claims by state, each with its evidence, made again, findings and sign-off."""

from __future__ import annotations

import json
from typing import Any

from tanlu.errors import TanluError
from tanlu.serve import reviewing
from tanlu.store.log import has_log, log_of
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.naming import known_as
from tanlu.ui.views.trust.claims import factors, tree

__all__ = ["VIEWS", "act", "check", "one", "plan", "show"]

READERS = ("manager", "operator", "verifier", "viewer")
STEPS = ("plan", "sample", "results", "evaluation", "opinion")
STATES = ("findings", "differs", "running", "open", "same", "signed")
TERMS = ("period", "client", "verifier", "level", "materiality", "expected")


def show(context: Context) -> Shown:
    """Give all claims by state, the engagements of the log, and the plans that were made."""
    asked = context.asked
    editions = asked.workspace.editions().to_dicts()
    with asked.state() as scoped:
        checks, rows = reviewing.checks(scoped), reviewing.said(scoped)
        plans = reviewing.plans(scoped)
    claims = [_claim(context, row, checks, rows) for row in reversed(editions)]
    claims.sort(key=lambda claim: STATES.index(claim["state"]))
    counts = {state: sum(claim["state"] == state for claim in claims) for state in STATES}
    model = {
        "claims": claims, "counts": counts, "engagements": _engagements(context),
        "plans": [_plan(context, row) for row in plans], "may": _role(context) in PLANNERS,
        "period": context.query("period") or (editions[-1]["period"] if editions else "") or "",
        "levels": [(each, context.words(f".level.{each}")) for each in ("reasonable", "limited")],
    }  # fmt: skip
    return Shown("verify.html", model)


PLANNERS = ("manager", "verifier")


def _role(context: Context) -> str:
    return context.principal.role if context.principal else ""


def _claim(
    context: Context, row: dict[str, Any], checks: dict[str, Any], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    n, name = context.numbers, str(row["edition"])
    mine, found = [each for each in rows if each["claim"] == name], checks.get(name)
    state = reviewing.state_of(mine, found)
    return {
        "name": name, "href": context.url("verify.one", claim=name), "state": state,
        "said": context.words(f".state.{state}"), "total": n.carbon(int(row["co2e_ug"])),
        "period": row["period"] or "–", "version": row["version"],
        "when": n.moment(row["at"]), "profile": row["profile"],
        "open": len(reviewing.opened(mine)),
    }  # fmt: skip


def _engagements(context: Context) -> list[dict[str, Any]]:
    """Give the engagements in the log, each with the steps that were stated."""
    workspace = context.asked.workspace
    if not has_log(workspace):
        return []
    log = log_of(workspace)

    def all_of() -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for each in log.statements("assurance"):
            said = each.statement.content
            told = found.setdefault(str(said.get("id")), {"steps": {}, "key": ""})
            if said.get("step") == "plan":
                told["steps"] = {}
            told["steps"][str(said.get("step"))] = (each.index, each.statement.issued_s)
            told["key"] = each.statement.kid.hex()
            told["opinion"] = said.get("opinion", told.get("opinion", ""))
        return found

    known = remembered(workspace, ("assurance", log.size), all_of)
    return [
        {
            "id": name, "key": told["key"], "opinion": str(told.get("opinion") or ""),
            "href": context.url("verify.sample", id=name),
            "now": sum(step in told["steps"] for step in STEPS) + 1,
            "steps": [context.words(f".step.{step}") for step in STEPS],
        }
        for name, told in known.items()
    ]  # fmt: skip


def _plan(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    result = json.loads(row["result"]) if row["result"] else {}
    total = int(result["total_ug"]) if result else None
    return {
        "state": row["state"], "when": context.numbers.moment(row["created_us"]),
        "period": json.loads(row["arguments"])["period"], "points": result.get("points", "–"),
        "units": context.numbers.count(result.get("units")), "total": context.numbers.carbon(total),
        "files": [(file, f"/v1/jobs/{row['id']}/files/{file}") for file in result.get("files", ())],
        "error": json.loads(row["error"])["code"] if row["error"] else "",
    }  # fmt: skip


def one(context: Context) -> Shown:
    """Give one claim: what it says and of what, made again, its findings; TL608 for none."""
    workspace, name = context.asked.workspace, context.path("claim")
    row = next((r for r in workspace.editions().to_dicts() if r["edition"] == name), None)
    if row is None:
        raise TanluError("TL931", value=name[:80])
    with context.asked.state() as scoped:
        found, rows = reviewing.checks(scoped).get(name), reviewing.said(scoped, name)
    n, version, who = context.numbers, int(row["version"]), known_as(context)
    state = reviewing.state_of(rows, found)
    model = {
        "claim": row, "state": state, "total": n.carbon(int(row["co2e_ug"])),
        "when": n.moment(row["at"], "second"), "again": _again(context, row, found),
        "tree": remembered(workspace, ("tree", version, context.language),
                           lambda: tree(context, version)),
        "pins": [(context.words(f".pin.{key}"), str(row[key])) for key in
                 ("gwp_set", "factors_hash", "spec_hash", "code_version", "report_sha256",
                  "pdf_sha256") if row[key]],
        "packs": factors(context, version),
        "rows": [{**each, "when": n.moment(each["at_us"]), "by": who(each["by"]),
                  "word": context.words(f".said.{each['kind']}")} for each in rows],
        "open": reviewing.opened(rows), "verifier": _role(context) == "verifier",
        "may": _role(context) in READERS[:3],
    }  # fmt: skip
    return Shown("verify/one.html", model, context.words(".of", name=name))


def _again(context: Context, row: dict[str, Any], found: Any) -> dict[str, Any] | None:
    """Give the claim made again beside what was reported."""
    if found is None:
        return None
    n, t, result = context.numbers, context.words, found["result"]
    told = {
        "state": found["state"], "when": n.moment(found["created_us"]), "rows": [], "found": [],
        "done": n.count(found["done"]), "of": n.count(found["total"]),
        "error": json.loads(found["error"])["code"] if found["error"] else "",
    }  # fmt: skip
    if result is None:
        return told
    was_ug, is_ug = int(row["co2e_ug"]), int(result["co2e_ug"])
    zh = context.language == "zh"
    told["rows"] = [
        (t(".reported.total"), *(f"{n.carbon(ug).whole}" for ug in (was_ug, is_ug)),
         f"{is_ug - was_ug:,} µg"),
        (t(".reported.rows"), n.count(row["rows"]), n.count(result["compared"]),
         n.count(result["differences"])),
    ]  # fmt: skip
    told["found"] = [each["zh" if zh else "en"] for each in result["found"]]
    told["findings"] = result["findings"]
    return told


def _named(context: Context) -> str:
    """Give the claim of the path; TL931 where the organisation has none of that name."""
    name = context.path("claim")
    if name not in set(context.asked.workspace.editions()["edition"]):
        raise TanluError("TL931", value=name[:80])
    return name


def check(context: Context) -> Moved:
    """Ask for a claim to be made again."""
    asked, name = context.asked, _named(context)
    assert asked.principal is not None
    jobs = context.request.app.state.jobs
    jobs.ask(asked.tenant, reviewing.CHECK, {"name": name}, asked.principal.identity)
    return Moved(context.url("verify.one", claim=name))


def plan(context: Context) -> Moved:
    """Ask for a plan of the samples; TL491 for terms that there are not."""
    asked, form = context.asked, context.form
    assert asked.principal is not None
    assert form is not None
    given = {name: str(form.get(name, "")).strip() for name in TERMS}
    arguments = {**{k: v for k, v in given.items() if v}, "language": context.language}
    jobs = context.request.app.state.jobs
    jobs.ask(asked.tenant, reviewing.PLAN, arguments, asked.principal.identity)
    return Moved(context.url("verify"))


def act(context: Context) -> Moved:
    """Raise a finding, end one, or sign the claim off; TL934 for what may not be."""
    asked, form, name = context.asked, context.form, _named(context)
    assert asked.principal is not None
    assert form is not None
    words, by = str(form.get("words", "")), asked.principal.identity
    with asked.state() as scoped:
        if form.get("act") == "sign":
            reviewing.sign(scoped, name, words, by)
        elif form.get("act") == "close":
            reviewing.close(scoped, name, str(form.get("about", "")), words, by)
        else:
            reviewing.raised(scoped, name, words, by)
    return Moved(context.url("verify.one", claim=name))


VIEWS = (
    View("verify", "/verify", show, roles=READERS, group="trust", place=30, scope="log:read"),
    View("verify.plan", "/verify/plan", plan, roles=PLANNERS, methods=("POST",),
         scope="jobs:write"),
    View("verify.one", "/verify/{claim}", one, roles=READERS, scope="log:read"),
    View("verify.check", "/verify/{claim}/check", check, roles=READERS[:3], methods=("POST",),
         scope="jobs:write"),
    View("verify.act", "/verify/{claim}/act", act, roles=("verifier",), methods=("POST",),
         scope="reviews:write"),
)  # fmt: skip
