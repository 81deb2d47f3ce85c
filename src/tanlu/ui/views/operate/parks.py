"""园区: the parks of the network as they are now, each with its own page."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool

from tanlu.serve.live import look
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.living import seen
from tanlu.ui.views.operate.curves import SERIES, curve
from tanlu.ui.views.operate.past import SOURCES, given, past_of

__all__ = ["ROLES", "VIEWS", "named", "show"]

ROLES = ("manager", "operator", "verifier", "developer", "viewer")
# curves of one page: each is a topic that is watched
MOST = 8


async def show(context: Context) -> Shown:
    """Give all parks as they are now: a snapshot that the stream keeps up to date."""
    told = await look(context.asked, ("parks", "kpi"))
    shown = [park["id"] for park in told.get("parks", {}).get("parks", ())][:MOST]
    told |= await look(context.asked, [f"park:{park}" for park in shown]) if shown else {}
    live = seen(context, told)
    parks = [
        {"id": park["id"], "name": named(context, park), "region": park["region"],
         "href": context.url("parks.one", id=park["id"])}
        for park in told.get("parks", {}).get("parks", ())
    ]  # fmt: skip
    past = await run_in_threadpool(past_of, context, shown)
    for park in parks:
        park["given"] = {role: given(context, role, past.get(park["id"])) for role in SOURCES}
    charts = {f"power-{park}": curve(context, told.get(f"park:{park}", {})) for park in shown}
    return Shown("parks.html", {"live": live, "parks": parks, "series": SERIES}, charts=charts)


def named(context: Context, park: dict[str, Any]) -> str:
    """Give the name of a park in the tongue of the page."""
    return str(park["name_zh" if context.language == "zh" else "name"])


VIEWS = (
    View("parks", "/parks", show, roles=ROLES, scope="live:read", group="operate", place=10),
)  # fmt: skip
