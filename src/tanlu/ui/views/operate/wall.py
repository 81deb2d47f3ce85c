"""大屏: what a wall shows: one number in the focus of each scene, nothing to click."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

from starlette.concurrency import run_in_threadpool

from tanlu.errors import TanluError
from tanlu.report.heat import ranking, regions, web
from tanlu.report.overview import months, overview
from tanlu.serve import walls
from tanlu.serve.api import PUBLIC
from tanlu.serve.live import Day, look
from tanlu.terms import Chart
from tanlu.ui.frame.numbers import Numbers
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import ruled
from tanlu.ui.frame.scene import Scene
from tanlu.ui.frame.settings import THEMES
from tanlu.ui.living import seen
from tanlu.ui.views.operate.curves import SERIES, curve, day_curve
from tanlu.ui.views.operate.heatmap import heat_of
from tanlu.ui.views.operate.outline import outlined
from tanlu.ui.views.operate.park import SINKS, SOURCES, STEPS, ends, full_w
from tanlu.ui.views.operate.parks import ROLES, named
from tanlu.ui.views.operate.past import past_of

__all__ = ["VIEWS", "display", "one", "show"]

FLOW, DAYS = 0, 1
# parks of the scene of energy: more would be too small to read
PARKS, LANES = 2, 12
# quarters that make a curve
CURVE = 4
MICROGRAMS = Decimal(10) ** 9
# no link was opened here, or it is over
OVER = {"TL470": 401, "TL472": 410}
HEADERS = {
    "Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer",
}  # fmt: skip
NOT_MOVED: dict[str, Any] = {"change": "", "direction": "", "good": None, "against": ""}


async def show(context: Context) -> Shown:
    """Give the scenes of the whole network, as they turn on a wall."""
    return await _network(context)


async def _network(context: Context, chosen: tuple[str, ...] | None = None) -> Shown:
    """Give the scenes of the network; of its parks the chosen ones alone, the first if not said."""
    _lit(context)
    told = await look(context.asked, ("parks", "kpi", "events"))
    known = [str(park["id"]) for park in told.get("parks", {}).get("parks", ())]
    parks = [park for park in known if chosen is None or park in chosen][:PARKS]
    told |= await look(context.asked, [f"park:{park}" for park in parks]) if parks else {}
    model, charts = await run_in_threadpool(_books, context)
    past = await run_in_threadpool(past_of, context, parks)
    shown = [_park(context, told, park, past.get(park)) for park in parks]
    charts |= _days(context, past)
    for park in shown:
        charts[f"power-{park['id']}"] = curve(context, told.get(f"park:{park['id']}", {}))
    model |= {"live": seen(context, told), "parks": shown}
    return Shown("wall.html", model | _common(context), charts=charts)


async def one(context: Context) -> Shown:
    """Give the scene of one park.

    Raises
    ------
    TanluError
        TL931 where there is no such park.
    """
    park = context.path("id")
    shown = await _parks(context, (park,))
    if shown.model["live"].told and not shown.model["live"].told[f"park:{park}"].get("roles"):
        raise TanluError("TL931", value=park[:100])
    return shown


async def _parks(context: Context, parks: tuple[str, ...]) -> Shown:
    """Give a scene for each of some parks."""
    _lit(context)
    topics = [f"{kind}:{park}" for park in parks for kind in ("park", "events")]
    told = await look(context.asked, topics)
    past = await run_in_threadpool(past_of, context, parks)
    found = [_park(context, told, park, past.get(park)) for park in parks]
    charts = {f"power-{park}": curve(context, told.get(f"park:{park}", {})) for park in parks}
    charts |= _days(context, past)
    model = {"live": seen(context, told), "parks": found}
    title = " · ".join(each["name"] for each in found)
    return Shown("wall/park.html", model | _common(context), title, charts)


async def display(context: Context) -> Shown:
    """Give what a wall link shows to the display that was opened by it; 401 and 410 else."""
    _lit(context)
    try:
        wall = await run_in_threadpool(walls.opened, context.request, context.language)
    except TanluError as error:
        if error.code not in OVER:
            raise
        shown = Shown(
            "wall/over.html", {"said": error.say(context.language)}, context.words(".over")
        )
        return replace(shown, status=OVER[error.code], headers=HEADERS)
    # what is shown is the wall's, whoever has logged in with the same browser
    context.asked = walls.opened_as(context.asked, wall)
    context.numbers = Numbers(context.language, str(context.asked.workspace.zone))
    context.scene = Scene()
    drawn = _network(context, wall.parks) if wall.network else _parks(context, wall.parks)
    shown = await drawn
    title = wall.title or shown.title
    model = {**shown.model, "watch": walls.stream(context.language)}
    return replace(shown, model=model, title=title, headers=HEADERS)


def _lit(context: Context) -> None:
    """Make a wall dark unless its address asks for another light, whatever the person's desk is."""
    asked = context.query("theme")
    context.theme = asked if asked in THEMES else walls.DARK


def _common(context: Context) -> dict[str, Any]:
    return {
        "series": SERIES, "watch": "", "room": lambda key: context.words(f"parks.{key}"),
        "steps": {step: context.words(f"parks.step.{step}") for step in STEPS},
    }  # fmt: skip


def _days(context: Context, past: dict[str, Day]) -> dict[str, Chart]:
    """Give the curve of the last day of each park of which enough is known to be one."""
    return {
        f"day-{park}": day_curve(context, found) for park, found in past.items()
        if sum(any(v is not None for v in values) for _, values in found.lines) >= CURVE
    }  # fmt: skip


def _park(context: Context, told: dict[str, Any], park: str, past: Day | None) -> dict[str, Any]:
    here = told.get(f"park:{park}", {})
    roles = here.get("roles", {})
    about = here.get("park") or {"name": park, "name_zh": park}
    # ends say parks' words, whatever the page
    words = context.words
    words.room = "parks"
    made = {
        "id": park, "name": named(context, about), "topic": f"park:{park}",
        "sources": ends(context, roles, SOURCES, past),
        "sinks": ends(context, roles, SINKS),
        "full": full_w(here), "carbon": here.get("carbon"),
    }  # fmt: skip
    words.room = context.view.room
    return made


def _books(context: Context) -> tuple[dict[str, Any], dict[str, Chart]]:
    """Give what the ledger says of this month, else of the newest that holds something."""
    workspace, language = context.asked.workspace, context.language
    held = [
        name
        for name, _ in remembered(workspace, ("months",), lambda: months(workspace), books=True)
    ]
    today = context.numbers.moment(time.time_ns() // 1000, "month")
    period = today if today in held or not held else held[0]
    by = ruled(context)
    document = remembered(
        workspace, ("overview", period, language, by),
        lambda: overview(workspace, period, language=language, **by.sums),
    )  # fmt: skip
    warm = heat_of(workspace, by, period)
    tiles = regions(warm, language=language)
    charts = {"map": outlined(context, web(warm, language=language), tiles)}
    for name, place in (("flow", FLOW), ("days", DAYS)):
        chart = document.sections[place].chart
        if chart is not None and (chart.links or len(chart.categories) > 1):
            charts[name] = chart
    n = context.numbers
    rows = ranking(warm, language=language)[:LANES]
    lanes = [(row["name"], row["mode"], n.carbon(row["co2e_ug"])) for row in rows]
    model = {"facts": document.facts, "figures": _figures(context, document.facts),
             "lanes": lanes, "period": period}  # fmt: skip
    return model, charts


def _figures(context: Context, facts: Any) -> dict[str, dict[str, Any]]:
    n, t = context.numbers, context.words
    total, lower, upper = (
        None if facts["empty"] else int(Decimal(facts[name]) * MICROGRAMS)
        for name in ("co2e_kg", "lower_kg", "upper_kg")
    )
    carbon = n.carbon(total)
    low, high = (n.carbon(each, like=total) for each in (lower, upper))

    def number(name: str, places: int | None = None) -> str:
        known = facts["months"] and facts[name] is not None
        return n.number(Decimal(facts[name]), places) if known else "–"

    told = {
        "total": {"value": carbon.value, "unit": carbon.unit,
                  "note": t(".interval", low=low.value, high=high.value),
                  **_change(context, facts, "co2e")},
        "each": {"value": number("per_shipment_g"), "unit": t("overview.unit.each"),
                 **_change(context, facts, "per_shipment")},
        "intensity": {"value": number("intensity_g_per_tkm"), "unit": "gCO₂e/t·km",
                      **_change(context, facts, "intensity")},
        "shipments": {"value": n.count(facts["shipments"] if facts["months"] else None), "unit": "",
                      "note": f"{number('transport_tkm')} t·km"},
        "measured": {"value": number("measured_percent", 1), "unit": "%",
                     "note": t("overview.note.measured")},
        "sealed": {"value": number("sealed_percent", 1), "unit": "%",
                   "note": t("overview.note.sealed", version=facts["ledger_version"])},
        "open": {"value": n.count(facts["unquantified"]), "unit": ""},
    }  # fmt: skip
    return {name: NOT_MOVED | {"note": ""} | figure for name, figure in told.items()}


def _change(context: Context, facts: Any, name: str) -> dict[str, Any]:
    moved = facts["change"][name]
    if moved is None:
        return NOT_MOVED
    value = Decimal(moved)
    return {
        "change": f"{abs(value)} %",
        "direction": "even" if not value else "down" if value < 0 else "up",
        "good": None if not value else value < 0, "against": context.words("overview.note.against",
                                                     period=facts["before"]),
    }  # fmt: skip


VIEWS = (
    View("wall", "/wall", show, roles=ROLES, scope="live:read", group="operate", place=90,
         layout="wall"),
    View("wall.park", "/wall/park/{id}", one, roles=ROLES, scope="live:read", layout="wall"),
    View("wall.display", "/display", display, roles=(PUBLIC,), layout="wall"),
)  # fmt: skip
