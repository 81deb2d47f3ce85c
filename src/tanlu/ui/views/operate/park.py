"""一个园区: where its energy comes from and goes to now, its carbon, its docks, its day."""

from __future__ import annotations

import datetime as dt
import math
import time
from typing import Any

from starlette.concurrency import run_in_threadpool

from tanlu.errors import TanluError
from tanlu.serve.live import Day, day_of, known_parks, lately, look
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.living import seen
from tanlu.ui.views.operate.curves import SERIES, curve, day_curve
from tanlu.ui.views.operate.parks import ROLES, named
from tanlu.ui.views.operate.past import given, known, past_of

__all__ = ["VIEWS", "day", "ends", "full_w", "show"]

KW = 1000.0
# who looks at a day alone waits for it
WAITS_S = 30.0
SOURCES = ("pv", "storage", "grid")
SINKS = ("chillers", "ev", "agv", "other", "docks")
ALARMS = 12


async def show(context: Context) -> Shown:
    """Give the page of one park.

    Raises
    ------
    TanluError
        TL931 where there is no such park.
    """
    park = context.path("id")
    told = await look(context.asked, _topics(park))
    here = told.get(f"park:{park}", {})
    if told and not here.get("roles"):
        raise TanluError("TL931", value=park[:100])
    about = here.get("park") or {"id": park, "name": park, "name_zh": park, "region": None}
    live = seen(context, told)
    roles = here.get("roles", {})
    past = (await run_in_threadpool(past_of, context, [park])).get(park)
    model = {
        "live": live, "park": about, "room": lambda key: context.words(f".{key}"),
        "name": named(context, about), "topic": f"park:{park}",
        "sources": ends(context, roles, SOURCES, past), "sinks": ends(context, roles, SINKS),
        "full": full_w(here), "roles": _heard(roles), "series": SERIES,
        "carbon": here.get("carbon"), "docks": _docks(told.get(f"devices:{park}", {})),
        "steps": {step: context.words(f".step.{step}") for step in STEPS},
        "alerts": {name: context.words(f".alert.{name}") for name in ALERTS},
        "staff": bool(told.get("alarms")) or not told, "factor": _factor(context, here),
        "most": ALARMS,
    }  # fmt: skip
    title = f"{named(context, about)} · {context.words('.park')}"
    return Shown("parks/one.html", model, title, {"power": curve(context, here)})


STEPS = ("receiving", "sorting", "loading", "departing", "arriving", "unloading")
ALERTS = ("silent", "clock", "overdue")


def _topics(park: str) -> tuple[str, ...]:
    return (f"park:{park}", f"devices:{park}", "alarms", "events")


def ends(
    context: Context, roles: dict[str, Any], wanted: tuple[str, ...], past: Day | None = None
) -> list[tuple[str, str, str]]:
    """Give what stands at the ends of the flow: (role, where its value lies, a detail)."""
    t, found = context.words, []
    for role in wanted:
        about = roles.get(role)
        if role == "other":
            found.append((role, "balance.other_w", t(".role.other.why")))
        elif about is not None:
            what = "busy" if role == "docks" else "w"
            told = given(context, role, past) or _detail(context, role, roles)
            found.append((role, f"roles.{role}.{what}", told))
    return found


def _detail(context: Context, role: str, roles: dict[str, Any]) -> str:
    t, about = context.words, roles[role]
    if role == "storage" and roles.get("soc", {}).get("mean") is not None:
        return str(t(".detail.soc", percent=f"{roles['soc']['mean']:.0f}"))
    if role == "docks":
        return str(t(".detail.docks", all=about["devices"]))
    if role in ("ev", "agv"):
        return str(t(".detail.busy", busy=about.get("busy", 0), all=about["devices"]))
    return str(t(".detail.devices", all=about["devices"]))


def full_w(here: dict[str, Any]) -> float:
    """Give the power that the widest flow of a picture stands for [W]."""
    most = max(
        (abs(role["w"]) for role in here.get("roles", {}).values() if role.get("w")), default=0
    )
    if most <= 1:
        return KW
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= most)


def _heard(roles: dict[str, Any]) -> list[dict[str, Any]]:
    """Give each source with what its row shows."""
    return [
        {"role": role, "devices": about["devices"], "how": _how(about)}
        for role, about in roles.items()
    ]


def _how(about: dict[str, Any]) -> tuple[str, str, str]:
    for key, form, unit in (("w", "kw", "kW"), ("mean", "one", ""), ("per_s", "one", "/s")):
        if key in about:
            return key, form, unit
    return "busy", "count", ""


def _docks(told: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Give the docks of a park: device, short name, whether it stands open."""
    found = [
        (device, device.rpartition("-")[2], value > 0)
        for device, stream, _, value in told.get("values", ())
        if stream == "door_open"
    ]
    return sorted(found, key=lambda dock: (len(dock[1]), dock[1]))


def _factor(context: Context, here: dict[str, Any]) -> str:
    carbon = here.get("carbon")
    if not carbon or "factors.one" not in context.addresses:
        return ""
    return context.url("factors.one", id=carbon["factor_id"])


async def day(context: Context) -> Shown:
    """Give the day of a park as the ledger has it, quarter by quarter.

    Raises
    ------
    TanluError
        TL112 for what is no day, TL940 for a park that there is not.
    """
    park = context.path("id")
    told = await run_in_threadpool(known_parks, context.asked)
    parks = {str(each["id"]): named(context, each) for each in told}
    if park not in parks:
        raise TanluError("TL940", value=park, known=", ".join(parks))
    now_us = time.time_ns() // 1000
    today = context.numbers.moment(now_us, "day")
    found = await run_in_threadpool(_hours, context, park, context.query("day"), now_us)
    chart = day_curve(context, found) if known(found) else None
    said = found.day or context.words("parks.day.last")
    before, after = _beside(found.day, today)
    model = {
        "day": said, "park": park, "chart": chart,
        "before": context.url("parks.day", id=park, day=before),
        "after": context.url("parks.day", id=park, day=after) if found.day else "",
    }  # fmt: skip
    return Shown(
        "parks/day.html", model, f"{parks[park]} · {said}", {"day": chart} if chart else {},
        fragment="parks/day_part.html",
    )  # fmt: skip


def _hours(context: Context, park: str, day: str, now_us: int) -> Day:
    """Give a day, or the last hours where none is named."""
    workspace = context.asked.workspace
    last = None if day else lately(workspace, park, now_us, patience_s=WAITS_S)
    return last or day_of(workspace, park, day or context.numbers.moment(now_us, "day"), now_us)


def _beside(day: str, today: str) -> tuple[str, str]:
    """Give the days before and after one; after today come the last hours, which have no name."""
    if not day:
        return today, ""
    date, turn = dt.date.fromisoformat(day), dt.timedelta(days=1)
    after = (date + turn).isoformat()
    return (date - turn).isoformat(), after if after <= today else ""


VIEWS = (
    View("parks.one", "/parks/{id}", show, roles=ROLES, scope="live:read"),
    View("parks.day", "/parks/{id}/day", day, roles=ROLES, scope="live:read"),
)
