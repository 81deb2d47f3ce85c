"""总览: what a carbon manager sees first. Total, where it comes from, when, and what is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from threading import Thread
from typing import Any

from starlette.concurrency import run_in_threadpool

from tanlu.report import Words as Said
from tanlu.report.heat import web
from tanlu.report.overview import carry, codes, overview, ready
from tanlu.serve.live import known_parks, look
from tanlu.terms import Document
from tanlu.ui.frame.page import EVERYBODY, READERS, Context, Moved, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import WTW, Rules, ruled, rules_of, tabs, told
from tanlu.ui.living import seen
from tanlu.ui.views.operate.curves import SERIES, curve
from tanlu.ui.views.operate.heatmap import heat_of
from tanlu.ui.views.operate.outline import outlined
from tanlu.ui.views.operate.parks import named

__all__ = ["VIEWS", "show"]

MICROGRAMS = Decimal(10) ** 9
FLOW, DAYS, LANES, OPEN = range(4)
SHOWN = 6
# the first page does not wait for what lives
PATIENCE_S = 1.0


async def show(context: Context) -> Shown | Moved:
    """Give the page of a period, the newest month with rows unless told; a park beside it.

    Who does not read the ledger, a supplier, is led to what is his.
    """
    if context.principal is None or context.principal.role not in READERS:
        return Moved(context.url("supplier" if "supplier" in context.addresses else "access.me"))
    shown = await context.aside(_books)
    told = await look(context.asked, ("parks",), patience_s=PATIENCE_S)
    # what was not heard in time has its place: the stream fills it
    parks = told.get("parks", {}).get("parks") or await run_in_threadpool(
        known_parks, context.asked
    )
    model: dict[str, Any] = {**shown.model, "park": None, "live": None}
    charts = dict(shown.charts)
    if parks:
        topic = f"park:{parks[-1]['id']}"
        told |= await look(context.asked, (topic,), patience_s=PATIENCE_S)
        charts["power"] = curve(context, told.get(topic, {}))
        model |= {
            "park": {**parks[-1], "name": named(context, parks[-1]), "topic": topic},
            "live": seen(context, told), "series": SERIES,
        }  # fmt: skip
    return Shown("overview.html", model, charts=charts)


def _books(context: Context) -> Shown:
    workspace, by = context.asked.workspace, ruled(context)
    period = context.query("period") or None
    document = _document(workspace, context.language, by, period)
    remembered(workspace, ("overview.carried",), lambda: _carried_beside(workspace))
    facts, sections = document.facts, document.sections
    charts: dict[str, Any] = {
        name: sections[place].chart
        for name, place in (("flow", FLOW), ("days", DAYS))
        if _says_something(sections[place].chart)
    }
    if "flow" in charts:
        charts["flow"] = replace(charts["flow"], hrefs=_nodes(context, charts["flow"], facts))
    if facts["months"]:
        charts["map"] = outlined(
            context, web(heat_of(workspace, by, str(facts["period"])), language=context.language)
        )
    model = {
        "facts": facts, "kpis": _kpis(context, facts), "lanes": sections[LANES],
        "lane_rows": [
            (row[0], row[1], _decimal(context.numbers, str(row[2]))) for row in sections[LANES].rows
        ],
        "open": _open(context, facts),
        "empty": not facts["months"],
        "vacant": not facts["shipments"] and not Decimal(str(facts["co2e_kg"] or 0)),
        "sections": sections, "profiles": tabs(context, by),
        "lanes_href": context.url(
            "totals", by="lane", period=facts["period"] or "", **told(context)
        ),
    }  # fmt: skip
    return Shown("overview.html", model, charts=charts)


def _warm(workspace: Any, language: str) -> None:
    _carried(workspace)
    by = rules_of(workspace)
    facts = _document(workspace, language, by).facts
    if facts["months"]:
        heat_of(workspace, by, str(facts["period"]))


def _carried(workspace: Any) -> None:
    for _ in carry(workspace):
        pass


def _carried_beside(workspace: Any) -> None:
    """Let the next who asks not wait for what this one had to read."""
    if not ready(workspace):
        Thread(target=_carried, args=(workspace,), daemon=True).start()


def _document(workspace: Any, language: str, by: Rules, period: str | None = None) -> Document:
    return remembered(
        workspace, ("overview", period, language, by),
        lambda: overview(workspace, period, language=language, **by.sums),
    )  # fmt: skip


def _says_something(chart: Any) -> bool:
    return bool(chart and (chart.links or (chart.series and len(chart.categories) > 1)))


def _ug(kilograms: str | None) -> int | None:
    return None if kilograms is None else int(Decimal(kilograms) * MICROGRAMS)


def _kpis(context: Context, facts: Any) -> list[dict[str, Any]]:
    """Give the six key figures; each leads to what it is made of."""
    t, n = context.words, context.numbers
    # that nothing is recorded is not that nothing was emitted
    kept, *ends = (
        None if facts["empty"] else _ug(facts[name]) for name in ("co2e_kg", "lower_kg", "upper_kg")
    )
    total = n.carbon(kept)
    wide = [n.carbon(end, like=kept) for end in ends]
    each = facts["per_shipment_g"]
    figures = {
        "total": {"value": total.value, "unit": total.unit, "exact": total.whole,
                  "interval": "" if kept is None else f"{wide[0].value} – {wide[1].value}",
                  **_change(facts, "co2e", t)},
        "each": {"value": "–" if each is None else n.number(Decimal(each)),
                 "unit": t(".unit.each"), **_change(facts, "per_shipment", t)},
        "intensity": {"value": _decimal(n, facts["intensity_g_per_tkm"]), "unit": "gCO₂e/t·km",
                      **_change(facts, "intensity", t)},
        "shipments": {"value": n.count(facts["shipments"]), "unit": "",
                      "note": f"{_decimal(n, facts['transport_tkm'])} t·km"},
        "measured": {"value": _decimal(n, facts["measured_percent"], 1), "unit": "%",
                     "note": t(".note.measured")},
        "sealed": {"value": _decimal(n, facts["sealed_percent"], 1), "unit": "%",
                   "note": t(".note.sealed", version=facts["ledger_version"])},
    }  # fmt: skip
    period = facts["period"] or ""
    leads = {
        "total": context.url("totals", period=period, **told(context)),
        "each": context.url("totals.shipments", period=period, **told(context)),
        "intensity": context.url("totals", by="lane", period=period, **told(context)),
        "shipments": context.url("shipments", period=period),
        "measured": context.url("totals", by="tier", period=period, **told(context)),
        "sealed": "",
    }  # fmt: skip
    # only the rules of transport take in whatever was emitted from well to wheel
    plain = {} if facts["profile"] == WTW else {"total": "plain"}
    return [
        {"label": t(f".kpi.{plain.get(name, name)}"), "href": leads[name], **figure}
        for name, figure in figures.items()
    ]


def _nodes(context: Context, chart: Any, facts: Any) -> tuple[tuple[str, str], ...]:
    """Give where each node of the flow leads; one that gathers several codes leads nowhere."""
    said, workspace = Said(context.language), context.asked.workspace
    words: dict[str, Callable[[str], str]] = {
        "energy_carrier": lambda code: said.carrier(code or "none"), "kind": said.kind,
        "boundary": lambda code: said.maybe("boundary", code),
    }  # fmt: skip
    held = remembered(workspace, ("overview.codes",), lambda: codes(workspace), books=True)
    found: dict[str, list[str]] = {}
    for key, word in words.items():
        for code in held[key].unique().to_list():
            more = {key: code or "-", **told(context)}
            href = context.url("totals", period=facts["period"] or "", **more)
            found.setdefault(word(code), []).append(href)
    ends = {end for link in chart.links for end in link[:2]}
    return tuple((name, found[name][0]) for name in sorted(ends) if len(found.get(name, ())) == 1)


def _decimal(numbers: Any, text: str | None, places: int | None = None) -> str:
    return "–" if text is None else str(numbers.number(Decimal(text), places))


def _change(facts: Any, name: str, t: Any) -> dict[str, Any]:
    """Give how a figure moved; less is good, whatever the figure."""
    moved = facts["change"][name]
    if moved is None:
        part = facts["partly"]
        if part is None:
            return {"note": t(".note.first" if not facts["before"] else ".note.nothing")}
        end = "until" if part["period"] == facts["period"] else "from"
        return {"note": t(f".note.{end}", period=part["period"], day=part[end])}
    value = Decimal(moved)
    direction = "even" if not value else "down" if value < 0 else "up"
    return {"change": f"{abs(value)} %", "direction": direction,
            "good": None if not value else value < 0,
            "note": t(".note.against", period=facts["before"])}  # fmt: skip


def _open(context: Context, facts: Any) -> list[dict[str, Any]]:
    """Give what waits for somebody, the gravest first."""
    t, n = context.words, context.numbers
    leads = {"quarantined": "quarantine", "unquantified": "quality"}
    made = [
        {"what": t(f".open.{name}"), "why": t(f".open.{name}.why"), "count": n.count(facts[name]),
         "kind": "bad", "href": context.url(leads[name])}
        for name in leads if facts[name]
    ]  # fmt: skip
    made += [
        {"what": t.of_code(row["code"]), "why": row["code"], "count": n.count(row["count"]),
         "kind": "bad" if row["severity"] == "error" else "warn",
         "href": context.url("quality.found", code=row["code"])}
        for row in facts["findings"][:SHOWN]
    ]  # fmt: skip
    if facts["sealed_percent"] not in (None, "100", "100.0"):
        sealed = _decimal(n, facts["sealed_percent"], 1)
        made.append({"what": t(".open.unsealed"), "why": t(".open.unsealed.why"), "kind": "warn",
                     "count": f"{sealed} %", "href": context.url("ledger")})  # fmt: skip
    return made


VIEWS = (View("overview", "/", show, roles=EVERYBODY, group="account", place=0, warms=_warm),)
